"""One rule, one file. A class here with a `rule_id` is found by the program; nothing lists it."""
