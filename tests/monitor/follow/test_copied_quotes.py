"""Quotes of a session that the followed program polls are received here, each once."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.intraday.copied_quotes import EVERY, CopiedQuotes
from monitor.tick_hooks import no_hook
from rules.intraday.quote import Quote
from state.connections import Connections
from state.database import Database
from state.quotes import Quotes
from tests.support import new_york

AT = new_york("2025-04-10 11:00")
SECOND = timedelta(seconds=1)
FEED = "yahoo_quotes"


def quote(at: datetime, value: float, feed: str = FEED) -> Quote:
    return Quote(series_id="spx", at=at, value=value, previous_close=5000.0, feed=feed, label="S&P")


class Two:
    """A database with quotes, and one that copies them."""

    def __init__(self, folder: Path):
        self.other, self.own = Database(folder / "other.db"), Database(folder / "own.db")
        self.polls = CopiedQuotes(self.own, folder / "other.db", [FEED], no_hook)

    def received(self) -> list[tuple[str, float]]:
        found = Quotes(self.own).received(AT - timedelta(days=2), AT + timedelta(days=1))
        return [(f"{one.received_at:%H:%M:%S}", one.quote.value) for one in found]

    def standing(self) -> list[tuple[str, bool, str]]:
        return [(o.name, o.lost_since is None, o.problem) for o in Connections(self.own).all()]


@pytest.fixture
def two(tmp_path: Path) -> Two:
    return Two(tmp_path)


def test_a_quote_is_received_when_it_is_copied_and_once(two: Two) -> None:
    quotes = Quotes(two.other)
    quotes.store([quote(AT - SECOND, 5010.0), quote(AT, 1.0, "other_feed")], AT)
    assert two.polls.poll(AT + SECOND) == 1
    quotes.store([quote(AT + SECOND, 5020.0)], AT + SECOND)
    assert two.polls.poll(AT + 2 * SECOND) == 0  # too soon
    assert two.polls.poll(AT + SECOND + EVERY) == 1
    assert two.polls.poll(AT + SECOND + 2 * EVERY) == 0
    assert two.received() == [("15:00:01", 5010.0), ("15:00:06", 5020.0)]


def test_what_is_lost_there_is_lost_here_and_what_is_not_polled_is_said(two: Two) -> None:
    two.polls.poll(AT)
    ((name, stands, said),) = two.standing()
    assert (name, stands) == ("quotes/yahoo_quotes", False)
    assert said.endswith("other.db; enable [intraday] there, with this feed")
    Connections(two.other).record_standing("quotes/yahoo_quotes", AT)
    two.polls.poll(AT + EVERY)
    assert two.standing() == [("quotes/yahoo_quotes", True, "")]
    Connections(two.other).record_lost("quotes/yahoo_quotes", AT, "HTTP 503")
    two.polls.poll(AT + 2 * EVERY)
    assert two.standing() == [("quotes/yahoo_quotes", False, "HTTP 503")]
    two.polls.rest(AT + 3 * EVERY)
    assert two.standing() == [("quotes/yahoo_quotes", True, "")]


def test_a_database_that_cannot_be_read_gives_no_quotes(two: Two, tmp_path: Path) -> None:
    two.other.close()
    (tmp_path / "other.db").unlink()
    assert two.polls.poll(AT) == 0
