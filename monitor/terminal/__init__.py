"""Terminal output, as tables and text."""
