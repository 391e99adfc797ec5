"""A condition that rested on a number taken back is withdrawn; one that happened resolves."""

from __future__ import annotations

from datetime import date

import pytest

from alerts.states import AlertState, Reason
from monitor.evaluate.evaluation import decide_rule
from monitor.evaluate.known import Known
from rules.catalog.rates_up_dollar_down import RatesUpDollarDown
from rules.catalog.selloff_cluster import SelloffCluster
from rules.catalog.term_premium_jump import TermPremiumJump
from rules.evaluation import Rule
from rules.terms import Severity
from tests.case_rows import positive_rows
from tests.support import Row, history_of, new_york

START, END = new_york("2025-04-01 12:00"), new_york("2025-06-20 12:00")


def corrected(rule: Rule, series_id: str, day: date, value: float) -> list[Row]:
    """The figures of spring 2025, with one number of a session corrected two days later."""
    known = new_york(f"{day.isoformat()} 09:00").replace(hour=13)
    later = known.replace(day=day.day + 2)
    return [*positive_rows(rule), (series_id, day, later, 2, value)]


def transitions(rule: Rule, rows: list[Row]) -> list[tuple[str, Reason, AlertState]]:
    found = decide_rule(Known.whole(history_of(rows, rule.series)), rule, {}, {}, START, END)
    return [
        (one.outline.after.alert_id, one.outline.reason, one.outline.after.state)
        for one in found.decided
    ]


@pytest.mark.parametrize(
    ("rule", "series_id", "day", "value"),
    [
        (SelloffCluster(), "dxy", date(2025, 4, 21), 100.5),
        (RatesUpDollarDown(), "dxy", date(2025, 4, 11), 104.0),
    ],
    ids=lambda one: one.rule_id if isinstance(one, Rule) else "",
)
def test_a_condition_is_withdrawn_with_what_it_rested_on(
    rule: Rule, series_id: str, day: date, value: float
) -> None:
    before = transitions(rule, positive_rows(rule))
    opened = f"{rule.rule_id}/us/{day}"
    assert (opened, Reason.OPENED, AlertState.OPEN) in before
    assert (opened, Reason.WITHDRAWN, AlertState.WITHDRAWN) not in before
    after = transitions(rule, corrected(rule, series_id, day, value))
    mine = [one for one in after if one[0] == opened]
    assert mine[0] == (opened, Reason.OPENED, AlertState.OPEN)
    assert mine[-1] == (opened, Reason.WITHDRAWN, AlertState.WITHDRAWN)


def test_what_fired_and_is_over_is_resolved() -> None:
    rule = SelloffCluster()
    found = transitions(rule, positive_rows(rule))
    assert ("selloff_cluster/us/2025-04-21", Reason.RESOLVED, AlertState.RESOLVED) in found


def test_every_later_message_of_a_condition_has_its_peak() -> None:
    rule = TermPremiumJump()
    found = decide_rule(
        Known.whole(history_of(positive_rows(rule), rule.series)), rule, {}, {}, START, END
    ).decided
    told = [one.explained() for one in found]
    assert [one.reason for one in told[:2]] == [Reason.OPENED, Reason.WORSENED]
    for one in told:
        lines = [
            line for line in one.signal.explained.evidence if line.label.startswith("Furthest")
        ]
        assert bool(lines) is (one.before is not None)
    resolved = next(one for one in told if one.reason is Reason.RESOLVED)
    peak = resolved.signal.explained.evidence[-1]
    assert peak.label == "Furthest since it opened"
    assert (peak.period_end, peak.unit) == (date(2025, 4, 11), "x notice size")
    assert peak.value == pytest.approx(43.83 / 18.6, abs=0.01)
    assert resolved.after.severity >= Severity.WARNING
