"""File formats that several publishers share, parsed into numbers by period."""
