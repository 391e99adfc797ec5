"""Following a session while it lasts: quotes, what they say, and whom it is told to."""
