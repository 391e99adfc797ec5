"""The on-call check: the health of the program and its data, as one line and an exit code. With the
standard library alone, so that it starts fast."""
