"""The TIC rules over all months: their base rates as stated and shipped, and others' sales."""

from __future__ import annotations

import re
from datetime import date

import pytest

from monitor.history.replay import Replayed
from rules.context.base_rates import base_rate
from rules.terms import Severity

LISTED = re.compile(r"long-term net that month: (.*?)\.(?: |$)")


@pytest.mark.parametrize(
    ("rule_id", "subject", "first", "counts"),
    [
        ("aggregate_net_sales", "all", date(2000, 4, 1), (34, 22, 10)),
        ("foreign_net_sales", "japan", date(2011, 9, 1), (11, 11, 4)),
        ("foreign_net_sales", "china", date(2011, 9, 1), (20, 20, 7)),
        ("foreign_share", "all", date(2000, 3, 1), (4, 3, 1)),
    ],
)
def test_the_stated_months_and_rates_come_out(
    replayed: Replayed, rule_id: str, subject: str, first: date, counts: tuple[int, int, int]
) -> None:
    alerts = [
        one
        for one in replayed.alerts()
        if (one.rule_id, one.subject) == (rule_id, subject) and one.episode >= first
    ]
    found = tuple(sum(one.severity >= least for one in alerts) for least in Severity)
    assert found == counts
    shipped = base_rate(rule_id, subject)
    assert shipped is not None
    years = (date(2026, 4, 30) - first).days / 365.25
    rates = [count / years for count in counts]
    stated = [shipped.notice, shipped.warning, shipped.critical]
    assert rates == pytest.approx(stated, abs=0.01)


@pytest.mark.parametrize(
    ("alert_id", "wanted"),
    [
        ("foreign_net_sales/china/2015-08-31", "All −$35.0bn, Japan −$17.6bn, Belgium −$0.3bn"),
        ("foreign_net_sales/china/2015-12-31", "All −$35.9bn, Japan −$25.6bn, Belgium −$1.0bn"),
        ("foreign_net_sales/japan/2015-12-31", "All −$35.9bn, China −$29.2bn, Belgium −$1.0bn"),
        ("foreign_net_sales/japan/2022-10-31", "All +$61.9bn, China +$7.1bn, Belgium −$8.3bn"),
    ],
)
def test_the_others_of_a_real_month_of_form_s(
    replayed: Replayed, alert_id: str, wanted: str
) -> None:
    told = {
        one.outline.after.alert_id: one.explained().signal.explained
        for rule in replayed.rules
        for one in rule.verdicts.decided
        if rule.rule.rule_id == "foreign_net_sales"
    }
    listed = LISTED.search(told[alert_id].caveat)
    assert listed
    assert listed[1] == wanted
    assert not [one for one in told if not LISTED.search(told[one].caveat)], "an empty list"
