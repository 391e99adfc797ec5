"""One channel per file. A class here with a `channel_type` is found by name; there is no list."""
