"""The status page: what the database says, for a browser."""
