"""Formats that several publishers share: what a file of theirs says, as numbers by period."""
