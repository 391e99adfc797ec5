"""Delivery through real channels, with failures: every message arrives once or is a dead letter."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from alerts.channel import Sent, Undelivered
from alerts.channels.slack import Slack
from alerts.message.message import Message
from monitor.check.check import Limits, check
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.service.tick_loop import run_simulated
from state.outbox import Outbox
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.begun import Begun
from tests.support import new_york

ENVIRON = {"HAVENWATCH_SLACK_TOKEN": TOKEN}


@dataclass
class Failing:
    """A channel that fails so many times before it takes a message."""

    channel_type: ClassVar[str] = "failing"
    enabled: bool = True
    failures: int = 2
    permanent: bool = False
    retry_after_s: float | None = None
    attempts: list[datetime] = field(default_factory=list)
    pages: list[Message] = field(default_factory=list)

    @property
    def secret_names(self) -> tuple[str, ...]:
        return ()

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        self.attempts.append(at)
        if len(self.attempts) <= self.failures:
            raise Undelivered(
                "HTTP 503", permanent=self.permanent, retry_after_s=self.retry_after_s
            )
        self.pages.append(page)
        return Sent("ok")


@pytest.mark.slow
def test_a_failed_message_is_sent_again_later_and_once(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = Failing(failures=2)
    app = begun(standins, clock, tmp_path, channel, until="2025-04-08 18:00")
    run_simulated(app, clock, new_york("2025-04-08 23:00"), lambda _: None)
    assert [page.footer for page in channel.pages] == ["joint_selloff/us/2025-04-08"]
    waits = [after - before for before, after in itertools.pairwise(channel.attempts)]
    # Counted from try to try; a tick that asks publishers first takes some seconds of its own.
    asked = [timedelta(minutes=1), timedelta(minutes=2)]
    assert all(least <= wait <= 2 * least for wait, least in zip(waits, asked, strict=True))
    app.close()


@pytest.mark.slow
def test_a_receiver_that_says_when_to_come_back_is_obeyed(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = Failing(failures=1, retry_after_s=600)
    app = begun(standins, clock, tmp_path, channel, until="2025-04-08 18:00")
    run_simulated(app, clock, new_york("2025-04-08 23:00"), lambda _: None)
    wait = channel.attempts[1] - channel.attempts[0]
    assert timedelta(minutes=10) <= wait <= timedelta(minutes=11)
    app.close()


@pytest.mark.parametrize(
    "channel",
    [
        Failing(failures=99, permanent=True),
        pytest.param(Failing(failures=9999), marks=pytest.mark.slow),
    ],
    ids=["no", "never"],
)
def test_what_cannot_be_delivered_is_a_dead_letter_that_the_check_calls_critical(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, channel: Failing, begun: Begun
) -> None:
    app = begun(
        standins,
        clock,
        tmp_path,
        channel,
        monitor={"delivery_horizon_hours": 2},
        until="2025-04-08 18:00",
    )
    run_simulated(app, clock, new_york("2025-04-08 23:00"), lambda _: None)
    assert channel.pages == []
    (dead,) = Outbox(app.database).unsettled()
    assert dead.status == "dead"
    assert "HTTP 503" in (dead.problem or "")
    app.tick(clock.now())
    found = check(tmp_path / "havenwatch.db", Limits(), clock.now())
    assert found.code == 2
    assert "1 failed notification" in found.reasons[0]
    app.close()


@pytest.mark.slow
def test_one_broken_channel_does_not_hold_up_another(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    broken, working = Failing(failures=9999), Failing(failures=0)
    app = begun(
        standins,
        clock,
        tmp_path,
        working,
        more_channels={"broken": broken},
        channels={"broken": {"type": "console"}},
        routing={"warning": ["broken", "console"]},
        until="2025-04-08 18:00",
    )
    run_simulated(app, clock, new_york("2025-04-08 19:00"), lambda _: None)
    assert [page.footer for page in working.pages] == ["joint_selloff/us/2025-04-08"]
    assert broken.pages == []
    assert broken.attempts
    app.close()


@pytest.mark.slow
def test_slack_is_told_once_under_its_rate_limit(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    with SlackStandin(clock.monotonic_s) as slack:
        channel = Slack(conversation=CONVERSATION, base_url=slack.base_url)
        app = begun(standins, clock, tmp_path, channel, environ=ENVIRON)
        # Three days at once: four messages, and Slack takes one a second.
        clock.advance_to(new_york("2025-04-10 19:00"))
        run_simulated(app, clock, new_york("2025-04-10 23:00"), lambda _: None)
        assert slack.keys() == [
            "joint_selloff/us/2025-04-08#1",
            "joint_selloff/us/2025-04-10#1",
            "term_premium_day/acm_10y/2025-04-07#1",
            "term_premium_day/acm_10y/2025-04-08#1",
        ]
        app.close()
