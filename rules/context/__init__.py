"""How unusual a number is, how often its rule fires, and what followed the last ones."""
