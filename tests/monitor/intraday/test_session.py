"""A session as it develops, by quotes: what is told of it and when, and what is not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from alerts.message.plain import plain_text
from state.connections import Connections
from tests.begun import Begun
from tests.monitor.intraday.desk import CALM, CRITICAL, WARNING, Moves, at, desk, stepwise
from tests.slow import quick_where

JOINT = "joint_selloff"
# All that a critical session lacks is the fall of stocks.
EDGE = {**CRITICAL, "spx": -0.01}


@dataclass(frozen=True)
class Case:
    """Quotes from each time on, followed between two times, and what is told."""

    said: str
    steps: tuple[tuple[str, Moves | None], ...]
    since: str
    until: str
    told: tuple[str, ...]
    is_quick: bool = False
    day: str = "2025-04-10"
    known: str = "2025-04-09 20:00"
    frozen_at: str = ""
    dead_from: str = ""


# TNX is 15 minutes late, so that all three legs are there a quarter of an hour after a step.
CASES = (
    Case("a calm day", (("09:30", CALM),), "10:50", "11:10", (), is_quick=True),
    Case(
        "held for ten minutes",
        (("09:30", CALM), ("11:00", CRITICAL)),
        "11:05",
        "11:30",
        ("11:25 joint_selloff opened critical",),
        is_quick=True,
    ),
    Case(
        "gone a minute before",
        (("09:30", CALM), ("11:00", CRITICAL), ("11:24", CALM)),
        "11:05",
        "11:40",
        (),
    ),
    Case(
        "a spike of one poll",
        (("09:30", EDGE), ("11:20", CRITICAL), ("11:21", EDGE)),
        "11:10",
        "11:40",
        (),
        is_quick=True,
    ),
    Case(
        "worse, quiet again, back",
        (
            ("09:30", CALM),
            ("11:00", WARNING),
            ("12:00", CRITICAL),
            ("13:00", CALM),
            ("13:40", WARNING),
        ),
        "11:05",
        "14:10",
        (
            "11:25 joint_selloff opened warning",
            "12:20 joint_selloff worsened critical",
            "13:10 joint_selloff resolved critical",
            "14:05 joint_selloff revised warning",
        ),
    ),
    Case(
        "null quotes neither open nor close",
        (("09:30", CALM), ("11:00", CRITICAL), ("11:40", None), ("12:50", CRITICAL)),
        "11:05",
        "13:20",
        ("11:25 joint_selloff opened critical",),
    ),
    Case(
        "a feed that freezes after a fall",
        (("09:30", CALM), ("11:00", CRITICAL)),
        "11:05",
        "11:50",
        (),
        frozen_at="11:16",
        is_quick=True,
    ),
    Case(
        "a feed that dies leaves the alert open",
        (("09:30", CALM), ("11:00", CRITICAL)),
        "11:05",
        "16:39",
        ("11:25 joint_selloff opened critical",),
        dead_from="14:00",
    ),
    Case(
        "a half day, and the close by quotes",
        (("09:30", CALM), ("12:30", CRITICAL)),
        "12:20",
        "13:39",
        ("12:55 joint_selloff opened critical", "13:20 joint_selloff reminder critical"),
        day="2024-11-29",
        known="2024-11-27 20:00",
    ),
    Case(
        "the close by quotes alone, where it came too late to hold",
        (("09:30", CALM), ("14:50", {**CALM, "ust10y": 7.0}), ("16:00", CRITICAL)),
        "15:40",
        "16:39",
        ("16:20 joint_selloff opened critical",),
    ),
    Case(
        "the Monday after the clocks changed",
        (("09:30", CRITICAL),),
        "09:30",
        "10:10",
        ("09:55 joint_selloff opened critical",),
        day="2025-03-10",
        known="2025-03-07 20:00",
    ),
    Case(
        "no session where bonds are closed",
        (("09:30", CRITICAL),),
        "09:30",
        "10:30",
        (),
        day="2024-10-14",
        known="2024-10-11 20:00",
    ),
    Case(
        "nothing without the close of the session before",
        (("09:30", CRITICAL),),
        "09:30",
        "10:30",
        (),
        known="2025-04-09 12:00",
    ),
)


@pytest.mark.parametrize(
    "case", quick_where(lambda one: one.is_quick, CASES), ids=lambda one: one.said
)
def test_what_is_told_of_a_session(tmp_path: Path, begun: Begun, case: Case) -> None:
    quotes = stepwise(*case.steps, day=case.day)
    quotes.frozen_at = at(case.frozen_at, case.day) if case.frozen_at else None
    quotes.dead_from = at(case.dead_from, case.day) if case.dead_from else None
    with desk(tmp_path, quotes, case.known, judged=(JOINT,), begun=begun) as one:
        if case.day == "2024-10-14":
            assert one.app.follow_session(at("12:00", case.day)) == []
            return
        assert tuple(one.follow(case.since, case.until, case.day)) == case.told
        # One message a session, and its changes in its thread.
        assert [page.thread is None for page in one.developing] == [
            number == 0 for number in range(len(case.told))
        ]


def test_a_program_that_starts_again_goes_on_holding(tmp_path: Path, begun: Begun) -> None:
    steps = (("09:30", CALM), ("11:00", CRITICAL))
    with desk(tmp_path, stepwise(*steps), judged=(JOINT,), begun=begun) as one:
        assert one.follow("11:05", "11:20") == []
    with desk(tmp_path, stepwise(*steps), known="2025-04-10 11:21", judged=(JOINT,)) as one:
        assert one.follow("11:21", "11:30") == ["11:25 joint_selloff opened critical"]
    with desk(tmp_path, stepwise(*steps), known="2025-04-10 11:31", judged=(JOINT,)) as one:
        assert one.follow("11:31", "11:40") == []


@pytest.mark.slow
def test_a_feed_of_another_session_is_not_used(tmp_path: Path, begun: Begun) -> None:
    quotes = stepwise(("09:30", CRITICAL))
    quotes.closes_off_pct = 2.0
    with desk(tmp_path, quotes, judged=(JOINT,), begun=begun) as one:
        assert one.follow("10:00", "10:30") == []


def test_a_feed_that_fails_is_said_and_asked_less_and_less(tmp_path: Path, begun: Begun) -> None:
    quotes = stepwise(("09:30", CALM))
    quotes.dead_from = at("10:05")
    with desk(tmp_path, quotes, judged=(JOINT,), begun=begun) as one:
        one.follow("10:00", "10:04")
        connections = Connections(one.app.database)
        assert [(c.name, c.lost_since) for c in connections.all()] == [
            ("quotes/yahoo_quotes", None)
        ]
        asked = len(quotes.asked)
        one.follow("10:05", "11:05")
        (lost,) = connections.all()
        assert lost.lost_since == at("10:05")
        assert "HTTP 503" in lost.problem
        # After 1, 2, 4 and 8 minutes, then every ten: and not every minute.
        assert len(quotes.asked) - asked == 9
        # When markets are closed nothing is missed.
        one.app.follow_session(at("16:41"))
        assert [c.lost_since for c in connections.all()] == [None]


@pytest.mark.slow
def test_a_joint_selloff_inhibits_the_haven_failure_of_its_session(
    tmp_path: Path, begun: Begun
) -> None:
    with desk(tmp_path, stepwise(("09:30", CALM), ("11:00", CRITICAL)), begun=begun) as one:
        told = one.follow("11:05", "11:30")
        assert [line.split()[1] for line in told] == ["joint_selloff", "haven_failure"]
        assert one.keys() == ["developing_joint_selloff/us/2025-04-10#1"]
        (page,) = one.developing
        assert page.title == "S&P −3.2% · 10y +7bp · DXY −1.6% · so far at 11:25"
        assert page.kicker == (
            "CRITICAL · Developing joint selloff · Thu 10 Apr 2025 · during the session"
        )
        assert page.brief == (
            "No developing alert of this rule has been settled yet: it has no record.",
            "Quotes: S&P 11:25, 10y 11:10 (15 min behind), DXY 11:15 (10 min behind). "
            "Quotes do not show who sold.",
        )
        assert plain_text(page).count("it has no record.") == 1
