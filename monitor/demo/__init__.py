"""The spring of 2025 again: stand-ins of the publishers on loopback. The program runs over them."""
