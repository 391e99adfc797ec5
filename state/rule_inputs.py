"""What each rule cannot judge without, stored so that a check can say who is blind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from state.database import Database


@dataclass(frozen=True)
class RequiredInput:
    """One thing that a rule cannot do without: `series` in words, and the sources of which any can
    give it; none where nobody has given it yet."""

    rule_id: str
    series: str
    sources: tuple[str, ...]


class RuleInputs:
    """The needs stored in one database."""

    def __init__(self, database: Database):
        self._database = database
        self._kept: frozenset[RequiredInput] | None = None

    @property
    def are_kept(self) -> bool:
        """Whether this program has stored them before."""
        return self._kept is not None

    def keep(self, needs: Sequence[RequiredInput]) -> None:
        """Store these in place of what was there; nothing is written where nothing changed."""
        if self._kept is None:
            self._kept = self._stored()
        if self._kept == frozenset(needs):
            return
        with self._database.immediate() as connection:
            connection.execute("DELETE FROM rule_needs")
            connection.executemany(
                "INSERT INTO rule_needs VALUES (?, ?, ?)",
                [
                    (need.rule_id, need.series, source)
                    for need in needs
                    for source in need.sources or ("",)
                ],
            )
        self._kept = frozenset(needs)

    def _stored(self) -> frozenset[RequiredInput]:
        found: dict[tuple[str, str], list[str]] = {}
        rows = self._database.connection.execute("SELECT * FROM rule_needs ORDER BY source")
        for row in rows:
            found.setdefault((row["rule_id"], row["series"]), []).append(row["source"])
        return frozenset(
            RequiredInput(rule_id, series, tuple(one for one in sources if one))
            for (rule_id, series), sources in found.items()
        )
