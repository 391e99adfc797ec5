"""Liveness: the heartbeat and systemd, and the text that leaves the machine through them."""
