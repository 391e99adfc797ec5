"""The daily digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pandas as pd
import pytest

from alerts.digest import digest_message, with_charts
from alerts.digest_facts import DigestFacts, RuleStatus, SourceLine
from alerts.lifecycle import acknowledge, remind, step, summarize
from alerts.message import Image, Table, Text
from alerts.model import Release, Transition
from alerts.plain import plain_text
from monitor.ingest.calendars import NEW_YORK
from rules.model import AlertText, Answer, Kind, Series, Severity
from rules.verdict_rule import Confidence, Horizon, Indicator, Stance, Verdict, Weight
from rules.wording import signed
from tests.support import history_of, new_york, panel_of_tables, rows_of, signal, spring

AT = new_york("2025-04-10 19:00")

VERDICT = Verdict(
    line="Not shown.",
    beside=("Custody outflow (critical): officials at the Fed alone.",),
    notes=("Who, February 2025: officials.",),
    horizons=(
        Horizon("3 months", "flat", "−$5.0bn", date(2025, 2, 28), Confidence.HIGH, "published"),
    ),
    headings=(
        Indicator(
            name="flows",
            reading=Stance.NEUTRAL,
            number="−$5.0bn",
            rule="a rule",
            period_end=date(2025, 2, 28),
            source="TIC",
            weight=Weight.DECIDES,
        ),
    ),
)


def facts() -> DigestFacts:
    levels = ("spx", "ust10y")
    return DigestFacts(
        digest_date=date(2025, 4, 10),
        at=AT,
        verdict=VERDICT,
        since=AT - timedelta(days=1),
        late=False,
        transitions=(),
        open_conditions=(),
        answers=3,
        standings=(
            RuleStatus(
                "Joint selloff", "us", date(2025, 4, 10), Answer.QUIET, None, -0.8, "sd", ""
            ),
        ),
        levels=history_of(rows_of(spring(), levels), levels).as_of(AT),
        sources=(SourceLine("cboe", "Cboe", "OK", date(2025, 4, 10), ""),),
        dead_letters=0,
        releases=(),
        titles={},
    )


def test_the_verdict_is_read_first() -> None:
    first, beside, notes, horizons, indicators = digest_message(facts(), NEW_YORK).sections[:5]
    assert first == Text("Not shown.", "Are foreigners dumping Treasuries?", strong=True)
    assert isinstance(beside, Text)
    assert beside.body == "Custody outflow (critical): officials at the Fed alone."
    assert isinstance(notes, Text)
    assert notes.body == "Who, February 2025: officials."
    assert isinstance(horizons, Table)
    assert horizons.rows == (("3 months", "flat", "−$5.0bn", "2025-02-28", "high"),)
    assert isinstance(indicators, Table)
    assert indicators.rows == (("flows", "neutral", "−$5.0bn", "2025-02-28", "decides"),)


def read(found: DigestFacts) -> str:
    return plain_text(digest_message(found, NEW_YORK))


def subject(found: DigestFacts) -> str:
    return digest_message(found, NEW_YORK).subject


def changed(
    severity: Severity = Severity.WARNING,
    name: str = "us",
    said: str = "Something happened.",
    kind: Kind = Kind.EVENT,
) -> Transition:
    transition = step(
        None,
        signal(severity=severity, subject=name, explained=AlertText(said)),
        kind,
        timedelta(days=9),
    )
    assert transition is not None
    return transition


def ended(opened: Transition) -> Transition:
    transition = step(
        opened.after,
        signal(Answer.QUIET, subject=opened.after.subject, explained=AlertText("It is over.")),
        opened.after.kind,
        timedelta(days=9),
    )
    assert transition is not None
    return transition


def acknowledged(opened: Transition, for_hours: int = 24) -> Transition:
    transition = acknowledge(
        opened.after, opened.signal, "ann", "Looking into it.", AT, timedelta(hours=for_hours)
    )
    assert transition is not None
    return transition


def test_an_empty_day_says_so_in_its_subject_and_in_one_line() -> None:
    assert subject(facts()) == "[Digest 2025-04-10] No new alerts. S&P 500 −3.5%, 10-year +6bp"
    text = read(facts()).replace("\n", " ")
    assert (
        "Thu 10 Apr 2025: S&P 500 5,268.05 (−3.5%), 10-year 4.40% (+6bp). 0 alert changes and no "
        "near misses in 3 evaluations since Wed 9 Apr 2025 19:00 EDT." in text
    )


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


def test_levels_of_different_sessions_are_dated_each() -> None:
    frame = facts().levels.frame.copy()
    frame.loc[pd.Timestamp("2025-04-10"), "ust10y"] = float("nan")
    levels = panel_of_tables(facts().at, frame, facts().levels.known_at, facts().levels.series)
    text = read(replace(facts(), levels=levels)).replace("\n", " ")
    assert "Thu 10 Apr 2025: S&P 500 5,268.05 (−3.5%). Wed 9 Apr 2025: 10-year 4.34%" in text


def test_what_fired_leads_with_the_worst() -> None:
    transitions = (changed(Severity.NOTICE, "a"), changed(Severity.CRITICAL, "b", "All fell."))
    page = digest_message(replace(facts(), transitions=transitions), NEW_YORK)
    assert page.tone == "critical"
    assert page.title == "All fell (and 1 more change)"
    assert page.subject == "[Digest 2025-04-10] CRITICAL: All fell (and 1 more change)"


def test_what_is_over_does_not_lead_and_lends_no_severity() -> None:
    worst = changed(Severity.CRITICAL, kind=Kind.CONDITION)
    both = (ended(worst), changed(Severity.NOTICE, "a", "A little."))
    page = digest_message(replace(facts(), transitions=both), NEW_YORK)
    assert page.tone == "notice"
    assert page.subject == "[Digest 2025-04-10] NOTICE: A little (and 1 more change)"
    page = digest_message(replace(facts(), transitions=both[:1]), NEW_YORK)
    assert page.tone == "resolved"
    assert page.subject == "[Digest 2025-04-10] RESOLVED: It is over."
    answered = (acknowledged(worst),)
    found = subject(replace(facts(), transitions=answered))
    assert found == "[Digest 2025-04-10] ACKNOWLEDGED: Something happened."


def test_what_nobody_was_told_of_is_marked_and_leads_nothing() -> None:
    silenced = changed(Severity.CRITICAL, "a", "Silenced.")
    told = changed(Severity.NOTICE, "b", "Told.")
    found = replace(
        facts(), transitions=(silenced, told), withheld={silenced.transition_id: "silenced"}
    )
    assert subject(found) == "[Digest 2025-04-10] NOTICE: Told (and 1 more change)"
    lines = read(found).splitlines()
    (first,) = [one for one in lines if "Silenced." in one]
    (second,) = [one for one in lines if "Told." in one and "EDT" in one]
    assert first.endswith("not sent: silenced")
    assert second.endswith("Told.")


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
    page = digest_message(found, NEW_YORK)
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
    page = digest_message(found, NEW_YORK)
    (table,) = [one for one in page.sections if one.heading == "Open conditions"]
    assert isinstance(table, Table)
    assert [row[4:] for row in table.rows] == [
        ("today", ""),
        ("3 days", ""),
        ("3 days", "by ann, until Thu 10 Apr 2025 20:00 EDT"),
        ("3 days", "by bob, expired Thu 10 Apr 2025 18:00 EDT"),
    ]


def test_it_is_read_in_the_order_in_which_a_desk_asks() -> None:
    near = replace(facts().standings[0], nearness=0.9, reason="Rise: 9 of 10 bp")
    found = replace(
        facts(),
        transitions=(changed(),),
        standings=(near,),
        open_conditions=(changed(kind=Kind.CONDITION).after,),
        sources=(SourceLine("yahoo", "Yahoo", "STALE", None, "HTTP 429"),),
        releases=(Release("TIC", AT, estimated=True),),
    )
    page = with_charts(digest_message(found, NEW_YORK), [Image("Markets", "Up.", b"")])
    assert [one.heading for one in page.sections] == [
        "Are foreigners dumping Treasuries?",
        "How this fits our alerts",
        "Who sold what",
        "Horizons",
        "Indicators",
        "Summary",
        "Alerts",
        "Near misses",
        "Open conditions",
        "Levels",
        "Markets",
        "Sources",
        "Next releases",
        "Rule status",
        "Data and rules",
    ]
    assert "TIC      Thu 10 Apr 2025 19:00 EDT  estimated" in plain_text(page)


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


def test_levels_show_changes_over_1_5_and_21_sessions() -> None:
    line = next(one for one in read(facts()).splitlines() if one.startswith("title of spx"))
    assert line.split()[3:8] == ["2025-04-10", "5,268.05", "−3.5%", "−2.4%", "−5.9%"]
    closes = list(spring(until=date(2025, 4, 10))["spx"].values())
    changes = [100 * (closes[-1] / closes[-1 - lag] - 1) for lag in (1, 5, 21)]
    assert [round(change, 1) for change in changes] == [-3.5, -2.4, -5.9]


def test_sources_that_are_well_are_counted_and_not_listed() -> None:
    text = read(facts())
    assert "All sources current." in text
    assert "newest period" not in text


def test_what_comes_weekly_has_changes_over_weeks() -> None:
    days = [date(2025, 1, 8) + timedelta(days=7 * count) for count in range(14)]
    values = [2_900_000.0 + 1000.0 * count for count in range(14)]
    custody = Series("custody", "In custody", "usd_mn", "week", "H.4.1")
    frame = pd.DataFrame({"custody": values}, index=pd.DatetimeIndex(days))
    levels = panel_of_tables(facts().at, frame, frame, {"custody": custody})
    text = read(replace(facts(), levels=levels))
    (line,) = [one for one in text.splitlines() if one.startswith("In custody")]
    assert "$2,913.0bn" in line
    assert "+$1.0bn" in line
    assert "+$4.0bn" in line
    assert "+$13.0bn" in line
    assert "13 w" in text


def test_a_digest_after_its_hour_says_that_it_is_late() -> None:
    page = digest_message(replace(facts(), late=True), NEW_YORK)
    assert page.kicker == "DAILY DIGEST · Thu 10 Apr 2025 · late"
    assert page.subject.startswith(
        "[Digest 2025-04-10, late] No new alerts. S&P 500 −3.5%, 10-year +6bp"
    )
    assert "Delayed digest, generated Thu 10" in plain_text(page).replace("\n", " ")


@pytest.mark.parametrize(
    ("spx", "ust10y", "dxy", "said"),
    [
        (-6.0, -5.0, 0.9, ": Treasuries and the dollar hedged"),
        (-6.0, 5.0, -0.9, ": neither Treasuries nor the dollar hedged"),
        (-1.0, -5.0, -0.9, ": Treasuries hedged, the dollar did not"),
        (-1.0, 5.0, 0.9, ": the dollar hedged, Treasuries did not"),
        (-0.9, -5.0, 0.9, ""),
        (1.0, 5.0, 0.9, ""),
    ],
)
def test_a_quiet_digest_is_titled_with_what_markets_did(
    spx: float, ust10y: float, dxy: float, said: str
) -> None:
    days = pd.DatetimeIndex([date(2025, 4, 9), date(2025, 4, 10)])
    frame = pd.DataFrame(
        {
            "spx": [100.0, 100.0 + spx],
            "ust10y": [4.0, 4.0 + ust10y / 100.0],
            "dxy": [100.0, 100.0 + dxy],
        },
        index=days,
    )
    series = {
        name: Series(name, name, "pct" if name == "ust10y" else "index", "session", name)
        for name in frame.columns
    }
    moved = f"S&P 500 {signed(spx, 1)}%, 10-year {signed(ust10y)}bp, DXY {signed(dxy, 1)}%"
    levels = panel_of_tables(facts().at, frame, frame, series)
    assert subject(replace(facts(), levels=levels)) == (
        f"[Digest 2025-04-10] No new alerts. {moved}{said}"
    )
    earlier = replace(facts(), levels=levels, digest_date=date(2025, 4, 11))
    assert subject(earlier).startswith(
        "[Digest 2025-04-11] No new alerts. Thu 10 Apr 2025: S&P 500 "
    )
