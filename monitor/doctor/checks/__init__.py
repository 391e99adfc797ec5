"""The checks of `doctor`, one a file, found by name."""
