"""The title and the subject of a digest: what leads it, and what a quiet day is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from alerts.digest.digest import digest_message
from alerts.digest.facts import RuleStatus
from alerts.digest.source_line import SourceLine
from alerts.message.sections import Table
from monitor.ingest.calendars import NEW_YORK
from rules.markets.curve import CurveMove
from rules.markets.havens import Havens
from rules.terms import Answer, Kind, Severity
from rules.wording import plural
from tests.alerts.digest.agreement import disagreements
from tests.alerts.digests import (
    acknowledged,
    changed,
    ended,
    facts,
    market_day_of,
    read,
    sent,
    settled,
    subject,
)


def test_a_day_without_alerts_says_what_markets_did() -> None:
    assert subject(facts()) == (
        "[Digest 2025-04-10] Treasuries did not hedge: S&P −3.5%, 10y +6bp, DXY −2.0%"
    )
    text = read(facts()).replace("\n", " ")
    assert (
        "Thu 10 Apr 2025: S&P 500 5,268.05 (−3.5%), 10-year 4.40% (+6bp), DXY 100.87 (−2.0%). "
        "0 alert changes and no near misses in 3 evaluations since Wed 9 Apr 2025 19:00 EDT."
        in text
    )
    assert "No new alerts, nothing open, no near misses." in sent(facts())


@pytest.mark.parametrize(
    ("answers", "states", "unknown", "said"),
    [
        (1, ["OK"], [], ""),
        (0, ["OK"], [], ""),
        (41, ["OK", "STALE"], [], "; 1 of 2 sources failing or stale"),
        (
            2,
            ["UNREACHABLE", "CONFLICT"],
            ["Joint selloff", "Weak auction", "Weak auction"],
            "; 2 of 2 sources failing or stale, 2 rules lack data",
        ),
        (5, ["OK"], ["Haven failure"], "; all sources current, 1 rule lacks data"),
    ],
)
def test_an_empty_day_is_not_called_whole_when_it_is_not(
    answers: int, states: list[str], unknown: list[str], said: str
) -> None:
    found = replace(
        facts(),
        answers=answers,
        sources=[SourceLine(one, one, one, None, "") for one in states],
        standings=[
            RuleStatus(one, str(place), None, Answer.UNKNOWN, None, None, "", "why")
            for place, one in enumerate(unknown)
        ],
    )
    assert said in subject(found)


def test_what_fired_leads_with_the_worst() -> None:
    transitions = (
        changed(Severity.NOTICE, "a"),
        changed(Severity.CRITICAL, "b", "All fell.", rule_id="weak_auction"),
    )
    found = replace(facts(), transitions=transitions, market=market_day_of(0.1, 1.0, 0.0))
    page = digest_message(found, NEW_YORK)
    assert page.tone == "critical"
    assert page.title == ("weak_auction: All fell; S&P +0.1%, 10y +1bp, DXY 0.0%; 1 more change")
    assert page.subject == f"[Digest 2025-04-10 · CRITICAL] {page.title}"


def test_an_alert_of_the_session_names_it_and_another_stands_behind_what_markets_did() -> None:
    of_session = changed(Severity.CRITICAL)
    found = replace(facts(), transitions=(of_session,), titles={"joint_selloff": "Joint selloff"})
    assert digest_message(found, NEW_YORK).title == (
        "Joint selloff: S&P −3.5%, 10y +6bp, DXY −2.0%"
    )
    auction = changed(Severity.WARNING, rule_id="weak_auction")
    found = replace(facts(), transitions=(auction,), titles={"weak_auction": "Weak auction"})
    assert digest_message(found, NEW_YORK).title == (
        "Treasuries did not hedge: S&P −3.5%, 10y +6bp, DXY −2.0%; warning: Weak auction"
    )
    earlier = changed(Severity.WARNING, period=date(2025, 4, 9))
    found = replace(facts(), transitions=(earlier,), titles={"joint_selloff": "Joint selloff"})
    assert digest_message(found, NEW_YORK).title.endswith("warning: Joint selloff of Wed 9 Apr")


def test_a_title_too_long_for_slack_loses_the_curves_name_before_what_became_of_an_alert() -> None:
    curve = CurveMove({"ust2y": 12.0, "ust10y": 8.0, "ust30y": -1.0})
    havens = Havens({"usdchf": 2.9, "usdjpy": 0.4, "eurusd": 1.5}, date(2025, 4, 10))
    market = replace(market_day_of(1.8, 8.0, -1.1), curve=curve, havens=havens)
    alert = changed(Severity.CRITICAL, rule_id="weak_auction", period=date(2025, 4, 9))
    said = (
        "Dollar and Treasuries fell, franc +2.9% at the ECB fix: S&P +1.8%, 10y +8bp{}, DXY −1.1%"
    )
    for name, flattener in (("Weak", " (bear flattener)"), ("A weak auction with a tail", "")):
        found = replace(facts(), transitions=(alert,), market=market, titles={"weak_auction": name})
        title = digest_message(found, NEW_YORK).title
        assert title == f"{said.format(flattener)}; critical: {name} of Wed 9 Apr"


def test_what_is_over_does_not_lead_and_lends_no_severity() -> None:
    worst = changed(Severity.CRITICAL, kind=Kind.CONDITION)
    both = (ended(worst), changed(Severity.NOTICE, "a", "A little.", rule_id="x"))
    page = digest_message(replace(facts(), transitions=both), NEW_YORK)
    assert page.tone == "notice"
    assert page.subject.startswith("[Digest 2025-04-10 · NOTICE] ")
    assert page.title.endswith("; notice: x; 1 more change")
    page = digest_message(replace(facts(), transitions=both[:1]), NEW_YORK)
    assert page.tone == "resolved"
    assert page.subject.startswith("[Digest 2025-04-10 · RESOLVED] Treasuries did not hedge: ")
    assert page.title.endswith("; 1 change")
    answered = (acknowledged(worst),)
    found = subject(replace(facts(), transitions=answered))
    assert found.startswith("[Digest 2025-04-10 · ACKNOWLEDGED] ")


@pytest.mark.parametrize(
    ("opened", "answered", "counted", "rows"),
    [
        (0, 1, "; 1 alert settled", ["settled"]),
        (0, 8, "; 8 alerts settled", ["settled"]),
        (1, 8, "; 8 alerts settled", ["warning", "settled"]),
        (2, 8, "; 1 more change, 8 settled", ["warning", "warning", "settled"]),
        (3, 0, "; 2 more changes", ["warning", "warning", "warning"]),
    ],
)
def test_the_title_counts_the_rows_and_one_answer_to_many_alerts_is_one(
    opened: int, answered: int, counted: str, rows: list[str]
) -> None:
    transitions = (
        *(changed(name=f"subject {place}", rule_id="china") for place in range(opened)),
        *(settled(changed(name=f"alert {place}")) for place in range(answered)),
    )
    found = replace(facts(), transitions=transitions, titles={"china": "China"})
    page = digest_message(found, NEW_YORK)
    (table,) = [one for one in page.sections if isinstance(one, Table) and one.heading == "Alerts"]
    assert page.title.endswith(counted)
    assert [row[0] for row in table.rows] == rows
    assert disagreements(page) == []
    if answered:
        (said,) = [row[1] for row in table.rows if row[0] == "settled"]
        assert said == (
            "April 2025: foreigners sold, −$70.0bn (−0.8% of holdings); "
            f"answers {plural(answered, 'alert')}"
        )


def test_what_nobody_was_told_of_is_marked_behind_and_leads_nothing() -> None:
    silenced = changed(Severity.CRITICAL, "a", "Silenced.")
    told = changed(Severity.NOTICE, "b", "Told.")
    found = replace(
        facts(), transitions=(silenced, told), withheld={silenced.transition_id: "silenced"}
    )
    assert subject(found).startswith("[Digest 2025-04-10 · NOTICE] ")
    assert "more change" not in subject(found)
    assert "Silenced" not in sent(found)
    lines = read(found).splitlines()
    (first,) = [one for one in lines if "Silenced." in one]
    (second,) = [one for one in lines if "Told." in one and "EDT" in one]
    assert first.endswith("not sent: silenced")
    assert second.endswith("Told.")


def test_what_is_open_since_before_is_counted_in_the_title_and_named_below() -> None:
    still = replace(changed(Severity.CRITICAL, kind=Kind.CONDITION).after, rule_id="custody")
    event = replace(changed(Severity.WARNING).after, subject="b")
    found = replace(
        facts(),
        market=market_day_of(0.1, 1.0, 0.0),
        open_conditions=(still,),
        open_events=(event,),
        titles={"custody": "Custody outflow", "joint_selloff": "Joint selloff"},
    )
    assert digest_message(found, NEW_YORK).title == (
        "Quiet: S&P +0.1%, 10y +1bp, DXY 0.0%; 1 critical and 1 warning open"
    )
    text = sent(found).replace("\n", " ")
    assert "Open: Custody outflow (CRITICAL since Thu 10 Apr); Joint selloff (warning since" in text


@pytest.mark.parametrize(
    ("spx", "ust10y", "dxy", "said"),
    [
        (-6.0, -5.0, 0.9, "Treasuries hedged: S&P −6.0%, 10y −5bp, DXY +0.9%"),
        (-6.0, 5.0, -0.9, "Treasuries did not hedge: S&P −6.0%, 10y +5bp, DXY −0.9%"),
        (-1.0, 0.0, 0.9, "Stocks down, Treasuries flat: S&P −1.0%, 10y 0bp, DXY +0.9%"),
        (-0.9, 5.0, -0.5, "Dollar and Treasuries fell: S&P −0.9%, 10y +5bp, DXY −0.5%"),
        (9.5, 8.0, -0.1, "Stocks and yields up: S&P +9.5%, 10y +8bp, DXY −0.1%"),
        (1.0, -5.0, -0.5, "Stocks up, yields and dollar down: S&P +1.0%, 10y −5bp, DXY −0.5%"),
        (-0.9, -4.9, 0.4, "Quiet: S&P −0.9%, 10y −5bp, DXY +0.4%"),
        (0.2, None, None, "Quiet: S&P +0.2%; no 10y or DXY close"),
        (-3.0, None, 0.2, "Stocks down: S&P −3.0%, DXY +0.2%; no 10y close"),
    ],
)
def test_a_digest_without_alerts_is_titled_with_what_markets_did(
    spx: float, ust10y: float | None, dxy: float | None, said: str
) -> None:
    found = replace(facts(), market=market_day_of(spx, ust10y, dxy))
    assert digest_message(found, NEW_YORK).title == said
    later = replace(found, digest_date=date(2025, 4, 11))
    name, _, moves = said.partition(":")
    assert digest_message(later, NEW_YORK).title == f"{name} on Thu 10 Apr:{moves}"


def test_without_markets_of_the_day_it_says_so() -> None:
    nothing = replace(facts(), market=None)
    assert digest_message(nothing, NEW_YORK).title == "No market data"
    old = replace(facts(), digest_date=date(2025, 4, 17))
    assert digest_message(old, NEW_YORK).title == "No market data since Thu 10 Apr 2025"
