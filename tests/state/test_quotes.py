"""Quotes are kept once each, to the second."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from rules.intraday.quote import Quote
from state.database import Database
from state.quotes import Quotes
from tests.support import utc

AT = utc("2025-04-10 14:00")
LONG_AGO = AT - timedelta(days=30)


@pytest.fixture
def quotes() -> Iterator[Quotes]:
    database = Database(None)
    yield Quotes(database)
    database.close()


def quote(seconds: float, series_id: str = "spx", feed: str = "one") -> Quote:
    return Quote(series_id, AT + timedelta(seconds=seconds), 5000.0, None, feed)


@pytest.mark.parametrize(
    ("again", "new"),
    [
        (quote(0), 0),
        (quote(0.9), 0),  # of the same second
        (quote(-60), 0),
        (quote(1), 1),
        (quote(1.5), 1),
        (quote(0, "dxy"), 1),
        (quote(0, feed="another"), 1),
    ],
)
def test_what_is_no_newer_than_its_feeds_last_is_there_already(
    quotes: Quotes, again: Quote, new: int
) -> None:
    assert quotes.store([quote(0.4)], AT) == 1
    assert quotes.store([again], AT + timedelta(minutes=1)) == new
    assert len(quotes.received(LONG_AGO, AT + timedelta(minutes=1))) == 1 + new
