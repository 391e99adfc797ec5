"""Auctions that are announced, from the publisher's page to what a person sees of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from monitor.terminal.render_sources import print_calendar
from monitor.views.source_calendar import Line, auctions_ahead, source_calendar
from monitor.web import ics
from state.announced import Announced
from tests.support import app_over, watch

AUCTIONS = "fiscaldata_auctions"


@pytest.fixture
def app(standins: Standins, clock: SimulatedClock, tmp_path: Path) -> Iterator[App]:
    running = app_over(standins, clock, tmp_path, watched=(AUCTIONS,), judged=())
    running.tick(clock.now())
    yield running
    running.close()


def line(app: App, at: datetime) -> Line:
    (found,) = source_calendar(app.reading, at)
    return found


def test_they_are_there_until_they_are_held(app: App, clock: SimulatedClock) -> None:
    assert auctions_ahead([line(app, clock.now())]) == [
        "Tue 8 Apr 2025: 4-week bill $40.0bn",
        "Wed 9 Apr 2025: 10-year note $40.0bn and 4-week bill $40.0bn",
        "Thu 10 Apr 2025: 4-week bill $40.0bn",
        "Fri 11 Apr 2025: 4-week bill $40.0bn",
    ]
    watch(app, clock, "2025-04-09 12:30")
    assert auctions_ahead([line(app, clock.now())])[0].startswith("Wed 9 Apr 2025: 10-year note")
    watch(app, clock, "2025-04-09 14:30")
    assert auctions_ahead([line(app, clock.now())])[0].startswith("Thu 10 Apr 2025")


def test_a_refused_body_changes_nothing_of_what_is_announced(
    app: App, clock: SimulatedClock, standins: Standins
) -> None:
    before = line(app, clock.now()).announced
    standins.faults[AUCTIONS] = lambda reply: Reply(reply.status, b"<html>", "text/html")
    watch(app, clock, "2025-04-08 14:30")
    after = line(app, clock.now())
    assert after.state != "OK"
    assert after.announced == before


def test_the_terminal_and_the_calendar_of_a_desk_show_them(
    app: App, clock: SimulatedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    print_calendar(app.reading, clock.now(), as_json=False)
    said = capsys.readouterr().out
    assert "Auction Wed 9 Apr 2025: 10-year note $40.0bn and 4-week bill $40.0bn" in said
    print_calendar(app.reading, clock.now(), as_json=True)
    assert '"what": "10-year note"' in capsys.readouterr().out
    planned = ics.auctions([line(app, clock.now())], clock.now())
    assert len({one.uid for one in planned}) == len(planned) == 5
    (note,) = [one for one in planned if "10-year" in one.title]
    assert (note.title, note.begins, note.ends) == (
        "Auction: 10-year note $40.0bn", date(2025, 4, 9), date(2025, 4, 10)
    )  # fmt: skip


def test_an_amount_that_is_not_named_is_said(app: App, clock: SimulatedClock) -> None:
    bare = Announced(date(2025, 4, 9), "10-year note", None)
    (said,) = auctions_ahead([replace(line(app, clock.now()), announced=(bare,))])
    assert said == "Wed 9 Apr 2025: 10-year note (amount to be announced)"
