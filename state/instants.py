"""Instants as they are stored, with the standard library alone: a check starts fast by it."""

from __future__ import annotations

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """`2025-04-10T22:30:00Z`: one form, UTC, whole seconds, so that text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(stored: str) -> datetime:
    """The aware UTC datetime of `to_text`."""
    return datetime.fromisoformat(stored)
