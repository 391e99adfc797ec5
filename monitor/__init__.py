"""The program: polls publishers, evaluates rules, sends alerts and reports its own health."""

__version__ = "0.1.0"
