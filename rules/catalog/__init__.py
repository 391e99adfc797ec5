"""One rule per file. A class here with a `rule_id` is found by name; there is no list."""
