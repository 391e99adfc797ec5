"""What a source cannot know to be wrong, and why; every kind that is let in is named here."""

from __future__ import annotations

from typing import Final

# Kinds let in in more than this share of the mutations that change a number which decides.
NAMED_ABOVE_PCT: Final = 1.0

KNOWN: Final[dict[str, dict[str, str]]] = {}


def why(source: str, kind: str) -> str:
    """Why a kind of mutation is let in for a source; empty where it is not known to be."""
    mine = KNOWN.get(source, {})
    return mine.get(kind) or KNOWN.get("*", {}).get(kind, "")
