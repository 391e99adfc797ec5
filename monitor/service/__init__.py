"""The service behind `run`: the schedule and its liveness reports."""
