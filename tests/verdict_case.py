"""The cases under tests/verdict_cases: a month of data, and how the verdict must read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from rules.model import Panel
from rules.tic.flows import WINDOWS, Flows
from rules.verdict.model import Indicator, Verdict
from rules.verdict.rule import VerdictRule

CASES: Final = sorted((Path(__file__).parent / "verdict_cases").glob("*.toml"))


def check_case(case: dict[str, Any], verdict: Verdict, panel: Panel, rule: VerdictRule) -> None:
    """The numbers to the digit shown, and the words."""
    flows = Flows.of(panel)
    assert flows.last is not None
    assert f"{flows.last:%Y-%m}" == case["month"]
    sizes = (rule.month_sold_pct, rule.three_months_sold_pct, rule.twelve_months_sold_pct)
    windows = [flows.window(n, size) for n, size in zip(WINDOWS, sizes, strict=True)]
    assert round(windows[0].usd_bn) == case["net_usd_bn"]
    for window, pct, move in zip(windows, case["pct_of_holdings"], case["moves"], strict=True):
        if pct is not None:
            assert abs(round(window.pct, 1)) == abs(pct), window
            assert window.pct * pct >= 0, window
        assert window.move == move, window
    for words in case["says"]:
        assert words in verdict.line, verdict.line
    for words in case["never"]:
        assert words not in verdict.line, verdict.line
    for said, wanted in ((verdict.beside, case["beside"]), (verdict.notes, case["notes"])):
        for words in wanted:
            assert any(words in one for one in said), (words, said)
    answers = [one.answer for one in verdict.horizons]
    assert answers[1:4] == case["moves"]


def written_out_verdict(verdict: Verdict) -> str:
    """All that a verdict says, in the order of its page."""
    lines = [verdict.line, "", *verdict.beside, "", *verdict.notes, ""]
    for horizon in verdict.horizons:
        lines += [
            f"{horizon.name}: {horizon.answer}; {horizon.number}; {horizon.period_end}",
            f"  {horizon.confidence}: {horizon.reason}; {horizon.source}",
        ]
    for one in verdict.headings:
        lines += ["", *written_out_indicator(one)]
    return "\n".join(lines)


def written_out_indicator(one: Indicator) -> list[str]:
    """An indicator: its reading and number, its rule, where it comes from and what it is for."""
    return [
        f"{one.name}: {one.reading}; {one.number}",
        f"  {one.rule}",
        f"  {one.period_end}; {one.source}",
        f"  {one.weight}; {one.record}",
    ]
