"""A second host: who of several acts, the replica of the database, and taking over from another."""
