"""Built-in rules over other series, declared by a desk under a name of its own; a file a rule."""
