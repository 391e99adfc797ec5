"""The spring of 2025 again: stand-ins of the publishers on loopback, and the program over them."""
