"""Our own alerts beside the verdict: which of them are named, and how both are true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.terms import Severity
from rules.tic.areas import CHINA
from rules.tic.flows import Flows
from rules.verdict.alerts import Known, recent, sentences
from rules.verdict.model import OwnAlert
from tests.rules.verdict.verdict_figures import ALL, RULE, flows, panel, rows
from tests.support import Row

APRIL = date(2025, 4, 30)
SOLD = flows(30, 20, -40)
BOUGHT = flows(-30, -20, 40)
CRITICAL, WARNING = Severity.CRITICAL, Severity.WARNING


def alert(
    rule_id: str, title: str, episode: date, severity: Severity = WARNING, subject: str = "us"
) -> OwnAlert:
    return OwnAlert(
        rule_id, subject, title, severity, is_condition=False, episode=episode, told=episode
    )


def condition(rule_id: str, title: str, told: date, closed: date | None = None) -> OwnAlert:
    made = alert(rule_id, title, told)
    return replace(made, is_condition=True, closed=closed)


def beside(alerts: list[OwnAlert], *found: list[Row]) -> tuple[str, ...]:
    known = panel([row for one in found for row in one])
    return sentences(alerts, Known(known, Flows.of(known)))


SELLOFF = alert("joint_selloff", "Joint selloff", date(2025, 4, 10))
HAVEN = alert("haven_failure", "Haven failure", date(2025, 4, 10))
CHINAS = alert("foreign_net_sales", "Foreign net sales", APRIL, subject="china")
ALL_SOLD = alert("aggregate_net_sales", "Aggregate net sales", APRIL)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (SOLD, "all foreigners together sold $40.0bn in April 2025"),
        (BOUGHT, "all foreigners together bought $40.0bn in April 2025"),
        (flows(10, 10, 0), "all foreigners together bought $0.0bn in April 2025"),
        (flows(10, 10, 0.5), "all foreigners together bought $0.5bn in April 2025"),
        (flows(10, 10, -0.5), "all foreigners together sold $0.5bn in April 2025"),
        ([], "TIC for April 2025 is not yet published"),
        # The month of the last holdings is out, and its transactions are not given.
        (
            [row for row in SOLD if (row[0], row[1]) != (f"{ALL}.for_treas_net", date(2025, 3, 31))
             and (row[0], row[1]) != (f"{ALL}.for_lt_treas_net", date(2025, 3, 31))],
            "all foreigners' transactions of March 2025 are n.a.",
        ),
    ],
)  # fmt: skip
def test_prices_show_no_seller_and_the_transactions_of_their_month_stand_beside_them(
    found: list[Row], said: str
) -> None:
    one = replace(SELLOFF, episode=date(2025, 3, 10)) if "March" in said else SELLOFF
    (sentence,) = beside([one], found)
    assert sentence.endswith(f": prices do not show who sold; {said}.")


@pytest.mark.parametrize(
    ("rule_id", "named"),
    [
        ("joint_selloff", "of Fri 23 May 2025"),
        ("joint_selloff_weekly", "of the week to Fri 23 May 2025"),
        ("joint_selloff_monthly", "of May 2025"),
        ("aggregate_net_sales", "of May 2025"),
    ],
)
def test_an_event_is_named_by_its_session_week_or_month(rule_id: str, named: str) -> None:
    (said,) = beside([alert(rule_id, "Title", date(2025, 5, 23))])
    assert f"Title (warning {named}): " in said


def test_a_condition_counts_to_the_month_in_which_it_opened() -> None:
    opened = replace(condition("correlation_regime", "Correlation", date(2025, 4, 2)),
                     episode=date(2025, 3, 31))  # fmt: skip
    (said,) = beside([opened], SOLD)
    assert said == (
        "Correlation (warning since Wed 2 Apr 2025): prices do not show who sold; all foreigners "
        "together sold $40.0bn in April 2025."
    )


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ([SELLOFF], "Joint selloff (warning of Thu 10 Apr 2025)"),
        ([replace(SELLOFF, severity=CRITICAL), SELLOFF,
          replace(SELLOFF, episode=date(2025, 4, 21)),
          replace(SELLOFF, episode=date(2025, 4, 8))],
         "Joint selloff (1 critical, 3 warning; last of Mon 21 Apr 2025)"),
        ([SELLOFF, replace(SELLOFF, severity=CRITICAL, episode=date(2025, 4, 8))],
         "Joint selloff (1 critical, 1 warning; last of Thu 10 Apr 2025)"),
    ],
)  # fmt: skip
def test_several_events_are_counted_by_severity_the_worst_first(
    group: list[OwnAlert], name: str
) -> None:
    (said,) = beside(group, SOLD)
    assert said.startswith(f"{name}: ")


def test_up_to_three_openings_of_a_condition_are_named_in_order_and_more_are_counted() -> None:
    first, second, third, fourth = (
        condition("custody_outflow", "Custody outflow", date(2025, month, 3), date(2025, month, 20))
        for month in (1, 2, 3, 4)
    )
    still = replace(fourth, closed=None)
    (said,) = beside([still, third, second], SOLD)
    assert said.startswith(
        "Custody outflow (warning from Mon 3 Feb 2025 to Thu 20 Feb 2025; warning from Mon 3 Mar "
        "2025 to Thu 20 Mar 2025; warning since Thu 3 Apr 2025): "
    )
    (said,) = beside([fourth, second, third, first], SOLD)
    assert said.startswith(
        "Custody outflow (4 warning; last from Thu 3 Apr 2025 to Sun 20 Apr 2025): "
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (rows("tic.99990.for_treas_net", [APRIL], [-9000.0]),
         "by TIC officials' net was −$9.0bn that month"),
        (rows("tic.99990.for_treas_net", [date(2025, 3, 31)], [-9000.0]),
         "all foreigners together sold $40.0bn in April 2025"),
        ([], "all foreigners together sold $40.0bn in April 2025"),
    ],
)  # fmt: skip
def test_custody_is_officials_at_the_fed_and_what_they_did_by_tic(
    found: list[Row], said: str
) -> None:
    opened = condition("custody_outflow", "Custody outflow", date(2025, 4, 3))
    (sentence,) = beside([opened], SOLD, found)
    face = "foreign officials' holdings at the Fed alone, at face value"
    assert sentence == f"Custody outflow (warning since Thu 3 Apr 2025): {face}; {said}."


def china(long_bn: float, total_bn: float | None = None, month: date = APRIL) -> list[Row]:
    found = rows(f"tic.{CHINA}.for_lt_treas_net", [month], [1000.0 * long_bn])
    if total_bn is None:
        return found
    return [*found, *rows(f"tic.{CHINA}.for_treas_net", [month], [1000.0 * total_bn])]


@pytest.mark.parametrize(
    ("subject", "found", "said"),
    [
        ("china", china(-22.0, -18.5),
         "China): China alone −$22.0bn long-term, −$18.5bn with bills; all"),
        ("china", china(-22.0), "China): China alone −$22.0bn long-term; all"),
        # Nothing known of that month, or no country whose sales are read here.
        ("china", china(-22.0, month=date(2025, 3, 31)),
         "China): one country is not all foreigners; all"),
        ("china", [], "China): one country is not all foreigners; all"),
        ("united_kingdom", china(-22.0), "United Kingdom): one country is not all foreigners; all"),
        ("atlantis", china(-22.0), "atlantis): one country is not all foreigners; all"),
    ],
)  # fmt: skip
def test_one_country_is_not_all_foreigners(subject: str, found: list[Row], said: str) -> None:
    (sentence,) = beside([replace(CHINAS, subject=subject)], BOUGHT, found)
    name, words = said.split("): ")
    assert sentence == (
        f"Foreign net sales, {name} (warning of April 2025): {words} foreigners together bought "
        "$40.0bn in April 2025."
    )


def test_a_country_whose_month_is_not_out_for_all_is_not_told_alone() -> None:
    (sentence,) = beside([CHINAS], china(-22.0))
    assert sentence.endswith(
        ": one country is not all foreigners; TIC for April 2025 is not yet published."
    )


@pytest.mark.parametrize(
    ("net_bn", "month", "said"),
    [
        ((30, 20, -40), APRIL,
         "April −$40.0bn long-term, −$40.0bn with bills, after +$50.0bn long-term in February and "
         "March"),
        ((20, -40), APRIL, "April −$40.0bn long-term, −$40.0bn with bills"),
        ((5, 30, 20, -40, 60), date(2025, 3, 31),
         "March −$40.0bn long-term, −$40.0bn with bills, after +$50.0bn long-term in January and "
         "February; +$60.0bn with bills since"),
        ((30, 20, -40, 60, 70), date(2025, 2, 28), "February −$40.0bn long-term, −$40.0bn with "
         "bills, after +$50.0bn long-term in December and January; +$130.0bn with bills since"),
        ((30, 20, -40), date(2024, 4, 30), "that month's transactions are not known now"),
    ],
)  # fmt: skip
def test_a_sale_by_all_is_said_with_the_months_around_it(
    net_bn: tuple[float, ...], month: date, said: str
) -> None:
    (sentence,) = beside([replace(ALL_SOLD, episode=month)], flows(*net_bn))
    assert sentence == f"Aggregate net sales (warning of {month:%B %Y}): {said}."


def dollar(before: float, after: float) -> list[Row]:
    return rows("dxy", [date(2025, 3, 31), date(2025, 4, 30)], [before, after])


@pytest.mark.parametrize(
    ("found", "closes", "said"),
    [
        (SOLD, dollar(100.0, 102.5),
         "; the dollar rose (+2.5%): no flight from the dollar, a dash for cash"),
        (BOUGHT, dollar(100.0, 102.5), "; the dollar rose (+2.5%): no flight from the dollar"),
        ([], dollar(100.0, 102.5), "; the dollar rose (+2.5%): no flight from the dollar"),
        (SOLD, dollar(100.0, 100.0), ""),
        (SOLD, dollar(100.0, 99.0), ""),
        (SOLD, dollar(100.0, 102.5)[:1], ""),
        (SOLD, dollar(100.0, 102.5)[1:], ""),
    ],
)  # fmt: skip
def test_a_haven_failure_in_a_month_in_which_the_dollar_rose_is_no_flight_from_it(
    found: list[Row], closes: list[Row], said: str
) -> None:
    (sentence,) = beside([HAVEN], found, closes)
    prices = "TIC for April 2025 is not yet published"
    if found:
        did = "sold" if found is SOLD else "bought"
        prices = f"all foreigners together {did} $40.0bn in April 2025"
    assert sentence.endswith(f": prices do not show who sold; {prices}{said}.")


@pytest.mark.parametrize(
    ("rule_id", "said"),
    [
        ("term_premium_jump", "a model's pay for holding duration, not a seller"),
        ("foreign_share", "a share falls too when the debt grows faster than foreigners buy"),
        ("weak_auction", "indirect bidders are foreign officials and many domestic funds"),
    ],
)
def test_what_says_nothing_of_sellers_is_said_so_whatever_they_did(rule_id: str, said: str) -> None:
    assert beside([alert(rule_id, "It", APRIL)], SOLD) == (
        f"It (warning of Wed 30 Apr 2025): {said}.",
    )


def test_the_worst_is_named_first_sales_before_prices_and_no_notice() -> None:
    worst = replace(HAVEN, severity=CRITICAL)
    quiet = replace(SELLOFF, rule_id="rates_up_dollar_down", severity=Severity.NOTICE)
    said = beside([SELLOFF, worst, ALL_SOLD, CHINAS, quiet], SOLD)
    titles = [one.split(" (")[0] for one in said]
    assert titles == [
        "Haven failure",
        "Aggregate net sales",
        "Foreign net sales, China",
        "Joint selloff",
    ]


AT = date(2025, 6, 20)


@pytest.mark.parametrize(
    ("one", "is_named"),
    [
        # Events since the last published month, April, began, or of the last 31 days.
        (replace(SELLOFF, episode=date(2025, 4, 1), told=date(2025, 4, 1)), True),
        (replace(SELLOFF, episode=date(2025, 3, 31), told=date(2025, 4, 1)), False),
        (replace(SELLOFF, episode=date(2025, 3, 31), told=date(2025, 5, 20)), True),
        (replace(SELLOFF, episode=date(2025, 3, 31), told=date(2025, 5, 19)), False),
        # Sales of the last three published months.
        (replace(ALL_SOLD, episode=date(2025, 2, 28), told=date(2025, 4, 15)), True),
        (replace(ALL_SOLD, episode=date(2025, 1, 31), told=date(2025, 3, 15)), False),
        # Conditions that are open, or were in that month.
        (condition("custody_outflow", "", date(2024, 1, 3)), True),
        (condition("custody_outflow", "", date(2024, 1, 3), date(2025, 4, 1)), True),
        (condition("custody_outflow", "", date(2024, 1, 3), date(2025, 3, 31)), False),
        # All foreign bonds of Japan's residents say nothing of Treasuries.
        (condition("japan_foreign_debt", "", date(2025, 4, 12)), False),
        # Positions of leveraged funds are not about foreigners.
        (condition("leveraged_shorts", "", date(2025, 6, 3)), False),
    ],
)
def test_which_alerts_a_verdict_has_to_agree_with(one: OwnAlert, is_named: bool) -> None:
    assert bool(recent([one], Flows.of(panel(SOLD)), AT, RULE)) == is_named


@pytest.mark.parametrize("at", [date(2025, 8, 18), date(2025, 8, 19)])
def test_months_that_are_too_old_do_not_count_as_the_last_published(at: date) -> None:
    is_fresh = (at - APRIL).days <= RULE.flows_most_days_old
    april = replace(SELLOFF, episode=date(2025, 4, 10))
    assert bool(recent([april], Flows.of(panel(SOLD)), at, RULE)) == is_fresh
