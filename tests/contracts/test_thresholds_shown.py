"""The bars of one message stand against the sizes of one severity, which is named."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from monitor.config.plugins import rule_types
from rules.catalog.aggregate_net_sales import AggregateNetSales
from rules.catalog.correlation_regime import CorrelationRegime
from rules.catalog.custody_outflow import CustodyOutflow
from rules.catalog.foreign_net_sales import ForeignNetSales
from rules.evaluation import Evaluations, Rule
from rules.model import AlertText
from rules.terms import Severity
from rules.tic.areas import CHINA, GRAND_TOTAL
from rules.tic.series_ids import HOLDINGS, LONG, TOTAL, tic_series
from tests.case_rows import FOLDER, rows_of_case
from tests.slow import quick_where
from tests.spring_figures import usual_known_at
from tests.support import Row, history_of, new_york

RULES = {name: cls() for name, cls in rule_types().items()}
END = new_york("2025-08-31 23:00")
UNITS = {
    "_usd_bn": "usd_bn",
    "_jpy_bn": "jpy_bn",
    "_bp": "bp",
    "_sd": "sd",
    "_sessions": "count",
    "_pp": "pp",
    "_pct": "pct",
    "_of_holdings": "pct",
    "_correlation": "correlation",
}
PREFIXES = tuple(f"{one.label}_" for one in Severity)


def settings(of: Any) -> Iterator[tuple[str, float]]:
    """Every size among the settings of a rule, those of its countries too."""
    for one in fields(of):
        value = getattr(of, one.name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield one.name, float(value)
        elif isinstance(value, dict):
            for inner in value.values():
                if is_dataclass(inner):
                    yield from settings(inner)


def sizes(rule: Rule, severity: Severity, unit: str) -> set[float]:
    """The sizes in a unit that a severity has, or all severities together."""
    return {
        round(value, 9)
        for name, value in settings(rule)
        if next((known for end, known in UNITS.items() if name.endswith(end)), "") == unit
        and (name.startswith(f"{severity.label}_") or not name.startswith(PREFIXES))
    }


def positive_cases(rule: Rule) -> Iterator[list[Row]]:
    for path in sorted((FOLDER / rule.rule_id).glob("positive*.toml")):
        yield rows_of_case(tomllib.loads(path.read_text(encoding="utf-8")), rule.series)


# So many of the periods in which nothing fired are enough: what is said of them differs little.
QUIET_STEP = 6


def told(rule: Rule, rows: list[Row]) -> Iterator[tuple[int, AlertText]]:
    """What a rule says of every period that fires and of some quiet ones, with the severity's
    code."""
    for judged in rule.judge(history_of(rows, rule.series).as_of(END)):
        fires = np.flatnonzero(judged.severity > Evaluations.QUIET)
        quiet = np.flatnonzero(judged.severity == Evaluations.QUIET)[::QUIET_STEP]
        for row in (*fires, *quiet):
            yield int(judged.severity[row]), judged.explain(int(row))


def lowest(rule: Rule) -> Severity:
    """The severity whose sizes are the smallest that a rule has."""
    has_notice = any(name.startswith("notice_") for name, _ in settings(rule))
    return Severity.NOTICE if has_notice else Severity.WARNING


def assert_one_severity(rule: Rule, code: int, said: AlertText) -> None:
    bars = [one for one in said.evidence if one.threshold]
    # A near miss names the smallest size that would have fired.
    against = lowest(rule) if code == Evaluations.QUIET else said.against
    assert against is not None, "the severity is not named"
    assert code == Evaluations.QUIET or against <= code
    for one in bars:
        assert one.threshold is not None
        found = sizes(rule, against, one.unit)
        assert round(abs(one.threshold), 9) in found, (one.label, one.threshold, against.label)


# Whose cases have the most periods.
MANY_PERIODS = {"term_premium_jump", "foreign_net_sales", "term_premium_day", "joint_selloff"}


@pytest.mark.parametrize(
    "rule", quick_where(lambda rule: rule.rule_id not in MANY_PERIODS, RULES.values()), ids=RULES
)
def test_every_bar_of_a_message_is_against_a_size_of_the_severity_it_names(rule: Rule) -> None:
    fired = 0
    for rows in positive_cases(rule):
        for code, said in told(rule, rows):
            assert_one_severity(rule, code, said)
            fired += code > Evaluations.QUIET
    assert fired


APRIL, MARCH = date(2025, 4, 30), date(2025, 3, 31)


def month_of(code: str, long_bn: float, total_bn: float, held_bn: float) -> list[Row]:
    """April of an area: its net transactions, and what it held a month before, USD bn."""
    numbers = (
        (tic_series(code, LONG), APRIL, long_bn),
        (tic_series(code, TOTAL), APRIL, total_bn),
        (tic_series(code, HOLDINGS), MARCH, held_bn),
    )
    return [(name, day, usual_known_at(name, day), 1, bn * 1000.0) for name, day, bn in numbers]


def custody(*levels_bn: float) -> list[Row]:
    """The custody level on Wednesdays, the last of them 30 April 2025."""
    name, last = "custody_treasuries", date(2025, 4, 30)
    days = [last - timedelta(weeks=week) for week in reversed(range(len(levels_bn)))]
    return [
        (name, day, usual_known_at(name, day), 1, bn * 1000.0)
        for day, bn in zip(days, levels_bn, strict=True)
    ]


IN_DOLLARS = AggregateNetSales(notice_net_sales_usd_bn=20.0, warning_net_sales_usd_bn=60.0)


@pytest.mark.parametrize(
    ("rule", "rows", "severity", "against", "limits"),
    [
        # One measure is critical, the other beyond the warning size alone.
        (ForeignNetSales(), month_of(CHINA, -22.0, -35.0, 760.0), 3, 3, [-30.0, -30.0]),
        (ForeignNetSales(), month_of(CHINA, -12.0, -25.0, 760.0), 2, 2, [-20.0, -20.0]),
        (ForeignNetSales(), month_of(CHINA, -12.0, -19.0, 760.0), 0, 2, [-20.0, -20.0]),
        # Long-term against the notice in dollars, the total beyond the warning.
        (IN_DOLLARS, month_of(GRAND_TOTAL, -25.0, -70.0, 8000.0), 2, 2, [-60.0, -60.0, -0.75]),
        (IN_DOLLARS, month_of(GRAND_TOTAL, -25.0, -90.0, 8000.0), 3, 3, [-1.0]),
        (IN_DOLLARS, month_of(GRAND_TOTAL, -25.0, -30.0, 8000.0), 1, 1, [-20.0, -20.0, -0.5]),
        # One week beyond its warning size, four weeks beyond the notice alone.
        (CustodyOutflow(), custody(3000, 2990, 2990, 2990, 2955), 2, 2, [-33.0, -74.0]),
        (CustodyOutflow(), custody(3040, 2990, 2990, 2990, 2955), 3, 2, [-33.0, -74.0]),
        (CustodyOutflow(), custody(3000, 2990, 2985, 2980, 2955), 1, 1, [-20.0, -42.0]),
    ],
)  # fmt: skip
def test_numbers_that_reached_different_sizes_stand_against_one_severity(
    rule: Rule, rows: list[Row], severity: int, against: int, limits: list[float]
) -> None:
    judged = next(
        one
        for one in rule.judge(history_of(rows, rule.series).as_of(END))
        if len(one.period_end) and one.subject != "japan"
    )
    row = len(judged.period_end) - 1
    assert judged.severity[row] == severity
    said = judged.explain(row)
    assert said.against == (against if severity else None)
    assert [one.threshold for one in said.evidence if one.threshold] == limits
    assert "nan" not in said.unusual


def test_a_correlation_stands_against_its_level_over_the_windows_that_its_severity_asks() -> None:
    rule, asked = CorrelationRegime(), set()
    for rows in positive_cases(rule):
        for code, said in told(rule, rows):
            bars = [one.label for one in said.evidence if one.threshold]
            assert len(bars) == max(code, 1)
            asked.add(code)
    assert {0, 1, 2} <= asked
