"""What is judged: pure functions from numbers as they were known to signals."""
