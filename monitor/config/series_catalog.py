"""What may be named in a rule: what the sources give, what chains choose, what is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from monitor.config.blocks import unknown_name
from monitor.errors import Problem
from monitor.ingest.source import Source
from rules.declared.made_series import MadeSeries
from rules.model import Series


class SeriesCatalog:
    """What may be named in a rule: what the sources give, what chains choose, what is made."""

    def __init__(
        self,
        sources: Iterable[Source],
        chains: Iterable[str],
        made: Mapping[str, MadeSeries],
        mistaken: Iterable[str] = (),
    ):
        """`mistaken` are sources and series whose blocks have a mistake, which is reported."""
        self._mistaken = frozenset(mistaken)
        self._givers = [*sources]
        self._chains = set(chains)
        self._made = made

    @cached_property
    def _owner(self) -> Mapping[str, Source]:
        """Listed when somebody names one: TIC alone gives some two thousand."""
        return {name: one for one in self._givers for name in one.series_ids}

    @property
    def names(self) -> list[str]:
        """Every name."""
        return [*self._owner, *self._chains, *self._made]

    def described(self, series_id: str) -> list[Series]:
        """What a series is, or what it is made of, as far as sources say; empty where none does."""
        if series_id in self._made:
            return [s for one in self._made[series_id].inputs for s in self.described(one)]
        owner = self.owner_of(series_id)
        if owner is not None:
            return [owner.describe(series_id)]
        return [
            source.describe(own)
            for source in self._givers
            if (own := source.substitutes.get(series_id)) is not None
        ]

    def owner_of(self, series_id: str) -> Source | None:
        """The source that gives a series, or may: of one whose list changes."""
        found = self._owner.get(series_id)
        if found is not None:
            return found
        return next((one for one in self._givers if _may_give(one, series_id)), None)

    def unit(self, series_id: str) -> str:
        """The unit of a series; empty where no source says it."""
        if series_id in self._made:
            return self._made[series_id].unit
        return next((one.unit for one in self.described(series_id)), "")

    def title(self, series_id: str) -> str:
        """The title of a series; its name where no source says it."""
        if series_id in self._made:
            return self._made[series_id].title
        return next((one.title for one in self.described(series_id)), series_id)

    def problem(self, path: str, series_id: str) -> Problem | None:
        """The problem of a name that is no series, with the one probably meant. That it is one of a
        mistaken block is no problem of who names it."""
        if series_id in self._made or series_id in self._chains or self.owner_of(series_id):
            return None
        if {series_id, series_id.partition(".")[0]} & self._mistaken:
            return None
        return unknown_name(path, series_id, self.names)


def _may_give(source: Source, series_id: str) -> bool:
    """Whether a series is one of those that a source does not list and knows what they are."""
    if not series_id.startswith(source.unlisted):
        return False
    try:
        source.describe(series_id)
    except (KeyError, ValueError):
        return False
    return True
