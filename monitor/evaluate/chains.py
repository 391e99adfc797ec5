"""The archive as the rules see it: each series from the sources its chain names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Final

from annotated_types import Interval, MinLen

from monitor.ingest.source import Source
from rules.declared.made_series import MadeSeries, required, with_inputs
from rules.declared.making import with_made
from rules.model import SourceMismatch
from rules.point_in_time.cross_checks import checked
from rules.point_in_time.panel import History
from rules.point_in_time.source_priority import (
    SourceChain,
    chained,
    expanded,
    latest_disputes,
    members_of,
)
from state.archive import Archive, FirstPeriod
from state.database import Database
from state.stored_news import StoredNews

# A dispute older than this many periods is in the records; it is no trouble of today.
RECENT_PERIODS: Final = 5
# What such a dispute is judged by: these periods, and the last month both sources have in common.
COMPARED_OVER: Final = timedelta(days=120)


@dataclass(frozen=True, kw_only=True)
class ChainSettings:
    """Who gives the numbers of a series, the best source first, and how far two may differ: in
    percent of the level, or in basis points for a yield. `tolerance_for` is by source, for one that
    measures it in another way; `steady`, by source too, how far their difference may be from its
    usual size; `before_close` the sources whose number is taken before the close; `far` the move
    that is provisional until it is confirmed. All in the unit of the tolerance."""

    sources: Annotated[tuple[str, ...], MinLen(1)]
    tolerance_pct: Annotated[float, Interval(gt=0, le=50)] | None = None
    tolerance_bp: Annotated[float, Interval(gt=0, le=500)] | None = None
    tolerance_for: Mapping[str, Annotated[float, Interval(gt=0, le=500)]] = field(
        default_factory=dict
    )
    steady: Mapping[str, Annotated[float, Interval(gt=0, le=500)]] = field(default_factory=dict)
    before_close: tuple[str, ...] = ()
    far: Annotated[float, Interval(gt=0, le=500)] | None = None

    @property
    def has_one_tolerance(self) -> bool:
        """Whether exactly one of the two is set."""
        return (self.tolerance_pct is None) != (self.tolerance_bp is None)

    def chain(self, series_id: str, sources: Mapping[str, Source]) -> SourceChain | None:
        """The chain as these sources can make it, None where none of them gives the series."""
        mine = [sources[name] for name in self.sources if name in sources]
        members = tuple(s.substitutes[series_id] for s in mine if series_id in s.substitutes)
        checks = tuple(s.checks[series_id] for s in mine if series_id in s.checks)
        if not members:
            return None
        ids = {s.name: {**s.checks, **s.substitutes}.get(series_id, "") for s in mine}
        in_unit = 1.0 if self.tolerance_bp is None else 1 / 100.0  # a yield is in percent
        tolerance = self.tolerance_pct if self.tolerance_bp is None else self.tolerance_bp
        assert tolerance is not None
        return SourceChain(
            series_id,
            members,
            checks,
            tolerance * in_unit,
            is_relative=self.tolerance_bp is None,
            tolerance_for={
                ids[name]: by * in_unit for name, by in self.tolerance_for.items() if name in ids
            },
            steady={ids[name]: by * in_unit for name, by in self.steady.items() if name in ids},
            before_close=frozenset(ids[name] for name in self.before_close if name in ids),
            far=None if self.far is None else self.far * in_unit,
        )


class Chained:
    """The observations of one database through the chains of the configuration."""

    def __init__(
        self,
        database: Database,
        chains: Mapping[str, SourceChain],
        made: Mapping[str, MadeSeries] = MappingProxyType({}),
    ):
        self._archive = Archive(database)
        self._news = StoredNews(database)
        self._chains = chains
        self._made = made

    def history(
        self,
        series_ids: Sequence[str],
        until: datetime,
        since: datetime | None = None,
        first_period: FirstPeriod = None,
        *,
        deciding: bool = False,
    ) -> History:
        """Everything known of some series by `until`; the others as for `Archive.history`."""
        wanted = tuple(series_ids)
        inputs = with_inputs(wanted, self._made)
        if isinstance(first_period, Mapping):
            first_period = self._first_stored(wanted, first_period)
        stored = self._archive.history(
            expanded(inputs, self._chains), until, since, first_period, deciding=deciding
        )
        found = checked(chained(stored, inputs, self._chains), stored, self._chains)
        return found if inputs == wanted else with_made(found, wanted, self._made)

    def _first_stored(
        self, wanted: Sequence[str], first_period: Mapping[str, date]
    ) -> dict[str, date]:
        """From which period on the stored series are needed of which only some is."""
        needed: dict[str, date] = {}
        for name in wanted:
            first = first_period.get(name, date.min)
            for one in self.expanded((name,)):
                needed[one] = min(first, needed.get(one, first))
        return {name: first for name, first in needed.items() if first > date.min}

    def expanded(self, series_ids: Sequence[str]) -> tuple[str, ...]:
        """The stored series that some series are known from or compared with."""
        return expanded(with_inputs(series_ids, self._made), self._chains)

    def required(self, group: Sequence[str]) -> list[tuple[str, ...]]:
        """The groups of series of which one each must be there, so that one of a group is."""
        return required(group, self._made)

    def has_news(self, series_ids: Sequence[str], after: datetime | None) -> bool:
        """Whether anything was stored after `after` that these series may be known from."""
        return self._news.has_news(self.expanded(series_ids), after)

    def periods_known(
        self, series_ids: Sequence[str], after: datetime, until: datetime
    ) -> list[date]:
        """The periods of which a number that these series may be known from became known in
        (after, until]."""
        return self._news.periods_known(self.expanded(series_ids), after, until)

    def sources_of(self, groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
        """For each group of series, who has given any of them or of what stands in for them."""
        members = [[m for one in group for m in members_of(one, self._chains)] for group in groups]
        by_series = self._archive.datasets([name for names in members for name in names])
        found = [{by_series[name] for name in names if name in by_series} for names in members]
        return [tuple(sorted(names)) for names in found]

    @property
    def compared(self) -> dict[str, tuple[str, ...]]:
        """The stored series whose numbers are compared with each other, by the series that they
        are for."""
        return {series_id: tuple(chain.all) for series_id, chain in self._chains.items()}

    def conflicts(self, at: datetime, after: datetime | None) -> dict[str, list[SourceMismatch]]:
        """The disputes standing about the newest periods, by series; those of a series with no
        news since `after` are left out."""
        compared = {
            series_id: self._newest(series_id, at)
            for series_id, chain in self._chains.items()
            if len(chain.all) > 1 and self._news.has_news(chain.all, after)
        }
        return {name: latest_disputes(one, RECENT_PERIODS) for name, one in compared.items()}

    def _newest(self, series_id: str, at: datetime) -> History:
        newest = self._news.newest_period(self._chains[series_id].all)
        first = None if newest is None else newest - COMPARED_OVER
        return self.history((series_id,), at, first_period=first)


def default_chains() -> dict[str, ChainSettings]:
    """The chains of what decides. DXY and the ECB basket have differed by 2.3% at most since 1999,
    DXY and the Bank of Canada's by 0.7% from 2017 to 2021, the 10-year par yield and TNX by 11 bp
    since 1962."""
    return {
        "spx": ChainSettings(sources=("cboe", "yahoo_spx"), tolerance_pct=0.2, far=3.0),
        "ust10y": ChainSettings(
            sources=("treasury_curve", "h15", "yahoo_tnx"),
            tolerance_bp=3.0,
            tolerance_for={"yahoo_tnx": 15.0},
            steady={"yahoo_tnx": 7.0},
            far=15.0,
        ),
        "ust5y": ChainSettings(sources=("treasury_curve", "h15"), tolerance_bp=3.0, far=15.0),
        "dxy": ChainSettings(
            sources=("yahoo", "boc", "ecb", "h10"),
            tolerance_pct=3.0,
            steady={"boc": 0.5, "ecb": 0.8, "h10": 0.8},
            before_close=("boc", "ecb", "h10"),
            far=1.0,
        ),
    }


def build_chains(
    settings: Mapping[str, ChainSettings], sources: Mapping[str, Source]
) -> dict[str, SourceChain]:
    """The chains that these sources, which are enabled, can make."""
    made = {series_id: one.chain(series_id, sources) for series_id, one in settings.items()}
    return {series_id: chain for series_id, chain in made.items() if chain is not None}
