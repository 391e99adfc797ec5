"""Views that take long to compute, as the program keeps them: each beside all that it was made
from, and found again only where that is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from monitor.ingest.calendars import local_date
from monitor.views.basis import basis_of
from state.database import Database
from state.health import Health
from state.instants import to_text
from state.kept_views import KeptViews
from state.revisions import Revisions
from state.stored_json import StoredJson

if TYPE_CHECKING:
    from monitor.views.levels import Levels
    from rules.verdict.model import Verdict

VERDICT: Final = "verdict"
LEVELS: Final = "levels"
RELEASES: Final = "releases"


@dataclass(frozen=True)
class NextRelease:
    """What comes next of a source: of which period and when, and whether that is only estimated."""

    source: str
    period: date
    expected_at: datetime
    is_estimated: bool


def find_verdict(database: Database, fingerprint: str, at: datetime) -> Verdict | None:
    """The verdict at an instant, where it is kept."""
    from rules.verdict.model import Verdict

    made_from = verdict_made_from(database, fingerprint, at)
    found: Verdict | None = _find(database, VERDICT, made_from, at, Verdict)
    return found


def find_levels(database: Database, fingerprint: str, at: datetime) -> Levels | None:
    """The levels at an instant, where they are kept."""
    from monitor.views.levels import Levels

    made_from = levels_made_from(database, fingerprint)
    found: Levels | None = _find(database, LEVELS, made_from, at, Levels)
    return found


def find_releases(
    database: Database, fingerprint: str, newest: Mapping[str, date], at: datetime
) -> tuple[NextRelease, ...] | None:
    """What comes next of some sources, by their newest stored periods, where that is kept."""
    made_from = releases_made_from(fingerprint, newest)
    found: tuple[NextRelease, ...] | None = _find(
        database, RELEASES, made_from, at, tuple[NextRelease, ...]
    )
    return found


def _find(database: Database, name: str, made_from: str, at: datetime, kind: Any) -> Any:
    if database.as_of is not None:  # what is kept is of now
        return None
    text = KeptViews(database).find(name, made_from, at)
    return None if text is None else StoredJson[Any](kind).read(text)


def verdict_made_from(database: Database, fingerprint: str, at: datetime) -> str:
    """All that a verdict is made from, besides when its numbers and alerts were known. Ages are
    counted in days of New York."""
    revisions, since = Revisions(database), Health(database).watching_since()
    parts = (
        fingerprint,
        f"{local_date(at)}",
        f"{revisions.number('numbers')}",
        f"{revisions.number('alerts')}",
        "" if since is None else to_text(since),
        basis_of(since, at),
    )
    return "\n".join(parts)


def levels_made_from(database: Database, fingerprint: str) -> str:
    """The same of the levels, which have no age."""
    return f"{fingerprint}\n{Revisions(database).number('numbers')}"


def releases_made_from(fingerprint: str, newest: Mapping[str, date]) -> str:
    """The same of the next releases, which follow from the calendars."""
    return "\n".join((fingerprint, *(f"{name} {period}" for name, period in newest.items())))
