"""The configuration: read and checked as a whole, with one dataclass per block."""
