"""The configuration: read, checked as a whole, and each block turned into what it sets."""
