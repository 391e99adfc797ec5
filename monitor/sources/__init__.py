"""One publisher per file. A Source here is found by name; there is no list."""
