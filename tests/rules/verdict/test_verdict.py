"""The line of the verdict: what it may claim, and with what confidence."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from alerts.model import Alert
from monitor.evaluate.evaluation import decide_rule
from monitor.evaluate.known import Known
from monitor.ingest.calendars import month_end
from monitor.views.own_alerts import own_alerts
from rules.catalog.aggregate_net_sales import AggregateNetSales
from rules.catalog.foreign_net_sales import ForeignNetSales
from rules.catalog.joint_selloff import JointSelloff
from rules.evaluation import Rule
from rules.terms import Severity
from rules.verdict.model import Confidence, OwnAlert, Verdict
from rules.verdict.verdict import SERIES, weigh
from tests.rules.verdict.verdict_figures import (
    AT,
    RULE,
    custody,
    flows,
    market,
    panel,
    premium,
    rows,
    share,
)
from tests.spring_figures import rows_of, spring, tic_rows
from tests.support import Row, history_of, new_york
from tests.verdict_case import CASES, check_case, written_out_verdict


def told(
    rule_id: str, title: str, day: date, severity: Severity = Severity.WARNING, **more: object
) -> OwnAlert:
    made = OwnAlert(rule_id, "us", title, severity, is_condition=False, episode=day, told=day)
    return replace(made, **more)  # type: ignore[arg-type]


SELLOFF = told("joint_selloff", "Joint selloff", date(2025, 6, 12))


CUSTODY = told(
    "custody_outflow", "Custody outflow", date(2025, 5, 1), Severity.CRITICAL, is_condition=True
)


def verdict(found: Sequence[list[Row]], alerts: Sequence[OwnAlert] = ()) -> Verdict:
    return weigh(panel([row for rows_ in found for row in rows_]), RULE, alerts)


def line(*found: list[Row], alerts: Sequence[OwnAlert] = ()) -> str:
    return verdict(found, alerts).line


YEAR_BOUGHT = [50.0] * 10


BOUGHT = flows(*YEAR_BOUGHT, 50, 50, 50)


def test_without_flows_nobody_can_say() -> None:
    assert line() == (
        "No data: without transactions nobody can know who sold; nothing else points to it."
    )
    assert line(market(3), custody(-90), alerts=[SELLOFF]).endswith("; beside it: joint selloff.")


def test_no_is_said_only_of_published_months_and_names_the_others() -> None:
    assert line(BOUGHT) == (
        "No, through April 2025: bought at every horizon (+$50.0bn in April 2025; +0.6% / +1.7% / "
        "+6.7% of holdings over 1 / 3 / 12 months). TIC for May and June 2025 is not yet published"
        "; nothing else points to it."
    )


@pytest.mark.parametrize(
    ("at", "missing"),
    [
        ("2025-06-30 20:05", "May and June 2025"),  # the first of July in UTC
        ("2025-07-01 00:05", "May to July 2025"),
    ],
)
def test_a_month_begins_when_it_does_in_new_york(at: str, missing: str) -> None:
    found = weigh(panel(BOUGHT, new_york(at)), RULE, ())
    assert f"TIC for {missing} is not yet published" in found.line
    assert f"TIC for {missing} is not yet published" in found.horizons[0].reason


def test_an_alert_of_ours_since_then_makes_it_unknown_and_is_named() -> None:
    said = verdict([BOUGHT], [SELLOFF, CUSTODY])
    assert said.line.startswith(
        "Not known yet: TIC for May and June 2025 is not yet published. Through Apr"
    )
    assert said.line.endswith("; beside it: custody outflow, joint selloff.")
    assert said.beside == (
        "Custody outflow (critical since Thu 1 May 2025): foreign officials' holdings at the Fed "
        "alone, at face value; TIC for May 2025 is not yet published.",
        "Joint selloff (warning of Thu 12 Jun 2025): prices do not show who sold; TIC for June "
        "2025 is not yet published.",
    )


def test_a_notice_of_ours_is_not_called_nothing() -> None:
    said = line(BOUGHT, alerts=[replace(SELLOFF, severity=Severity.NOTICE)])
    assert said.startswith("Not known yet")
    assert said.endswith("no warning or critical of ours beside it.")


def test_prices_and_the_premium_neither_support_nor_veto() -> None:
    rest = [market(0), custody(120), premium(-30), share(5.0)[2:]]
    sold = line(flows(*YEAR_BOUGHT, -30, -40, -40), *rest)
    assert sold.startswith("Sold a little in April 2025")
    assert "sold over the quarter (−1.2%), not over the year" in sold
    bought = line(BOUGHT, market(5), premium(80), custody(-90))
    assert bought.startswith("No, through April 2025: bought at every horizon")


@pytest.mark.parametrize(
    ("net_bn", "begins"),
    [
        ((50, 50, 50), "No, through April 2025: bought at every horizon"),
        (
            (50, 50, -68),
            "One large month, April 2025 (−$68.0bn, −0.8% of holdings), after",
        ),
        ((50, 50, -60), "Not shown: sold a little in April 2025, below the size that counts"),
        ((-90, -90, 90), "Bought in April 2025"),
        ((50, 50, 2), "No, through April 2025: flat in April 2025"),
        ((50, -70, 80), "No, through April 2025: bought back after −$70.0bn in March: bought at"),
        ((-300, -300, -300), "Sold in April 2025"),
    ],
)
def test_the_reading_begins_with_the_month(net_bn: tuple[float, ...], begins: str) -> None:
    assert line(flows(*YEAR_BOUGHT, *net_bn)).startswith(begins)


def test_the_confidence_falls_with_each_doubt_and_says_why() -> None:
    officials = "tic.99990.for_treas_net"
    month = [date(2025, 4, 30)]
    known = [BOUGHT, custody(-90), rows(officials, month, [-9000.0])]
    fall = rows("custody_treasuries", [date(2025, 3, 26), date(2025, 4, 30)], [3e6, 2.99e6])
    one = verdict([*known[:1], *known[2:], fall]).horizons[1]
    assert (one.confidence, one.reason) == (
        Confidence.HIGH,
        "custody −$10.0bn agrees with officials' −$9.0bn by TIC",
    )
    small = verdict([flows(*YEAR_BOUGHT, 50, 50, 5)]).horizons[1]
    assert small.confidence is Confidence.MEDIUM
    assert small.reason == "smaller than a usual revision ($10.6bn)"


def test_the_word_dumping_is_never_said_by_the_line() -> None:
    for found in ([], flows(-90, -90, -90), BOUGHT):
        assert "dump" not in line(found, market(3), custody(-90))


@pytest.mark.parametrize(
    "path", [one for one in CASES if one.stem.startswith("2025")], ids=lambda path: path.stem
)
def test_a_known_month_over_the_demonstrations_figures(
    path: Path, snapshot: SnapshotAssertion
) -> None:
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    year, number = map(int, case["month"].split("-"))
    at = datetime.combine(month_end(date(year, number, 1)) + timedelta(days=46), AT.timetz())
    rules: tuple[Rule, ...] = (AggregateNetSales(), ForeignNetSales(), JointSelloff())
    ids = tuple(dict.fromkeys((*SERIES, *(name for rule in rules for name in rule.series))))
    stored = [*rows_of(spring(), ids), *(row for row in tic_rows() if row[0] in ids)]
    found = history_of(stored, ids)
    alerts: dict[str, Alert] = {}
    for rule in rules:
        decided = decide_rule(Known.whole(found.only(rule.series)), rule, {}, {}, None, at).decided
        alerts.update({one.outline.after.alert_id: one.outline.after for one in decided})
    titles = {rule.rule_id: rule.title for rule in rules}
    said = weigh(found.only(SERIES).as_of(at), RULE, own_alerts(alerts.values(), titles))
    case["notes"] = []  # the demonstration has no figures by asset, nor of private holders
    check_case(case, said, found.only(SERIES).as_of(at), RULE)
    assert written_out_verdict(said) == snapshot
