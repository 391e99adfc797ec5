"""Rules that a desk declares in its configuration, without Python."""
