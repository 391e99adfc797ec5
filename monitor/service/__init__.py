"""What `run` is: the schedule, and its signs of life to others."""
