"""A declared rule in sentences."""

from __future__ import annotations

from typing import Any

import pytest

from rules.declared.described import described
from tests.rules.declared.test_transforms import rule_of

TITLES = {"vix": "VIX close"}
SIZES = {"notice": 10, "warning": 12.5}
RULES: tuple[tuple[dict[str, Any], str], ...] = (
    (
        {"kind": "event", "all": [{"series": "spx", "change_pct": 5, "below_pct": -5}]},
        "A dated event of the desk's own: S&P 500, change over 5 periods, at or below −5%.",
    ),
    (
        {
            "any": [
                {"series": "ust30y", "change": 1, "above_bp": SIZES},
                {"series": "vix", "above": 35},
            ],
            "close_when": {"series": "vix", "below": 20.25},
        },
        "A condition of the desk's own: any of: 30-year yield, change over 1 period, at or above "
        "10bp (notice), 12.5bp (warning); VIX close, at or above 35. It closes when VIX close, at "
        "or below 20.25.",
    ),
    (
        {
            "of": [
                {"series": "spx", "change_pct": 1, "against_usual": 63, "below_sd": -2},
                {"series": "spx", "correlation": 63, "to": "dxy", "above": 0.5},
            ],
            "at_least": 1,
            "critical": [{"all": [{"series": "spx", "drawdown": 252, "below_pct": -20}]}],
        },
        "A condition of the desk's own: at least 1 of: S&P 500, change over 1 period against the "
        "usual of 63 periods, at or below −2σ; S&P 500, correlation with ICE DXY over 63 periods, "
        "at or above +0.5. Critical also by S&P 500, below its high of 252 periods, at or below "
        "−20%. It closes with less than 50% of the way to a notice left.",
    ),
    (
        {
            "kind": "event",
            "subjects": {"spx": "Stocks", "dxy": "the dollar"},
            "all": [{"series": "{subject}", "zscore": 63, "above_sd": 2}],
            "cooldown_periods": 5,
        },
        "A dated event of the desk's own: {subject}, z-score over 63 periods, at or above 2σ. "
        "After one, no other as severe is sent for 5 periods. Evaluated for Stocks and the dollar.",
    ),
)


@pytest.mark.parametrize(("settings", "expected"), RULES)
def test_a_rule_is_said_as_it_is_declared(settings: dict[str, Any], expected: str) -> None:
    assert described(rule_of(**settings), TITLES) == expected
