"""Everything a terminal shows, as tables and text."""
