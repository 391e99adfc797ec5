"""Placeholders of a statement that takes several values."""

from __future__ import annotations

from collections.abc import Collection


def marks(values: Collection[object]) -> str:
    """`?,?,?`: one for each value."""
    return ",".join("?" * len(values))
