"""A session that is not over: quotes on official closes, and what has held for long enough."""
