"""The program: asks publishers, decides, tells, and says how it is."""

__version__ = "0.1.0"
