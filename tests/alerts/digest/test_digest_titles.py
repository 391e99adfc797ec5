"""The title and the subject of a digest: what leads it, and what a quiet day is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from alerts.digest.digest import digest_message
from alerts.digest.facts import RuleStatus, SourceLine
from monitor.ingest.calendars import NEW_YORK
from rules.model import Answer, Kind, Series, Severity
from rules.wording import signed
from tests.alerts.digests import acknowledged, changed, ended, facts, read, subject
from tests.support import panel_of_tables


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
