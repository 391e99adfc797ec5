"""The commands, thin: arguments parsed, the work called, the answer printed."""
