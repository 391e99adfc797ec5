"""A second desk over the polls of the first."""
