"""Prices: sessions, closes, moves and their usual size, correlations, the curve."""
