"""What one process of a sweep does: load the history once, then count batch after batch."""

from __future__ import annotations

import pickle
import socket
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from monitor import __version__
from monitor.errors import HavenwatchError
from monitor.evaluate.chains import Chained
from monitor.evaluate.known import Known
from monitor.history.alert_rates import counted_rate, months_opened
from monitor.history.counting import CountedRule, count_alerts
from monitor.history.tune import changed_rule, thresholds
from monitor.sweeps.bootstrap import Interval, intervals
from monitor.sweeps.plan import Configuration, Stored, SweepPlan, SweptLine
from rules.evaluation import Rule
from rules.model import to_date
from rules.point_in_time.panel import History
from rules.terms import Severity
from state.database import Database, UnfitDatabase
from state.files import InTheWay

# The panels of so many rules stay in memory.
HISTORIES_KEPT: Final = 8
# After so many configurations what they made of the panels is given back: windows may be varied.
FORGET_AFTER: Final = 200

# A worker of a cluster may have several threads, and what they share is made by one.
_ONE_AT_A_TIME: Final = threading.Lock()


class Refused(NamedTuple):
    """An error's four parts, as plain values: an exception of ours cannot be sent to another
    process."""

    where: str
    expected: str
    got: str
    remedy: str

    def error(self) -> HavenwatchError:
        """The error that they are of."""
        return HavenwatchError(self.where, expected=self.expected, got=self.got, remedy=self.remedy)


def run_batch(plan: bytes, batch: Sequence[Configuration]) -> list[SweptLine] | Refused:
    """The lines of some configurations, in their order; or why this process cannot count them."""
    with _ONE_AT_A_TIME:
        try:
            return _loaded(plan).lines(batch)
        except HavenwatchError as error:
            return Refused(error.where, error.expected, error.got, error.remedy)


@lru_cache(maxsize=1)
def _loaded(plan: bytes) -> Sweeper:
    """The plan with its history; of one sweep at a time."""
    return Sweeper(pickle.loads(plan))


class Sweeper:
    """Counts the configurations of a plan. Raises HavenwatchError where the plan's database is not
    here, or is another."""

    def __init__(self, plan: SweepPlan):
        self._plan = plan
        self._histories: dict[tuple[str, ...], Known] = {}
        self._counted = 0
        _check(plan)

    def lines(self, batch: Sequence[Configuration]) -> list[SweptLine]:
        """The line of each, in order."""
        # Rules that read the same numbers are counted side by side.
        groups = groupby(batch, key=lambda one: (one.rule_id, one.area))
        return [line for _, group in groups for line in self._group(list(group))]

    def _group(self, group: Sequence[Configuration]) -> Iterator[SweptLine]:
        base, plan = self._plan.base(group[0]), self._plan
        in_force = thresholds(base)
        rules = [_changed(base, one) for one in group]
        known = self._known(base)
        counted = count_alerts(known, rules, plan.start, plan.end)
        self._counted += len(group)
        if self._counted >= FORGET_AFTER:
            self._histories = {key: _fresh(one) for key, one in self._histories.items()}
            self._counted = 0
        for one, found in zip(group, counted, strict=True):
            rate = counted_rate(found, plan.start, plan.end, plan.zone)
            is_set = all(in_force.get(name) == value for name, value in one.changes.items())
            yield SweptLine(one, rate, is_set, self._intervals(found))

    def _intervals(self, found: CountedRule) -> dict[Severity | None, Interval]:
        resampling, first, last = self._plan.resampling, found.judged_from, found.judged_to
        if resampling is None or first is None or last is None:
            return {}
        months = months_opened(found, self._plan.zone)
        opened = list(zip(months, map(Severity, found.severity.tolist()), strict=True))
        ends = [(day.year, day.month) for day in map(to_date, (first, last))]
        return dict(intervals(opened, ends[0], ends[1], resampling))

    def _known(self, rule: Rule) -> Known:
        key = tuple(rule.decided_by)
        if key not in self._histories:
            if len(self._histories) == HISTORIES_KEPT:
                del self._histories[next(iter(self._histories))]
            self._histories[key] = Known.of_rules([rule], self._read)
        return self._histories[key]

    def _read(self, series_ids: Sequence[str], *, deciding: bool) -> History:
        plan = self._plan
        stored = Database(plan.database, read_only=True)
        try:
            chained = Chained(stored, plan.chains, plan.made)
            return chained.history(series_ids, plan.end, deciding=deciding)
        finally:
            stored.close()


def _fresh(known: Known) -> Known:
    """The same numbers without the panels made of them."""
    return replace(known, deciding=replace(known.deciding))


def _changed(rule: Rule, one: Configuration) -> Rule:
    changed = changed_rule(rule, one.changes)
    assert changed is not None
    return changed


def _check(plan: SweepPlan) -> None:
    """Raise HavenwatchError where this process would not give the answers of the one that asks."""
    where = f"a worker of the sweep on {socket.gethostname()}"
    if plan.version != __version__:
        raise HavenwatchError(
            where,
            expected=f"havenwatch {plan.version}",
            got=__version__,
            remedy="install the same version on every machine of the cluster",
        )
    try:
        stored = Stored.of(plan.database)
    except (UnfitDatabase, InTheWay, sqlite3.Error, OSError) as error:
        raise HavenwatchError(
            where,
            expected=f"the database at {plan.database}",
            got=str(error) or type(error).__name__,
            remedy="mount or copy it to the same path on every machine (docs/sweeps.md)",
        ) from None
    if stored != plan.stored:
        raise HavenwatchError(
            where,
            expected=f"the database of the one that asks, with {plan.stored.vintages:,} vintages",
            got=f"another at {plan.database}, with {stored.vintages:,}",
            remedy="copy it with `havenwatch backup FILE`, and sweep that file on every machine",
        )
