"""What the log says of sources that do not answer: a line each, or one for many of them."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.clock import SimulatedClock
from monitor.config.load import build
from monitor.errors import HavenwatchError
from monitor.ingest.http import Http
from monitor.ingest.ingest import Ingest
from monitor.ingest.polling import Polling
from monitor.retry import Retry
from monitor.stop import Stop
from monitor.tick_hooks import no_hook
from state.database import Database
from tests.support import TABLE, new_york

AT = new_york("2025-04-10 18:00")


def logged(caplog: pytest.LogCaptureFixture, folder: Path, count: int) -> list[str]:
    block = {**TABLE, "type": "table", "base_url": f"file://{folder}"}
    names = [f"feed_{number}" for number in range(count)]
    every = build({"sources": dict.fromkeys(names, block)}, {"FEED_TOKEN": "x"}, folder).sources
    sources = {name: every[name] for name in names}
    database, clock = Database(None), SimulatedClock(AT)
    ingest = Ingest(database, Http(clock), Retry(timedelta(minutes=1), timedelta(hours=1)))
    with caplog.at_level(logging.WARNING):
        Polling(database, sources, ingest, clock, Stop(), no_hook).poll(names, AT)
    database.close()
    return [one.getMessage() for one in caplog.records]


def test_two_that_do_not_answer_are_a_line_each(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    found = logged(caplog, tmp_path, 2)
    assert [one.partition(":")[0] for one in found] == ["feed_0", "feed_1"]
    assert all("it will be polled again" in one for one in found)


def test_twenty_that_fail_in_the_same_way_are_one_line(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    (line,) = logged(caplog, tmp_path, 20)
    assert line.startswith("20 sources did not answer: expected a file, got none: feed_0, feed_1, ")
    assert line.endswith(" and 10 more; list them with: havenwatch sources")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("https://example.org/a?b=1", "https://example.org/a?b=1"),
        (f"https://example.org/a?fields={'x' * 400}", "https://example.org/a?..."),
        (f"https://example.org/{'x' * 150}", f"https://example.org/{'x' * 150}"),
    ],
)
def test_a_long_address_is_cut_at_its_fields(where: str, said: str) -> None:
    error = HavenwatchError(where, expected="a", got="b", remedy="c")
    assert str(error) == f"{said}: expected a, got b; c"
