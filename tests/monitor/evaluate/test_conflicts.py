"""Two sources for what decides, in the running program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from alerts.message.plain import plain_text
from monitor.check.check import WARNING, Limits, check
from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from tests.begun import Begun
from tests.monitor.runs import kicker
from tests.support import watch


def last_close_times(factor: float, reply: Reply) -> Reply:
    """A chart whose last close is wrong by a factor."""
    chart: dict[str, Any] = json.loads(reply.body)
    closes = chart["chart"]["result"][0]["indicators"]["quote"][0]["close"]
    closes[-1] = closes[-1] * factor
    return Reply(200, json.dumps(chart).encode(), reply.content_type)


@pytest.mark.slow
def test_a_wrong_dollar_index_is_a_conflict_told_once_and_no_selloff(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    app = begun(standins, clock, tmp_path, channel)
    standins.faults["yahoo"] = lambda reply: last_close_times(1.05, reply)
    watch(app, clock, "2025-04-09 03:00")
    (page,) = channel.pages
    assert page.kicker == "WARNING · Source mismatch · opened"
    said = " ".join(plain_text(page).split())
    assert "Tue 8 Apr 2025" in said
    assert "ICE DXY through Yahoo" in said
    assert "ECB fix" in said
    assert not any(one["rule"] == "joint_selloff" for one in app.report.alerts_json())
    standings = app.report.standings(clock.now())
    standing = next(one for one in standings if one.rule_title == "Joint selloff")
    assert standing.answer.value == "unknown"
    assert "two sources disagree" in standing.reason
    app.tick(clock.now())
    seen = check(tmp_path / "havenwatch.db", Limits(), clock.now())
    assert (seen.code, "source conflict, dxy," in seen.reasons[0]) == (WARNING, True)

    # Corrected the day after: the session is judged, and the conflict is over.
    del standins.faults["yahoo"]
    watch(app, clock, "2025-04-09 18:00")
    kickers = [kicker(page) for page in channel.pages[1:] if "remium" not in page.kicker]
    assert kickers == [
        "WARNING · Joint selloff · opened · late",
        "WARNING · Source mismatch · resolved",
    ]
    app.close()


def test_the_sources_of_a_conflict_are_shown_in_that_state(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    app = begun(standins, clock, tmp_path)
    standins.faults["yahoo"] = lambda reply: last_close_times(1.05, reply)
    watch(app, clock, "2025-04-08 19:00")
    states = {line.name: line.state for line in app.report.source_lines(clock.now())}
    assert states["yahoo"] == states["ecb"] == "CONFLICT"
    assert states["cboe"] == "OK"
    app.close()


def lower_close(reply: Reply) -> Reply:
    """The newest S&P 500 close lower by another eight percent."""
    *before, newest = reply.body.decode().rstrip().splitlines()
    day, close = newest.split(",")
    body = "\n".join([*before, f"{day},{float(close) * 0.92:.2f}"]) + "\n"
    return Reply(reply.status, body.encode(), reply.content_type)


@pytest.mark.slow
def test_a_far_close_that_nobody_checks_is_told_as_provisional_and_withdrawn(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    judged = ("haven_failure", "joint_selloff")
    app = begun(standins, clock, tmp_path, channel, judged=judged)
    standins.faults["cboe"] = lower_close
    watch(app, clock, "2025-04-08 20:30")
    page = next(page for page in channel.pages if "provisional" in page.kicker)
    assert page.kicker.startswith("CRITICAL")
    said = " ".join(plain_text(page).split())
    assert "no second source has confirmed the move of the S&P 500 close" in said
    assert "Tue 8 Apr 2025" in said
    del standins.faults["cboe"]
    watch(app, clock, "2025-04-09 12:00")
    kinds = [page.kicker for page in channel.pages]
    assert any("revised" in kind or "withdrawn" in kind for kind in kinds[1:]), kinds
    app.close()
