"""Feeds of quotes, one file each, found by name."""
