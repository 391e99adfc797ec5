"""Liveness: the heartbeat, systemd, and secrets kept out of the log."""
