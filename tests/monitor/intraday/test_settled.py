"""A developing alert is settled by the official closes, once, and its record says how it ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.states import Reason
from state.alert_store import AlertStore
from state.developing_alerts import DevelopingAlerts, Settled
from tests.begun import Begun
from tests.monitor.intraday.desk import CALM, CRITICAL, Desk, desk, stepwise

ALERT = "developing_joint_selloff/us/2025-04-10"


def reasons(one: Desk, alert_id: str) -> list[tuple[Reason, str]]:
    """Why an alert changed, and what was said of it."""
    steps = AlertStore(one.app.database).transitions_of(alert_id)
    return [(step.reason, step.note) for step, _ in steps]


@pytest.mark.slow
def test_it_held_and_is_settled_once_by_the_final_closes(tmp_path: Path, begun: Begun) -> None:
    with desk(
        tmp_path,
        stepwise(("09:30", CALM), ("15:00", CRITICAL)),
        judged=("joint_selloff",),
        begun=begun,
    ) as one:
        one.follow("15:10", "16:30")
        assert one.keys() == [f"{ALERT}#1", f"{ALERT}#2"]
        one.watch("2025-04-11 09:29")
        # The dollar's far move is unconfirmed: the official alert is provisional all night.
        assert reasons(one, ALERT)[2:] == []
        one.watch("2025-04-11 09:31")
        one.app.tick(one.clock.now())
        assert reasons(one, ALERT)[2:] == [
            (Reason.CONFIRMED, "Confirmed at the close: critical, provisional.")
        ]
        assert [page.key for page in one.developing] == [f"{ALERT}#{n}" for n in (1, 2, 3)]
        # The alert of the closes has a message of its own, and a digest none of what developed.
        (official,) = [p for p in one.channel.pages if p.key == "joint_selloff/us/2025-04-10#1"]
        assert official.thread is None
        digest = one.app.reading.preview_digest(one.clock.now())
        assert "Developing" not in str(digest)
        counts = DevelopingAlerts(one.app.database).settled(["developing_joint_selloff"])
        assert [(found.told, found.held) for found in counts.values()] == [(1, 1)]


@pytest.mark.slow
def test_it_did_not_hold(tmp_path: Path, begun: Begun) -> None:
    quotes = stepwise(("09:30", CRITICAL), ("10:10", CALM), day="2025-04-14")
    with desk(
        tmp_path,
        quotes,
        known="2025-04-11 20:00",
        judged=("joint_selloff",),
        poll_every_s=300,
        begun=begun,
    ) as one:
        one.follow("09:35", "10:40", "2025-04-14")
        one.watch("2025-04-14 22:00")
        alert_id = "developing_joint_selloff/us/2025-04-14"
        assert [reason for reason, _ in reasons(one, alert_id)] == [
            Reason.OPENED,
            Reason.RESOLVED,
            Reason.REMINDER,
            Reason.WITHDRAWN,
        ]
        last = one.developing[-1]
        assert last.title == "Did not hold: quiet at the official close."
        assert last.kicker.endswith("Mon 14 Apr 2025 · did not hold")
        settled = DevelopingAlerts(one.app.database).settled(["developing_joint_selloff"])
        assert next(iter(settled.values())) == Settled(
            1, 0, settled["developing_joint_selloff"].first
        )
        # The next one says so.
        one.quotes.moves = stepwise(("09:30", CRITICAL), day="2025-04-15").moves
        one.follow("09:35", "10:00", "2025-04-15")
        assert one.developing[-1].brief[0] == (
            "Record of this rule's developing alerts: 1 told, 0 held."
        )


@pytest.mark.slow
def test_an_official_answer_of_unknown_settles_nothing(tmp_path: Path, begun: Begun) -> None:
    with desk(
        tmp_path,
        stepwise(("09:30", CALM), ("11:00", CRITICAL)),
        judged=("joint_selloff",),
        begun=begun,
    ) as one:
        one.follow("11:05", "11:30")
        one.app.tick(one.clock.now())
        assert [reason for reason, _ in reasons(one, ALERT)] == [Reason.OPENED]
        assert (
            DevelopingAlerts(one.app.database).official("joint_selloff", "us", one.session) is None
        )
