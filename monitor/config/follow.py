"""Which database is followed in place of polling."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Follow:
    """The database of another havenwatch on this machine, whose polls are copied; a relative path
    starts at the configuration's folder. Empty where this one polls for itself."""

    database: str = ""
