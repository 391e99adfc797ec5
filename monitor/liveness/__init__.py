"""Signs of life to others, the heartbeat and systemd, and secrets kept out of the log."""
