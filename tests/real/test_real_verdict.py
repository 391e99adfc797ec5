"""The verdict since 2000: the months everyone knows, and never against our own alerts."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from monitor.config.load import build
from monitor.history.replay import Replayed
from monitor.ingest.calendars import month_end, tic_release
from monitor.views.own_alerts import own_alerts
from rules.model import Panel
from rules.point_in_time.panel import History
from rules.terms import Severity
from rules.tic.flows import WINDOWS, Flows
from rules.verdict.model import OwnAlert, Verdict
from rules.verdict.rule import VerdictRule
from rules.verdict.verdict import SERIES, weigh
from tests.real.stated import END, RULES
from tests.support import new_york
from tests.verdict_case import CASES, check_case

RULE = VerdictRule()
CONFIG = build({}, {}, Path())
TITLES = {rule.rule_id: rule.title for rule in RULES}
# A heavy sweep has representatives in `make test`; the whole of it is slow.
QUARTERS = [one.date() for one in pd.date_range("2000-06-30", "2026-06-30", freq="5ME")]
MONTHS = [one.date() for one in pd.date_range("2000-01-31", "2026-07-31", freq="ME")]
OTHER_MONTHS = sorted({*MONTHS} - {*QUARTERS})


class World:
    """What was known and told at any instant of fifty years."""

    def __init__(self, database: Path, replayed: Replayed):
        series = tuple(dict.fromkeys((*SERIES, *(name for rule in RULES for name in rule.series))))
        self.weighed = _history(database, series)
        told = (one.outline for rule in replayed.rules for one in rule.verdicts.decided)
        # Each as the verdict is weighed beside it; nothing where it was withdrawn.
        self._told = [
            (one.at, one.after.alert_id, own_alerts([one.after], TITLES))
            for one in sorted(told, key=lambda one: one.at)
        ]

    def alerts(self, at: datetime) -> list[OwnAlert]:
        last: dict[str, list[OwnAlert]] = {}
        for told_at, alert_id, found in self._told:
            if told_at > at:
                break
            last[alert_id] = found
        return [one for found in last.values() for one in found]

    def verdict(self, at: datetime) -> tuple[Verdict, Panel]:
        panel = self.weighed.as_of(at)
        return weigh(panel, RULE, self.alerts(at)), panel


def _history(database: Path, series: tuple[str, ...]) -> History:
    from monitor.evaluate.chains import Chained, build_chains
    from state.database import Database

    known = Database(database, read_only=True)
    sources = {name: one for name, one in CONFIG.sources.items() if one.enabled}
    found = Chained(known, build_chains(CONFIG.chains, sources)).history(series, END)
    known.close()
    return found.only(SERIES)


@pytest.fixture(scope="module")
def world(database: Path, replayed: Replayed) -> World:
    return World(database, replayed)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_known_month_reads_as_an_economist_reads_it(world: World, path: Path) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    year, number = map(int, case["month"].split("-"))
    released, _ = tic_release(month_end(date(year, number, 1)))
    verdict, panel = world.verdict(released + timedelta(hours=1))
    check_case(case, verdict, panel, RULE)


def _check_agrees(verdict: Verdict, alerts: Sequence[OwnAlert], at: date) -> None:
    """Every warning and critical that is open, or was told in the last month, is named with how
    both are true; "No" and "nothing else" are said beside none, and "No" names what is not
    yet published."""
    loud = [
        one
        for one in alerts
        if one.severity >= Severity.WARNING
        and ((one.is_condition and one.closed is None) or (at - one.told).days <= 30)
    ]
    said = "\n".join(verdict.beside)
    for one in loud:
        assert one.title in said, f"{at}: {one}"
    for sentence in verdict.beside:
        assert len(sentence.split(": ", 1)[1]) > 20, sentence
    if loud:
        assert not verdict.line.startswith("No,"), verdict.line
        assert "nothing else points to it" not in verdict.line
        assert "beside it" in verdict.line
    if not verdict.line.startswith("No data"):
        assert "not yet published" in verdict.line


def _sweep(world: World, days: Sequence[date]) -> None:
    for day in days:
        at = new_york(f"{day} 18:00")
        verdict, _ = world.verdict(at)
        _check_agrees(verdict, world.alerts(at), day)


def test_the_verdict_never_contradicts_an_alert_of_ours(world: World) -> None:
    _sweep(world, QUARTERS)


@pytest.mark.slow
@pytest.mark.sweep
def test_the_verdict_never_contradicts_an_alert_of_ours_at_any_month_end(world: World) -> None:
    assert {*QUARTERS} <= {*MONTHS}
    _sweep(world, OTHER_MONTHS)


def test_on_the_day_of_august_2015_nobody_could_know(world: World) -> None:
    verdict, _ = world.verdict(new_york("2015-08-31 18:00"))
    assert verdict.line.startswith(
        "Not known yet: TIC for July and August 2015 is not yet published."
    )


def test_the_sizes_are_as_frequent_as_stated(world: World) -> None:
    flows = Flows.of(world.weighed.as_of(END))
    sizes = (RULE.month_sold_pct, RULE.three_months_sold_pct, RULE.twelve_months_sold_pct)
    counts = []
    for months, size in zip(WINDOWS, sizes, strict=True):
        pct = flows.pct(months)
        known = pct[~pd.isna(pct)]
        counts.append((int((known <= size).sum()), len(known)))
    assert counts == [(22, 313), (35, 311), (43, 302)]
