"""One channel, one file. A class here with a `channel_type` is found; nothing lists it."""
