"""The alerts of April 2025 are answered on 18 June, when the transactions of April come."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from alerts.message.message import Message
from alerts.message.plain import plain_text
from alerts.message.sections import Table
from alerts.slack.blocks import slack_blocks
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel, replay
from tests.begun import Begun
from tests.once import built_once
from tests.standins import more_publishers
from tests.support import app_over, new_york

BEGAN: Final = new_york("2025-04-10 12:00")
# When something that matters is new: the close, DXY, the day after, and the two releases of TIC.
TICKS: Final = (
    *("2025-04-10 18:31", "2025-04-12 09:00", "2025-05-16 16:31"),
    *("2025-06-17 18:31", "2025-06-18 16:31", "2025-06-18 19:01"),
)  # fmt: skip
SETTINGS: Final[dict[str, Any]] = {
    "watched": ("treasury_curve", "cboe", "yahoo", "ecb", "h41", "treasury_tic"),
    "judged": ("joint_selloff", "haven_failure", "aggregate_net_sales"),
    "routing": {"digest": ["console"]},
}
ALERT: Final = "joint_selloff/us/2025-04-10"


@dataclass(frozen=True)
class Lived:
    """The program at those instants, and what it sent."""

    app: App
    pages: list[Message]

    def of(self, alert_id: str) -> list[Message]:
        return [page for page in self.pages if page.footer == alert_id]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, begun: Begun) -> Iterator[Lived]:
    def live(folder: Path) -> None:
        clock, channel = SimulatedClock(BEGAN), RecordingChannel()
        with Standins(clock.now, more_publishers()) as standins:
            app = begun(standins, clock, folder, channel, **SETTINGS)
            for one in TICKS:
                clock.advance_to(new_york(one))
                app.tick(clock.now())
            app.close()
        (folder / "pages").write_bytes(pickle.dumps(channel.pages))

    folder = built_once(tmp_path_factory, "settled-april", live)
    clock = SimulatedClock(new_york(TICKS[-1]))
    with Standins(clock.now, more_publishers()) as standins:
        app = app_over(standins, clock, folder, **SETTINGS)
        yield Lived(app, pickle.loads((folder / "pages").read_bytes()))
        app.close()


@pytest.mark.slow
def test_each_alert_is_answered_once_below_its_first_message(lived: Lived) -> None:
    answers = [page for page in lived.pages if page.about and page.about.reason == "settled"]
    assert [page.footer for page in answers] == [ALERT, "joint_selloff/us/2025-04-21"]
    first, answer = lived.of(ALERT)[0], answers[0]
    assert answer.thread is not None
    assert (answer.thread.key, answer.thread.is_own) == (first.key, True)
    assert not answer.loud
    assert answer.kicker == "CRITICAL · Joint selloff · Thu 10 Apr 2025 · settled"
    assert answer.title == (
        "Settled: in April 2025 foreigners sold Treasuries on balance: −$58.5bn long-term, "
        "−$70.4bn with bills (−0.8% of holdings)"
    )


@pytest.mark.slow
def test_the_answer_says_who_sold_what_followed_and_what_it_does_not_mean(lived: Lived) -> None:
    said = " ".join(plain_text(lived.of(ALERT)[-1]).split())
    for words in (
        "The long-term sale was mostly not foreign official: officials sold $5.7bn of $58.5bn "
        "(10%); all others −$52.8bn.",
        "Japan −$2.9bn, China −$20.9bn",
        "Fed custody for foreign officials −$14.1bn from Wed 26 Mar to Wed 30 Apr",
        "After Thu 10 Apr, 1 / 5 / 21 sessions: S&P +1.8 / +0.3 / ",
        "A month is not a session: this does not show who sold on Thu 10 Apr 2025.",
        "Available Wed 18 Jun 2025 16:31 EDT.",
    ):
        assert words in said


@pytest.mark.slow
def test_the_first_message_keeps_what_fell_and_shows_that_it_is_answered(lived: Lived) -> None:
    first, answer = lived.of(ALERT)[0], lived.of(ALERT)[-1]
    head = answer.current
    assert head.title == lived.of(ALERT)[1].title
    assert head.kicker.endswith("settled")
    said = plain_text(head)
    assert answer.title in [getattr(one, "body", "") for one in head.sections]
    assert "not published yet" not in " ".join(said.split())
    assert "Next releases" not in said
    assert first.about is not None
    assert first.about.state == "open"
    # Nothing of it is left out of Slack's reply but the table of evidence.
    assert answer.news() == answer
    assert len(slack_blocks(answer.news())) == 2 + len(answer.sections)


@pytest.mark.slow
def test_it_is_replayed_as_it_was_lived(lived: Lived) -> None:
    config = lived.app.config
    again = replay(config, config.database, BEGAN, new_york(TICKS[-1])).as_json()
    told = lived.app.report.alerts_json()
    assert again == told
    (alert,) = [one for one in told if one["id"] == ALERT]
    assert len(alert["deliveries"]) == 3


@pytest.mark.slow
def test_the_digest_and_the_verdict_of_the_day_say_the_same(lived: Lived) -> None:
    at = new_york("2025-06-18 19:01")
    verdict = lived.app.report.verdict(at)
    month = verdict.horizons[1]
    assert (month.answer, month.number) == ("sold", "−$70.4bn, −0.8% of holdings")
    (digest,) = [page for page in lived.pages if page.key == "digest/2025-06-18"]
    rows = [row for one in digest.rest if isinstance(one, Table) for row in one.rows]
    said = " ".join(cell for row in rows for cell in row)
    assert "in April 2025 foreigners sold Treasuries on balance" in said
    assert "Answers: Joint selloff 10 Apr, 21 Apr." in said
    assert "−$70.4bn" in verdict.line
