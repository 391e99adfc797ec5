"""Built-in rules declared in a configuration: over fifty years they say what those say."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from monitor.config.load import Config, build
from monitor.history.replay import RuleReplay, chained, decide_span, load_history
from state.database import Database
from tests.real.stated import END, START

DECLARED = Path(__file__).with_name("declared.toml")
OWN = "own_"
Told = list[tuple[str, str, str]]


@pytest.fixture(scope="module")
def declared() -> Config:
    return build(tomllib.loads(DECLARED.read_text(encoding="utf-8")), {}, Path())


@pytest.fixture(scope="module")
def replays(declared: Config, database: Path) -> dict[str, RuleReplay]:
    both = {name: rule for name, rule in declared.rules.items() if name.startswith(OWN)}
    rules = [*both.values(), *(declared.rules[name.removeprefix(OWN)] for name in both)]
    known = load_history(declared, database, rules, END)
    found = decide_span(known, rules, START, END, declared.follow_up.remind_after)
    return {one.rule.rule_id: one for one in found}


def fired(found: RuleReplay) -> dict[str, int]:
    """The code of each period on which it fired at last."""
    codes = {
        str(one.judged.period(row)): int(one.judged.severity[row])
        for one in found.verdicts.answered
        for row in one.rows.tolist()
    }
    return {period: code for period, code in codes.items() if code > 0}


def told(found: RuleReplay) -> Told:
    """The period, severity and reason of each change of its alerts."""
    return [
        (str(one.outline.signal.period_end), one.outline.after.severity.label, one.outline.reason)
        for one in found.verdicts.decided
    ]


RULES = (
    ("haven_failure", 279),
    ("rates_up_dollar_down", 591),
    ("custody_outflow", 83),
    ("aggregate_net_sales", 34),
    ("joint_selloff", 662),
)


@pytest.mark.parametrize(("rule_id", "periods"), RULES)
def test_it_fires_on_the_same_periods_with_the_same_severities(
    replays: dict[str, RuleReplay], rule_id: str, periods: int
) -> None:
    mine = fired(replays[OWN + rule_id])
    assert len(mine) == periods
    assert mine == fired(replays[rule_id])


@pytest.mark.parametrize("rule_id", [name for name, _ in RULES])
def test_its_alerts_open_worsen_and_close_with_the_same_periods(
    replays: dict[str, RuleReplay], rule_id: str
) -> None:
    assert told(replays[OWN + rule_id]) == told(replays[rule_id])


@pytest.fixture(scope="module")
def sampled(declared: Config, database: Path) -> dict[str, RuleReplay]:
    rules = [declared.rules[name] for name in ("weekly_fall", "monthly_rise")]
    known = load_history(declared, database, rules, END)
    found = decide_span(known, rules, START, END, declared.follow_up.remind_after)
    return {one.rule.rule_id: one for one in found}


def closes(config: Config, database: Path, series_id: str) -> pd.Series[float]:
    stored = Database(database)
    found = chained(config, stored).history((series_id,), until=END).as_of(END).frame[series_id]
    stored.close()
    return found.dropna()


def test_over_weeks_it_fires_as_pandas_resamples(
    declared: Config, database: Path, sampled: dict[str, RuleReplay]
) -> None:
    moves = closes(declared, database, "spx").resample("W-FRI").last().pct_change() * 100
    fell = moves[(moves.round(9) <= -5) & (moves.index >= START.date().isoformat())]
    codes = {str(day)[:10]: 1 + (move <= -7) + (move <= -10) for day, move in fell.items()}
    assert fired(sampled["weekly_fall"]) == codes
    assert len(codes) == 49


def test_over_months_it_fires_as_pandas_resamples(
    declared: Config, database: Path, sampled: dict[str, RuleReplay]
) -> None:
    moves = closes(declared, database, "ust10y").resample("ME").last().diff() * 100
    rose = moves[(moves.round(6) >= 40) & (moves.index >= START.date().isoformat())]
    assert list(fired(sampled["monthly_rise"])) == [str(day.date()) for day in rose.index]
    assert len(rose) > 50
