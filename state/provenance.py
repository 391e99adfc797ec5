"""From which vintage a number was known at an instant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from state.database import Database
from state.instants import from_text, to_text


@dataclass(frozen=True)
class Provenance:
    """One stored number as it was known: `source` and `title` are its series', `assumed` whether it
    was history when it was loaded, so that when it was known follows from the release calendar."""

    series_id: str
    source: str
    title: str
    unit: str
    period_end: date
    value: float
    known_at: datetime
    assumed: bool
    vintage_id: int
    dataset: str
    sha256: str


def origins(
    database: Database,
    series_ids: Sequence[str],
    periods: Iterable[date],
    known_by: datetime,
    *,
    first: bool = False,
) -> list[Provenance]:
    """The numbers of some series for some periods as they were known by an instant, one each: the
    newest of them, or the `first`."""
    order = "DESC" if first else "ASC"
    rows = database.connection.execute(
        f"""SELECT series_id, source, title, unit, period_end, value, observations.known_at,
                  vintage_id, vintages.dataset, sha256,
                  observations.known_at < vintages.known_at AS assumed
           FROM observations JOIN series USING (series_key) JOIN vintages USING (vintage_id)
           WHERE series_id IN (SELECT value FROM json_each(?1))
             AND period_end IN (SELECT value FROM json_each(?2))
             AND observations.known_at <= ?3
           ORDER BY observations.known_at {order}, vintage_id {order}""",
        (
            json.dumps(list(series_ids)),
            json.dumps(sorted({period.isoformat() for period in periods})),
            to_text(known_by),
        ),
    )
    chosen = {
        (row["series_id"], row["period_end"]): Provenance(
            series_id=row["series_id"],
            source=row["source"],
            title=row["title"],
            unit=row["unit"],
            period_end=date.fromisoformat(row["period_end"]),
            value=row["value"],
            known_at=from_text(row["known_at"]),
            assumed=bool(row["assumed"]),
            vintage_id=row["vintage_id"],
            dataset=row["dataset"],
            sha256=row["sha256"],
        )
        for row in rows
    }
    return list(chosen.values())
