"""On what an answer about the past stands: numbers seen as they came out, or loaded later."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

REVISED: Final = "Revised figures, assumed release times: loaded later, not as first published."
HISTORY_REVISED: Final = (
    "History of before this database watched is as revised since, with assumed release times."
)
# Until then nobody could know an ACM premium: the model's paper came with the whole history.
ACM_FIRST_PUBLISHED: Final = date(2014, 5, 1)
ACM: Final = " ACM premiums of before May 2014 were never published on their day."


def basis_of(watching_since: datetime | None, at: datetime) -> str:
    """What must be said of an answer about an instant: empty where the program watched then."""
    if watching_since is not None and at >= watching_since:
        return ""
    return f"{REVISED}{ACM if at.date() < ACM_FIRST_PUBLISHED else ''}"
