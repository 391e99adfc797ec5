"""Built-in rules over other series, over fifty years."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.config.load import Config, build
from monitor.history.replay import RuleReplay, chained, decide_span, load_history
from rules.terms import Severity
from rules.tic.series_ids import LONG, tic_series
from state.database import Database
from tests.real.stated import END, START
from tests.real.test_real_declared import fired, told

INSTANCES = Path(__file__).with_name("instances.toml")


@pytest.fixture(scope="module")
def config() -> Config:
    return build(tomllib.loads(INSTANCES.read_text(encoding="utf-8")), {}, Path())


@pytest.fixture(scope="module")
def replays(config: Config, database: Path) -> dict[str, RuleReplay]:
    written = tomllib.loads(INSTANCES.read_text(encoding="utf-8"))["rules"]
    rules = [config.rules[name] for name in (*written, "joint_selloff", "foreign_net_sales")]
    known = load_history(config, database, rules, END)
    found = decide_span(known, rules, START, END, config.follow_up.remind_after)
    return {one.rule.rule_id: one for one in found}


@pytest.mark.parametrize(
    ("name", "periods", "critical"),
    [
        ("selloff_again", 662, 101),
        ("selloff_30y", 623, 101),
        ("selloff_basket", 254, 30),
        ("japan_again", 12, 4),
        ("canada", 54, 16),
        ("centres", 6, 1),
    ],
)
def test_it_fires_on_so_many_periods(
    replays: dict[str, RuleReplay], name: str, periods: int, critical: int
) -> None:
    codes = fired(replays[name])
    assert len(codes) == periods
    assert list(codes.values()).count(Severity.CRITICAL) == critical


def test_over_the_same_markets_it_says_what_the_built_in_rule_says(
    replays: dict[str, RuleReplay],
) -> None:
    assert fired(replays["selloff_again"]) == fired(replays["joint_selloff"])
    assert told(replays["selloff_again"]) == told(replays["joint_selloff"])


def test_of_one_area_it_says_what_the_built_in_rule_says(replays: dict[str, RuleReplay]) -> None:
    every = replays["foreign_net_sales"].verdicts
    japan = [
        (str(one.outline.signal.period_end), one.outline.after.severity.label, one.outline.reason)
        for one in every.decided
        if one.outline.signal.subject == "japan"
    ]
    assert told(replays["japan_again"]) == japan


def test_a_sum_is_that_of_its_areas_in_every_month(config: Config, database: Path) -> None:
    belgium, luxembourg, both = (tic_series(one, LONG) for one in ("10251", "11703", "10251_11703"))
    stored = Database(database)
    history = chained(config, stored).history((belgium, luxembourg, both), until=END)
    frame = history.as_of(END).frame
    stored.close()
    assert frame[both].notna().sum() == 39
    assert (frame[both] - frame[belgium] - frame[luxembourg]).abs().max() == 0
