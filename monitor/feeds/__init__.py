"""A desk's own file: its layout, dates and numbers found, and the block that describes it."""
