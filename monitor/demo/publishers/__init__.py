"""One publisher's stand-in, one file, named after the source that reads it: the publisher's own
format, hours and limits, filled with the figures beside it."""
