"""The demonstration: spring 2025 against mock servers of the publishers on loopback."""
