"""What is new among the stored numbers: since when, and of which periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from state.database import Database
from state.instants import to_text
from state.revisions import Revisions
from state.sql_marks import marks


class StoredNews:
    """What is new in one database."""

    def __init__(self, database: Database):
        self._database = database
        self._revisions = Revisions(database)
        self._newest_at: tuple[int, dict[tuple[str, ...], str]] = (-1, {})

    def has_news(self, series_ids: Sequence[str], after: datetime | None) -> bool:
        """Whether a vintage of the datasets behind these series was stored after `after`. Asked
        outside of a transaction that stores."""
        return self._newest_vintage(tuple(series_ids)) > ("" if after is None else to_text(after))

    def _newest_vintage(self, series_ids: tuple[str, ...]) -> str:
        """When the newest vintage behind some series was stored, read again only after a change:
        every tick asks for every rule."""
        revision = self._revisions.number("numbers")
        if revision != self._newest_at[0]:
            self._newest_at = revision, {}
        newest = self._newest_at[1]
        if series_ids not in newest:
            row = self._database.connection.execute(
                f"""SELECT max((SELECT max(known_at) FROM vintages AS one
                                WHERE one.dataset = mine.dataset)) AS newest
                    FROM (SELECT DISTINCT dataset FROM series
                          WHERE series_id IN ({marks(series_ids)})) AS mine""",
                series_ids,
            ).fetchone()
            newest[series_ids] = row["newest"] or ""
        return newest[series_ids]

    def periods_known(
        self, series_ids: Sequence[str], after: datetime, until: datetime
    ) -> list[date]:
        """The periods of which a number of some series became known in (after, until], oldest
        first."""
        rows = self._database.connection.execute(
            f"""SELECT DISTINCT period_end FROM observations
                WHERE series_key IN
                    (SELECT series_key FROM series WHERE series_id IN ({marks(series_ids)}))
                AND known_at > ? AND known_at <= ? ORDER BY period_end""",
            (*series_ids, to_text(after), to_text(until)),
        )
        return [date.fromisoformat(row["period_end"]) for row in rows]

    def newest_period(self, series_ids: Sequence[str]) -> date | None:
        """The newest stored period of some series, None where nothing is stored."""
        row = self._database.connection.execute(
            f"""SELECT max((SELECT max(period_end) FROM observations AS one
                            WHERE one.series_key = series.series_key)) AS newest
                FROM series WHERE series_id IN ({marks(series_ids)})""",
            tuple(series_ids),
        ).fetchone()
        return None if row["newest"] is None else date.fromisoformat(row["newest"])
