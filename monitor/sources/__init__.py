"""One publisher, one file. A Source here is found by the program; nothing lists it."""
