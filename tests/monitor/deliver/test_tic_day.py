"""The message of TIC day: once a month, when its files are in, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from alerts.message.message import Message
from alerts.message.sections import Table
from alerts.tic.message import tic_message
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.publishers.tic_assets import PATH
from monitor.demo.publishers.tic_assets import Standin as Assets
from monitor.demo.request_reply import Asked, Reply
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from monitor.ingest.calendars import NEW_YORK
from monitor.tick_hooks import TickHook, no_hook
from monitor.views.tic_days import TicDays
from state.bulletins import Bulletins
from tests.begun import Begun
from tests.slow import quick_where
from tests.support import app_over, new_york, watch
from tests.tic_days import BEGAN, ROUTING, WATCHED

APRIL = date(2025, 4, 30)


class Killed(BaseException):
    """Where a process would have ended."""


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(new_york(BEGAN))


@pytest.fixture
def standins(clock: SimulatedClock) -> Iterator[Standins]:
    with Standins(clock.now) as served:
        yield served


@dataclass(frozen=True)
class Desk:
    """One database and the publishers; `start` is the program over it, with what it is told."""

    begun: Begun
    standins: Standins
    clock: SimulatedClock
    folder: Path

    def start(self, observe: TickHook | None = None) -> tuple[App, RecordingChannel]:
        told = RecordingChannel()
        if (self.folder / "havenwatch.db").exists():
            here = self.standins, self.clock, self.folder, told, observe or no_hook
            return app_over(*here, watched=WATCHED, judged=(), routing=ROUTING), told
        app = self.begun(
            self.standins,
            self.clock,
            self.folder,
            told,
            watched=WATCHED,
            judged=(),
            routing=ROUTING,
        )
        return app, told

    def hold_back_assets(self, until: str) -> None:
        """Have no new month in slt_table1 before an instant."""
        opens = new_york(until)

        def fault(reply: Reply) -> Reply:
            before = Asked(PATH, {}, "tests", new_york(BEGAN))
            return Assets().reply(before) if self.clock.now() < opens else reply

        self.standins.faults["tic_assets"] = fault


@pytest.fixture
def here(begun: Begun, standins: Standins, clock: SimulatedClock, tmp_path: Path) -> Desk:
    return Desk(begun, standins, clock, tmp_path)


def tic(told: RecordingChannel) -> list[Message]:
    return [one for one in told.pages if one.key.startswith("tic/")]


def table(message: Message, heading: str) -> Mapping[str, tuple[str, ...]]:
    (found,) = (
        one
        for one in message.sections
        if isinstance(one, Table) and one.heading.startswith(heading)
    )
    return {row[0]: row[1:] for row in found.rows}


@pytest.mark.slow
def test_a_release_is_told_once_with_both_files_and_history_never(here: Desk) -> None:
    app, told = here.start()
    watch(app, here.clock, "2025-06-18 15:59")
    assert not tic(told)
    watch(app, here.clock, "2025-06-18 16:05")
    (message,) = tic(told)
    assert message.key == "tic/2025-04"
    assert message.title.startswith("Foreigners sold net $58.5bn of long-term Treasuries")
    assert table(message, "By type")["Equities"] == ("−16.8", "−33.7", "+16.9")
    watch(app, here.clock, "2025-06-18 17:30")
    app.close()
    again, told_again = here.start()
    watch(again, here.clock, "2025-06-18 18:30")
    assert not tic(told_again)
    assert len(tic(told)) == 1
    again.close()


@pytest.mark.slow
def test_the_message_is_what_a_look_at_its_instant_says(here: Desk) -> None:
    app, told = here.start()
    watch(app, here.clock, "2025-06-18 18:00")
    (message,) = tic(told)
    at = Bulletins(app.database).composed_at("tic/2025-04")
    assert at is not None
    day = TicDays(app.database, at).day(APRIL)
    first = TicDays(app.database, here.clock.now()).first_print(APRIL)
    assert day is not None
    assert first is not None
    assert first.report == day.report
    assert tic_message(day, NEW_YORK) == replace(message, sections=message.sections[1:])
    app.close()


@pytest.mark.slow
def test_it_waits_for_slt_table1(here: Desk) -> None:
    app, told = here.start()
    here.hold_back_assets("2025-06-18 16:40")
    watch(app, here.clock, "2025-06-18 16:39")
    assert not tic(told)
    watch(app, here.clock, "2025-06-18 16:42")
    (message,) = tic(told)
    assert "By type" in str(message.sections)
    app.close()


@pytest.mark.slow
def test_where_slt_table1_does_not_come_the_message_goes_at_its_deadline(here: Desk) -> None:
    app, told = here.start()
    here.hold_back_assets("2025-06-19 08:00")
    watch(app, here.clock, "2025-06-18 17:01")
    assert not tic(told)
    watch(app, here.clock, "2025-06-18 17:05")
    (message,) = tic(told)
    assert any("(slt_table1): not published yet." in line for line in message.brief)
    assert "Not published by Wed 18 Jun 2025 17:02 EDT: slt_table1" in str(message.sections[-1])
    watch(app, here.clock, "2025-06-18 18:30")
    assert len(tic(told)) == 1
    app.close()


@pytest.mark.parametrize(
    "boundary", quick_where("claim".__eq__, ["tic day", "composed", "dispatch", "claim", "settle"])
)
def test_a_program_that_dies_on_the_way_tells_it_once(here: Desk, boundary: str) -> None:
    app, told = here.start()
    watch(app, here.clock, "2025-06-18 16:01")
    app.close()
    began: list[App] = []

    def die(step: str) -> None:
        if began and step == boundary and began[0].reading.tic_day(APRIL, here.clock.now()):
            raise Killed

    dying, said = here.start(die)
    began.append(dying)
    with pytest.raises(Killed):
        watch(dying, here.clock, "2025-06-18 16:10")
    dying.close()
    again, after = here.start()
    watch(again, here.clock, "2025-06-18 18:00")
    again.close()
    messages = [*tic(told), *tic(said), *tic(after)]
    # What was sent and not recorded is sent again with the key by which a receiver knows it.
    assert {one.key for one in messages} == {"tic/2025-04"}
    assert len(messages) == (2 if boundary == "settle" else 1)
    assert len({one.title for one in messages}) == 1
