"""The verdict: what each indicator says at its sizes, and what the line may claim."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from alerts.model import Alert
from monitor.evaluate.evaluation import decide_rule
from monitor.evaluate.known import Known
from monitor.ingest.calendars import month_end
from monitor.views.own_alerts import own_alerts
from rules.catalog.aggregate_net_sales import AggregateNetSales
from rules.catalog.foreign_net_sales import ForeignNetSales
from rules.catalog.joint_selloff import JointSelloff
from rules.evaluation import Rule
from rules.indicators import AUCTIONS
from rules.model import Panel, Severity
from rules.verdict import SERIES, weigh
from rules.verdict_rule import Confidence, Indicator, OwnAlert, Stance, Verdict, VerdictRule
from tests.support import Row, history_of, new_york, rows_of, spring, tic_rows, utc
from tests.verdict_case import CASES, check_case

AT = utc("2025-06-20 22:00")
RULE = VerdictRule()
ALL = "tic.99996"


def rows(series_id: str, days: Iterable[date], values: Iterable[float]) -> list[Row]:
    return [
        (series_id, day, utc(f"{day} 12:00"), 1, float(value))
        for day, value in zip(days, values, strict=False)
    ]


def weekdays(count: int, last: str = "2025-06-20") -> list[date]:
    return [stamp.date() for stamp in pd.bdate_range(end=last, periods=count)]


def panel(found: list[Row], at: datetime = AT) -> Panel:
    return history_of(found, SERIES).as_of(at)


def heading(name: str, found: list[Row], at: datetime = AT, rule: VerdictRule = RULE) -> Indicator:
    return next(one for one in weigh(panel(found, at), rule, ()).headings if one.name == name)


def market(selloffs: int, dollar_rose: bool = False) -> list[Row]:
    """100 sessions of small moves either way, of which the last so many are large joint falls, or
    with a dollar that rose haven failures."""
    days, last = weekdays(100), 99 - selloffs
    fell = [max(0, i - last) for i in range(100)]
    spx = [100.0 + 0.2 * (i % 2) - 3.0 * down for i, down in enumerate(fell)]
    ust = [4.0 + 0.01 * (i % 2) + 0.2 * down for i, down in enumerate(fell)]
    dxy = [100.0 + 0.1 * (i % 2) + (down if dollar_rose else -down) for i, down in enumerate(fell)]
    return [*rows("spx", days, spx), *rows("dxy", days, dxy), *rows("ust10y", days, ust)]


HELD_BN = 9000.0


def flows(*net_bn: float) -> list[Row]:
    """Net with bills of the months to April 2025, all of it long-term, over holdings of 9 trn."""
    months = [
        stamp.date() for stamp in pd.date_range(end="2025-04-30", periods=len(net_bn), freq="ME")
    ]
    net = [1000.0 * one for one in net_bn]
    before = [months[0].replace(day=1) - timedelta(days=1), *months]
    return [
        *rows(f"{ALL}.for_treas_net", months, net),
        *rows(f"{ALL}.for_lt_treas_net", months, net),
        *rows(f"{ALL}.for_st_treas_net", months, [0.0] * len(months)),
        *rows(f"{ALL}.for_treas_pos", before, [1000.0 * HELD_BN] * len(before)),
    ]


def custody(change_bn: float) -> list[Row]:
    weeks = [date(2025, 6, 18) - timedelta(weeks=13 - i) for i in range(14)]
    return rows("custody_treasuries", weeks, [3e6 + 1e3 * change_bn * (i == 13) for i in range(14)])


def premium(rise_bp: float) -> list[Row]:
    levels = [0.5] * 22 + [0.5 + rise_bp / 100.0]
    return rows("acm_tp10y", weekdays(23, "2025-06-18"), levels)


def auction(term: int, share: float) -> list[Row]:
    days = [date(2025, 6, 10) - timedelta(days=30 * (12 - i)) for i in range(13)]
    return rows(AUCTIONS[term], days, [*[68.0, 70.0] * 6, share])


def share(change_pp: float) -> list[Row]:
    days = [date(2024, 4, 30), date(2025, 4, 30)]
    held = rows("tic.99996.for_treas_pos", days, [3e6, 3e6 + 1e5 * change_pp])
    return [*held, *rows("debt_held_public", days, [1e7, 1e7])]


@pytest.mark.parametrize(
    ("name", "found", "reading", "said"),
    [
        (
            "price action",
            market(2),
            Stance.SUPPORTS,
            "2 joint selloffs of 0.5σ or more and 2",
        ),
        ("price action", market(1), Stance.NEUTRAL, "1 joint selloff of 0.5σ or more and 1 haven"),
        ("price action", market(2, dollar_rose=True), Stance.SUPPORTS, "0 joint selloffs of 0.5σ"),
        ("price action", market(0), Stance.NEUTRAL, "0 haven failures of 2.0% or more in 21 ses"),
        ("price action", market(2)[:280], Stance.NOT_ENOUGH, "too few"),
        (
            "flows",
            flows(-30, -30, -30),
            Stance.SUPPORTS,
            "−$90.0bn, −1.0% of holdings in 3",
        ),
        ("flows", flows(-30, -30, -29), Stance.NEUTRAL, "to April 2025"),
        ("flows", flows(30, 30, 30), Stance.NEUTRAL, "+$90.0bn, +1.0% of holdings"),
        ("flows", flows(130, 130, 130), Stance.CONTRADICTS, "+$390.0bn, +4.3% of holdings"),
        ("flows", flows(-50, -50), Stance.NOT_ENOUGH, "too few"),
        ("custody", custody(-55), Stance.SUPPORTS, "−$55.0bn in 13 weeks"),
        ("custody", custody(-54), Stance.NEUTRAL, "−$54.0bn"),
        ("custody", custody(110), Stance.NEUTRAL, "+$110.0bn"),
        ("custody", custody(111), Stance.CONTRADICTS, "+$111.0bn"),
        ("custody", custody(-90)[1:], Stance.NOT_ENOUGH, "too few"),
        ("term premium", premium(26.3), Stance.SUPPORTS, "+26.3bp in 21 sessions"),
        ("term premium", premium(26.2), Stance.NEUTRAL, "+26.2bp"),
        ("term premium", premium(-80.0), Stance.NEUTRAL, "−80.0bp"),
        ("term premium", premium(50.0)[2:], Stance.NOT_ENOUGH, "too few"),
        ("auctions", auction(0, 60.0), Stance.SUPPORTS, "in 1 auction"),
        (
            "auctions",
            [*auction(0, 68.5), *auction(1, 68.5)],
            Stance.NEUTRAL,
            "−0.5σ in 2",
        ),
        ("auctions", auction(4, 75.0), Stance.CONTRADICTS, "+5.7σ"),
        ("auctions", auction(4, 60.0)[1:], Stance.NOT_ENOUGH, "too few"),
        ("share", share(-2.2), Stance.SUPPORTS, "27.8%, −2.2pp in 12 months"),
        ("share", share(-2.1), Stance.NEUTRAL, "−2.1pp"),
        ("share", share(3.9), Stance.CONTRADICTS, "+3.9pp"),
        ("share", share(-5.0)[1:], Stance.NOT_ENOUGH, "too few"),
    ],
)
def test_a_heading_reads_its_number_by_its_sizes(
    name: str, found: list[Row], reading: Stance, said: str
) -> None:
    one = heading(name, found)
    assert one.reading is reading
    assert said in one.number
    assert one.rule
    assert (one.period_end is None) == ("too few" in one.number)


@pytest.mark.parametrize(
    ("name", "found", "days"),
    [
        ("price action", market(3), 7),
        ("flows", flows(-40, -40, -40), 110),
        ("custody", custody(-90), 14),
        ("term premium", premium(50), 14),
        ("auctions", auction(0, 60.0), 45),
        ("share", share(-5.0), 200),
    ],
)
def test_old_numbers_are_not_enough_and_still_said(name: str, found: list[Row], days: int) -> None:
    fresh = heading(name, found)
    assert fresh.period_end is not None
    last = utc(f"{fresh.period_end} 12:00") + timedelta(days=days)
    assert heading(name, found, last).reading is Stance.SUPPORTS
    old = heading(name, found, last + timedelta(days=1))
    assert old.reading is Stance.NOT_ENOUGH
    # Auctions of which none is recent leave nothing to say a number of.
    assert "too old" in old.number or name == "auctions"


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
        "+6.7% of holdings over 1 / 3 / 12 months). TIC for May and June 2025 is not out; nothing "
        "else points to it."
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
    assert f"TIC for {missing} is not out" in found.line
    assert f"TIC for {missing} is not out" in found.horizons[0].reason


def test_an_alert_of_ours_since_then_makes_it_unknown_and_is_named() -> None:
    said = verdict([BOUGHT], [SELLOFF, CUSTODY])
    assert said.line.startswith("Not known yet: TIC for May and June 2025 is not out. Through Apr")
    assert said.line.endswith("; beside it: custody outflow, joint selloff.")
    assert said.beside == (
        "Custody outflow (critical since Thu 1 May 2025): foreign officials' holdings at the Fed "
        "alone, at face value; TIC for May 2025 is not out.",
        "Joint selloff (warning of Thu 12 Jun 2025): prices do not show who sold; TIC for June "
        "2025 is not out.",
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
def test_a_known_month_over_the_demonstrations_figures(path: Path) -> None:
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
