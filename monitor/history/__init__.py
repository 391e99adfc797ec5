"""The past: the rules replayed over it, how often they fire, and the figures drawn from it."""
