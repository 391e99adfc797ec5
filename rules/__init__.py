"""The rules: pure functions from point-in-time data to signals."""
