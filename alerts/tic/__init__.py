"""TIC day: what is said of a month of TIC when it comes out."""
