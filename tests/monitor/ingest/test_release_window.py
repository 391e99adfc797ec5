"""The minutes of a TIC release: asked for every 30 seconds, alone, and told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

import pandas as pd
import pytest

from alerts.channel import Sent
from alerts.message.message import Message
from monitor.check.check import UNKNOWN, Limits, check
from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from rules.tic.areas import GRAND_TOTAL
from state.instants import to_text
from tests.begun import Begun
from tests.slow import quick_where
from tests.standins import more_publishers
from tests.support import new_york, watch

RELEASED = new_york("2025-05-16 16:02")


def asked_between(standins: Standins, start: str, end: str) -> list[tuple[str, datetime]]:
    inside = (new_york(start), new_york(end))
    return [(name, one.at) for name, one in standins.asked if inside[0] <= one.at <= inside[1]]


@pytest.fixture
def everyone(clock: SimulatedClock) -> Standins:
    return Standins(clock.now, more_publishers())


@pytest.mark.slow
def test_it_is_asked_every_30_seconds_until_the_month_is_there_and_told_in_that_tick(
    everyone: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    clock.advance_to(new_york("2025-05-16 12:00"))
    channel = RecordingChannel()
    with everyone as standins:
        app = begun(standins, clock, tmp_path, channel, watched=None, until="2025-05-16 15:59")
        watch(app, clock, "2025-05-16 18:00")
        tic = [at for name, at in asked_between(standins, "2025-05-16 15:59", "2025-05-16 16:20")
               if name == "treasury_tic"]  # fmt: skip
        assert [at - tic[0] for at in tic] == [
            timedelta(seconds=30 * count) for count in range(len(tic))
        ]
        assert tic[0] == new_york("2025-05-16 16:00")
        assert RELEASED <= tic[-1] < RELEASED + timedelta(seconds=31)
        page = next(page for page in channel.pages if "foreign_net_sales" in page.footer)
        assert page.footer == "foreign_net_sales/china/2025-03-31"
        alert = next(one for one in app.report.alerts_json() if one["id"] == page.footer)
        assert alert["opened_at"] == f"{tic[-1]:%Y-%m-%dT%H:%M:%SZ}"
        app.close()


@pytest.mark.slow
def test_while_it_is_awaited_nothing_else_is_asked_before_it(
    everyone: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    clock.advance_to(new_york("2025-05-16 12:00"))
    with everyone as standins:
        app = begun(standins, clock, tmp_path, watched=None)
        clock.advance_to(new_york("2025-05-16 18:45"))  # the machine slept through the afternoon
        assert len(app.due_sources(clock.now())) > 5
        clock2 = SimulatedClock(new_york("2025-05-16 16:45"))
        due = app.due_sources(clock2.now())
        assert due == ["treasury_tic"]
        app.close()


@pytest.mark.slow
def test_what_waits_behind_it_is_not_called_stale_and_no_digest_is_made_without_it(
    everyone: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    clock.advance_to(new_york("2025-05-14 12:00"))
    channel = RecordingChannel()
    with everyone as standins:
        routing = {"digest": ["console"]}
        app = begun(standins, clock, tmp_path, channel, watched=None, routing=routing)
        clock.advance_to(new_york("2025-05-16 16:40"))  # two days of downtime, then the window
        app.tick(clock.now())
        assert [page.footer for page in channel.pages] == ["foreign_net_sales/china/2025-03-31"]
        clock.advance_to(new_york("2025-05-16 16:41"))
        app.tick(clock.now())
        assert not any("stale" in page.title for page in channel.pages)
        assert [page.key for page in channel.pages if page.key.startswith("digest")] == [
            "digest/2025-05-15"
        ]
        app.close()


def padded(reply: Reply, lines: bytes) -> Reply:
    """The stand-in's eight areas in a file of the real one's size."""
    head, notes, tail = reply.body.partition(b"\t\t\t\t\t\t\t\t\t\r\nNotes:")
    return Reply(200, head + lines + notes + tail, reply.content_type, reply.last_modified)


def more_areas() -> bytes:
    """Many more areas with the arithmetic of a real one, in months that have a grand total."""
    months = [f"{month:%Y-%m}" for month in pd.date_range("2023-02", "2024-12", freq="MS")]
    rows = [
        f"Area {code}\t{code}\t{month}\t110\tn.a.\t100\tn.a.\tn.a.\t10\t0"
        for code in range(50_000, 50_235)
        for month in reversed(months)
    ]
    return ("\r\n".join(rows) + "\r\n").encode()


@dataclass(frozen=True, kw_only=True)
class Noting(RecordingChannel):
    """Notes how many requests had been made when messages of a rule were handed to it."""

    asked: Sequence[object]
    asked_before: list[int] = field(default_factory=list)

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        if page.key.startswith("foreign_net_sales"):
            self.asked_before.append(len(self.asked))
        return super().send(page, {}, at, again=again)


@pytest.mark.slow
def test_a_new_month_is_with_the_channel_before_anything_else_is_asked(
    everyone: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    clock.advance_to(new_york("2025-05-16 12:00"))
    lines = more_areas()
    with everyone as standins:
        channel = Noting(asked=standins.asked)

        def answered(reply: Reply) -> Reply:
            return padded(reply, lines) if reply.status == 200 else reply

        standins.faults["treasury_tic"] = answered
        app = begun(standins, clock, tmp_path, channel, watched=None, until="2025-05-16 15:59")
        watch(app, clock, "2025-05-16 16:05")
        name, _ = standins.asked[channel.asked_before[0] - 1]
        assert name == "treasury_tic", "the body that brought it was asked for last"
        app.close()


def without_newest(code: str) -> Callable[[Reply], Reply]:
    """The release without the newest month of an area."""

    def fault(reply: Reply) -> Reply:
        lines = reply.body.split(b"\r\n")
        first = next(i for i, line in enumerate(lines) if f"\t{code}\t".encode() in line)
        body = b"\r\n".join(lines[:first] + lines[first + 1 :])
        return Reply(reply.status, body, reply.content_type, reply.last_modified)

    return fault


LACKING: Final = {
    "42609": "area 42609 in the newest month, 2025-03, as in 2025-02",
    "41408": "area 41408 in the newest month, 2025-03, as in 2025-02",
    GRAND_TOTAL: "a grand total in every month, got none in 2025-03",
}


@pytest.mark.slow
@pytest.mark.parametrize("code", quick_where("41408".__eq__, LACKING, in_ci=lambda _: False))
def test_a_release_without_a_watched_area_is_asked_for_again_until_it_is_whole(
    everyone: Standins, clock: SimulatedClock, tmp_path: Path, code: str, begun: Begun
) -> None:
    clock.advance_to(new_york("2025-05-16 12:00"))
    with everyone as standins:
        app = begun(standins, clock, tmp_path, watched=("treasury_tic",))
        standins.faults["treasury_tic"] = without_newest(code)
        watch(app, clock, "2025-05-16 16:15")
        (line,) = app.report.source_lines(clock.now())
        assert line.state == "CHANGED_FORMAT"
        assert LACKING[code] in line.problem
        asked = asked_between(standins, "2025-05-16 16:05", "2025-05-16 16:15")
        assert len(asked) == 21
        assert not [one for one in app.report.alerts_json() if one["rule"] == "foreign_net_sales"]
        del standins.faults["treasury_tic"]
        watch(app, clock, "2025-05-16 16:16")
        alerts = [one["id"] for one in app.report.alerts_json()]
        assert "foreign_net_sales/china/2025-03-31" in alerts
        app.close()


@pytest.mark.slow
@pytest.mark.sweep
def test_a_release_that_nobody_completes_is_no_data_and_taken_when_it_is_whole(
    everyone: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    clock.advance_to(new_york("2025-05-16 12:00"))
    with everyone as standins:
        app = begun(standins, clock, tmp_path, watched=("treasury_tic",))
        standins.faults["treasury_tic"] = without_newest(GRAND_TOTAL)
        watch(app, clock, "2025-05-20 12:00")
        seen = check(tmp_path / "havenwatch.db", Limits(), clock.now())
        assert seen.code == UNKNOWN
        del standins.faults["treasury_tic"]
        watch(app, clock, "2025-05-20 18:00")
        alerts = [one["id"] for one in app.report.alerts_json()]
        assert "foreign_net_sales/china/2025-03-31" in alerts
        app.close()


@pytest.mark.parametrize(
    ("since", "status", "named_s", "waits_s"),
    [
        # Inside the window what the publisher names is taken where it is shorter than the window's.
        ("16:00", 429, 2, [2, 2, 2]),
        ("16:00", 429, 600, [30, 30, 30]),
        ("16:00", 500, None, [30, 30, 30]),
        # Before it a longer wait ends when it opens; else it is taken, however often it failed.
        ("15:20", 429, 3600, [2400, 30, 30]),
        ("12:00", 429, 600, [600, 600, 600]),
        ("12:00", 500, None, [60, 120, 240]),
    ],
)
def test_a_wait_that_the_publisher_names_is_taken_and_never_goes_beyond_the_windows_next_poll(
    everyone: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    since: str,
    status: int,
    named_s: int | None,
    waits_s: list[int],
    begun: Begun,
) -> None:
    clock.advance_to(new_york("2025-05-16 10:00"))
    with everyone as standins:
        app = begun(standins, clock, tmp_path, watched=("treasury_tic",))
        clock.advance_to(new_york(f"2025-05-16 {since}"))
        refused = Reply(status, b"no", "text/plain", retry_after_s=named_s)
        standins.faults["treasury_tic"] = lambda _: refused
        app.database.connection.execute(
            "UPDATE source_health SET next_due_at = ?", (to_text(clock.now()),)
        )
        failed = [clock.now()]
        app.tick(clock.now())
        for _ in waits_s:
            due = app.next_due()
            assert due is not None
            clock.advance_to(due)
            app.tick(due)
            failed.append(due)
        waited = [after - before for before, after in pairwise(failed)]
        assert waited == [timedelta(seconds=wait) for wait in waits_s]
        app.close()
