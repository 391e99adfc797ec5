"""The daily digest: its order, the verdict, near misses, open conditions, and what is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from alerts.digest.digest import digest_message, with_charts
from alerts.digest.facts import RuleStatus
from alerts.digest.fit import OWN_WORDS, words
from alerts.digest.source_line import SourceLine
from alerts.lifecycle import remind, summarize
from alerts.message.plain import plain_text
from alerts.message.sections import Image, Table, Text
from alerts.release import Release
from monitor.ingest.calendars import NEW_YORK
from rules.terms import Answer, Kind, Severity
from rules.verdict.model import QUESTION
from tests.alerts.digests import (
    AT,
    acknowledged,
    changed,
    facts,
    market_day_of,
    read,
    sent,
)


def test_the_verdict_is_read_first() -> None:
    first, beside, notes, horizons, indicators = digest_message(facts(), NEW_YORK).rest[:5]
    assert first == Text("Not shown.", "Are foreigners dumping Treasuries?", strong=True)
    assert isinstance(beside, Text)
    assert beside.body == "Custody outflow (critical): officials at the Fed alone."
    assert isinstance(notes, Text)
    assert notes.body == "Who, February 2025: officials."
    assert isinstance(horizons, Table)
    assert horizons.rows == (("3 months", "flat", "−$5.0bn", "2025-02-28", "high"),)
    assert isinstance(indicators, Table)
    assert indicators.rows == (("flows", "neutral", "−$5.0bn", "2025-02-28", "decides"),)


def test_what_a_person_did_is_said_with_their_name_and_words() -> None:
    text = read(replace(facts(), transitions=(acknowledged(changed()),)))
    (line,) = [one for one in text.splitlines() if "acknowledged by ann" in one]
    assert line.startswith("Thu 10 Apr 2025 19:00 EDT")  # when she did, not when it fired
    assert line.endswith("Something happened. Looking into it.")


def test_a_summary_and_a_reminder_bring_their_note() -> None:
    opened = changed(kind=Kind.CONDITION)
    flapped = summarize(opened.after, opened.signal, AT, "It crossed its threshold 5 times.")
    reminded = remind(opened.after, opened.signal, AT, "The silence has ended.")
    text = read(replace(facts(), transitions=(flapped, reminded)))
    assert "flapped   Something happened. It crossed its threshold 5 times." in text
    assert "reminder  Something happened. The silence has ended." in text


def test_a_near_miss_is_told_with_its_distance_the_nearest_first() -> None:
    day = date(2025, 4, 10)
    quiet = partial(RuleStatus, period_end=day, severity=None, measure=0.9, measure_unit="sd")
    standings = (
        quiet("Far", "us", answer=Answer.QUIET, reason="", nearness=0.7499),
        quiet("Near", "us", answer=Answer.QUIET, reason="Rise: 15 of 20 bp", nearness=0.75),
        quiet("Nearer", "us", answer=Answer.QUIET, reason="Fall: 9 of 10 bp", nearness=0.9),
        quiet("Stale", "us", answer=Answer.UNKNOWN, reason="missing or stale: dxy", nearness=0.9),
        quiet("Something", "us", answer=Answer.QUIET, reason="Open already", nearness=0.9),
        quiet("Sizeless", "us", answer=Answer.QUIET, reason=""),
    )
    still_open = (replace(changed(kind=Kind.CONDITION).after, rule_id="something"),)
    found = replace(
        facts(),
        standings=standings,
        open_conditions=still_open,
        titles={"something": "Something"},
    )
    page = digest_message(found, NEW_YORK).whole
    (table,) = [one for one in page.sections if one.heading == "Near misses"]
    assert isinstance(table, Table)
    assert table.rows == (
        ("Nearer", "us", "2025-04-10", "90%", "Fall: 9 of 10 bp"),
        ("Near", "us", "2025-04-10", "75%", "Rise: 15 of 20 bp"),
    )
    assert "0 alert changes and 2 near misses in 3 evaluations" in plain_text(page).replace(
        "\n", " "
    )


def test_an_open_condition_is_told_with_its_age_and_who_answers_for_it() -> None:
    opened = changed(kind=Kind.CONDITION)
    mine = replace(opened.after, opened_at=AT - timedelta(days=3))
    answered = replace(
        mine, subject="b", acknowledged_by="ann", acknowledged_until=AT + timedelta(hours=1)
    )
    ran_out = replace(
        mine, subject="c", acknowledged_by="bob", acknowledged_until=AT - timedelta(hours=1)
    )
    found = replace(facts(), open_conditions=(opened.after, mine, answered, ran_out))
    page = digest_message(found, NEW_YORK).whole
    (table,) = [one for one in page.sections if one.heading == "Open alerts"]
    assert isinstance(table, Table)
    assert [row[4:] for row in table.rows] == [
        ("3 days", "by ann, until Thu 10 Apr 2025 20:00 EDT"),
        ("3 days", "by bob, expired Thu 10 Apr 2025 18:00 EDT"),
        ("3 days", ""),
        ("today", ""),
    ]


def test_it_is_read_in_the_order_in_which_a_desk_asks() -> None:
    near = replace(facts().standings[0], nearness=0.9, reason="Rise: 9 of 10 bp")
    found = replace(
        facts(),
        transitions=(changed(),),
        standings=(near,),
        open_conditions=(changed(kind=Kind.CONDITION).after,),
        sources=(SourceLine("yahoo", "Yahoo", "STALE", None, "HTTP 429"),),
        releases=(Release("TIC for March 2025 (who sold)", AT, estimated=True, settles=True),),
    )
    page = with_charts(digest_message(found, NEW_YORK), [Image("Markets", "Up.", b"")])
    assert [one.heading for one in page.sections] == [
        QUESTION,
        "",
        "",
        "Alerts",
        "Levels",
        "Markets",
    ]
    said = plain_text(page)
    assert "Next: TIC for March 2025, Thu 10 Apr 2025 19:00 EDT (estimated)." in said
    assert [one.heading for one in page.whole.sections] == [
        QUESTION,
        "How this fits our alerts",
        "Who sold what",
        "Horizons",
        "Indicators",
        "Summary",
        "Alerts",
        "Near misses",
        "Open alerts",
        "Levels",
        "Sources",
        "Next releases",
        "Rule status",
        "Data and rules",
        "Markets",
    ]


def test_a_quiet_day_is_five_lines_and_one_chart() -> None:
    day = market_day_of(0.2, -1.0, -0.1)
    page = digest_message(replace(facts(), market=day), NEW_YORK)
    charts = [Image("Markets", "Up.", b""), Image("Flows", "Bought.", b"")]
    page = with_charts(page, charts)
    lines, shown = page.sections[:-1], page.sections[-1:]
    assert all(isinstance(one, Text) for one in lines)
    assert len(lines) + 1 <= 5
    assert shown == (charts[0],)
    assert page.title == "Quiet: S&P +0.2%, 10y −1bp, DXY −0.1%"


@pytest.mark.parametrize("words", ["+17.0bp on", "+26.9bp in 5 sessions to"])
def test_a_day_that_is_named_is_not_said_again(words: str) -> None:
    one = changed(said=f"Premium {words} Tue 8 Apr 2025, now 0.59%.", period=date(2025, 4, 8))
    day = market_day_of(0.2, -1.0, -0.1)
    text = sent(replace(facts(), transitions=(one,), market=day))
    said = words.rpartition(" ")[0]
    assert f"joint_selloff, Tue 8 Apr: Premium {said}, now 0.59%" in " ".join(text.split())


def test_what_the_short_form_leaves_out_is_said_where_to_find() -> None:
    assert sent(facts()).rstrip().endswith("more: havenwatch digest 2025-04-10")


@pytest.mark.slow
def test_a_digest_with_very_much_to_say_keeps_to_its_words_and_counts_what_it_leaves_out() -> None:
    said = "word " * 300
    many = [changed(Severity.CRITICAL, f"subject {place}", said) for place in range(30)]
    verdict = replace(facts().verdict, line=f"No ({said}), {said}")
    found = replace(facts(), transitions=many, verdict=verdict)
    message = digest_message(found, NEW_YORK)
    assert words(message) <= OWN_WORDS
    assert len(message.title) <= 150
    (table,) = [one for one in message.sections if isinstance(one, Table)]
    assert table.rows[-1] == ("", "more: 29")
    assert len(message.rest) > 5


def test_an_unknown_rule_and_a_stale_source_are_said_with_their_reason() -> None:
    unknown = RuleStatus(
        "Joint selloff",
        "us",
        None,
        Answer.UNKNOWN,
        None,
        None,
        "",
        "missing or stale: dxy or usd_basket",
    )
    stale = SourceLine("yahoo", "Yahoo", "STALE", date(2025, 4, 2), "HTTP 429")
    text = read(replace(facts(), standings=(unknown,), sources=(stale,), dead_letters=2))
    for said in (
        "1 rule lacks data",
        "missing or stale: dxy",
        "1 of 1 source failing or stale",
        "HTTP 429",
        "2 notifications not delivered",
    ):
        assert said in text, said


def test_sources_that_are_well_are_counted_and_not_listed() -> None:
    text = read(facts())
    assert "All sources current." in text
    assert "newest period" not in text


def test_a_digest_after_its_hour_says_that_it_is_late() -> None:
    page = digest_message(replace(facts(), late=True), NEW_YORK)
    assert page.kicker == "DAILY DIGEST · Thu 10 Apr 2025 · late"
    assert page.subject.startswith("[Digest 2025-04-10, late] Treasuries did not hedge: S&P −3.5%")
    assert "Delayed digest, generated Thu 10" in plain_text(page.whole).replace("\n", " ")
