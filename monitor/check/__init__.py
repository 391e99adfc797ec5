"""The on-call check: what one must know of a database, as a Nagios line and an exit code. With the
standard library alone, so that it starts fast."""
