"""What an alert of a declared rule says, for each statistic, unit and frequency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.rules.declared.panels import JAPAN, panel_of
from tests.rules.declared.test_transforms import rule_of
from tests.written_out import written_out

EVENT: Final = {"kind": "event"}
FALL: Final = {"notice": -3, "warning": -5}
# A rule's settings, and how each of its series ended.
TEXTS: Final[Mapping[str, tuple[dict[str, Any], dict[str, tuple[float, ...]]]]] = {
    "a level at a size that is no distance": (
        {"all": [{"series": "vix", "above": 30}, {"series": "dxy", "below": 98.5}]},
        {"vix": (20.0, 31.25), "dxy": (101.0, 98.0)},
    ),
    "moves over a session and over several": (
        {**EVENT, "title": "Bear steepener", "all": [
            {"series": "ust10y", "change": 1, "above_bp": {"notice": 4, "warning": 9}},
            {"series": "ust2y", "change": 5, "below_bp": -2.5},
            {"series": "spx", "change_pct": 5, "below_pct": -1},
        ]},
        {"ust10y": (4.0, 4.1), "ust2y": (3.9, *(3.8,) * 5), "spx": (5000.0, 4900.0)},
    ),
    "a fall ranked by its lowest": (
        {"all": [{"series": "spx", "drawdown": 63, "below_pct": FALL}]},
        {"spx": (5000.0, 4800.0)},
    ),
    "a move against the usual of a session and of a week": (
        {"all": [
            {"series": "spx", "change_pct": 1, "against_usual": 63, "below_sd": -2},
            {"series": "dxy", "change_pct": 5, "against_usual": 63, "below_sd": -2},
        ]},
        {"spx": (5000.0, 4900.0), "dxy": (100.0, 99.0)},
    ),
    "a level away from its past": (
        {"any": [
            {"series": "spx", "zscore": 63, "above_sd": {"notice": 2, "critical": 9}},
            {"series": "dxy", "from_mean": 20, "below_pct": -0.5},
            {"series": "vix", "percentile": 63, "above_pct": 95},
            {"series": "ust10y", "days_since_high": 20, "above": 5},
            {"series": "ust2y", "days_since_low": 20, "above": 5},
        ]},
        {"spx": (5000.0, 5020.0), "dxy": (100.0, 99.0), "vix": (20.0, 25.0),
         "ust10y": (4.0, 4.0), "ust2y": (3.5, 3.5)},
    ),
    "a correlation": (
        {"all": [{"series": "spx", "correlation": 20, "to": "dxy", "above": 0.5}]},
        {"spx": (5000.0,), "dxy": (100.0,)},
    ),
    "a sum over months": (
        {"all": [{"series": JAPAN, "sum": 3, "below_usd_bn": {"notice": -20, "critical": -60}}]},
        {JAPAN: (-1000.0, -20000.0, -15500.0)},
    ),
    "a change over weeks": (
        {"all": [
            {"series": "custody_treasuries", "change": 4, "below_usd_bn": -40},
            {"series": "custody_treasuries", "change": 1, "against_usual": 12, "below_sd": -1},
        ]},
        {"custody_treasuries": (2_900_000.0, 2_850_000.0)},
    ),
    "a slower series beside a quicker": (
        {"all": [
            {"series": "spx", "change_pct": 1, "below_pct": {"notice": -1, "warning": -3}},
            {"series": "custody_treasuries", "change": 4, "below_usd_bn": -40},
        ], "close_when": {"series": "vix", "below": 15}},
        {"spx": (5000.0, 4900.0), "custody_treasuries": (2_900_000.0, 2_850_000.0),
         "vix": (20.0, 21.0)},
    ),
    "a subject by its name": (
        {**EVENT, "subjects": {"spx": "Stocks"},
         "all": [{"series": "{subject}", "change_pct": 1, "below_pct": -1}]},
        {"spx": (5000.0, 4900.0)},
    ),
    "what a severity has of its own": (
        {"all": [{"series": "spx", "change_pct": 1, "below_pct": {"notice": -1}}],
         "critical": [{"all": [{"series": "vix", "above": 30}]}]},
        {"spx": (5000.0, 5000.0), "vix": (20.0, 31.0)},
    ),
    "what is not known": (
        {"all": [{"series": "spx", "change_pct": 1, "below_pct": -1},
                 {"series": "vix", "zscore": 120, "above_sd": 2},
                 {"series": "dxy", "sum": 120, "below": 20_000}]},
        {"spx": (5000.0, 4900.0), "dxy": (100.0, 99.0), "vix": (20.0, 31.0)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_it_says(name: str, snapshot: SnapshotAssertion) -> None:
    settings, ends = TEXTS[name]
    rule = rule_of(**settings)
    (answers,) = rule.judge(panel_of(rule, ends))
    assert written_out(rule, answers.signal(len(answers.severity) - 1)) == snapshot
