"""The commands: each parses its arguments, calls the work and prints the result."""
