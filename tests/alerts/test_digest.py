"""The daily digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from alerts.digest import digest_page
from alerts.digest_facts import DigestFacts, SourceLine, Standing
from alerts.lifecycle import step
from alerts.page import Table, Text
from alerts.plain import plain_text
from monitor.calendars import NEW_YORK
from rules.model import Answer, Kind, Panel, Series, Severity
from rules.verdict_rule import Heading, Reading, Verdict
from tests.support import history_of, new_york, rows_of, signal, spring

AT = new_york("2025-04-10 19:00")


def facts() -> DigestFacts:
    levels = ("spx", "ust10y")
    return DigestFacts(
        digest_date=date(2025, 4, 10),
        at=AT,
        verdict=Verdict(
            "Not shown.",
            (Heading("flows", Reading.NEUTRAL, "−5.0 bn", "a rule", date(2025, 2, 28), "TIC"),),
        ),
        since=AT - timedelta(days=1),
        late=False,
        transitions=(),
        open_conditions=(),
        answers=3,
        standings=(
            Standing("Joint selloff", "us", date(2025, 4, 10), Answer.QUIET, None, -0.8, "sd", ""),
        ),
        levels=history_of(rows_of(spring(), levels), levels).as_of(AT),
        sources=(SourceLine("cboe", "Cboe", "OK", date(2025, 4, 10), ""),),
        dead_letters=0,
        releases=(),
        titles={},
    )


def test_the_verdict_is_read_first() -> None:
    first, second = digest_page(facts(), NEW_YORK).sections[:2]
    assert first == Text("Not shown.", "Are foreigners dumping Treasuries?", strong=True)
    assert isinstance(second, Table)
    assert second.rows == (("flows", "neutral", "−5.0 bn", "2025-02-28"),)


def read(found: DigestFacts) -> str:
    return plain_text(digest_page(found, NEW_YORK))


def test_a_quiet_day_is_told_as_one() -> None:
    text = read(facts())
    assert "Nothing fired" in text
    assert "3 answers since" in text
    assert "1 of 1 source fresh" in text


def test_what_fired_leads_with_the_worst() -> None:
    transitions = []
    for severity, subject in ((Severity.NOTICE, "a"), (Severity.CRITICAL, "b")):
        transition = step(
            None, signal(severity=severity, subject=subject), Kind.EVENT, timedelta(days=9)
        )
        assert transition is not None
        transitions.append(transition)
    page = digest_page(replace(facts(), transitions=tuple(transitions)), NEW_YORK)
    assert page.tone == "critical"
    assert page.title.endswith("(and 1 more change)")


def test_an_unknown_rule_and_a_stale_source_are_said_with_their_reason() -> None:
    unknown = Standing(
        "Joint selloff", "us", None, Answer.UNKNOWN, None, None, "", "no fresh dxy or usd_basket"
    )
    stale = SourceLine("yahoo", "Yahoo", "STALE", date(2025, 4, 2), "HTTP 429")
    text = read(replace(facts(), standings=(unknown,), sources=(stale,), dead_letters=2))
    for said in ("1 rule cannot say", "no fresh dxy", "0 of 1 source fresh", "HTTP 429"):
        assert said in text, said
    assert "2 messages could not be delivered" in text


def test_levels_show_changes_over_1_5_and_21_sessions() -> None:
    line = next(one for one in read(facts()).splitlines() if one.startswith("title of spx"))
    assert line.split()[3:11] == ["2025-04-10", "5,268.05", "−3.5", "%", "−2.4", "%", "−5.9", "%"]
    closes = list(spring(until=date(2025, 4, 10))["spx"].values())
    changes = [100 * (closes[-1] / closes[-1 - lag] - 1) for lag in (1, 5, 21)]
    assert [round(change, 1) for change in changes] == [-3.5, -2.4, -5.9]


def test_sources_that_are_well_are_counted_and_not_listed() -> None:
    text = read(facts())
    assert "1 of 1 source fresh" in text
    assert "newest period" not in text


def test_what_comes_weekly_has_changes_over_weeks() -> None:
    days = [date(2025, 1, 8) + timedelta(days=7 * count) for count in range(14)]
    values = [2_900_000.0 + 1000.0 * count for count in range(14)]
    custody = Series("custody", "In custody", "usd_mn", "week", "H.4.1")
    frame = pd.DataFrame({"custody": values}, index=pd.DatetimeIndex(days))
    levels = Panel(facts().at, frame, frame, {"custody": custody})
    text = read(replace(facts(), levels=levels))
    (line,) = [one for one in text.splitlines() if one.startswith("In custody")]
    assert "2,913.0 bn" in line
    assert "+1.0 bn" in line
    assert "+4.0 bn" in line
    assert "+13.0 bn" in line
    assert "13 w" in text


def test_a_digest_after_its_hour_says_that_it_is_late() -> None:
    assert "late" in digest_page(replace(facts(), late=True), NEW_YORK).kicker
