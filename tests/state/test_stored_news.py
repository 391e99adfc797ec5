"""What is new is read once and again after every change, whoever made it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from state.database import Database
from state.stored_news import StoredNews
from tests.state.test_archive import AT, append, frame

HOUR = timedelta(hours=1)
MARCH, APRIL = date(2025, 3, 31), date(2025, 4, 30)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "havenwatch.db")
    yield made
    made.close()


def test_news_is_told_by_dataset_and_instant(database: Database) -> None:
    append(database, frame({date(2025, 4, 7): 1.0}))
    news = StoredNews(database)
    assert news.has_news(("spx", "dxy"), None)
    assert news.has_news(("spx",), AT - timedelta(seconds=1))
    assert not news.has_news(("spx",), AT)
    assert not news.has_news(("dxy",), None)


def test_what_comes_after_the_first_look_is_news(database: Database, tmp_path: Path) -> None:
    news = StoredNews(database)
    assert not news.has_news(("spx",), None)
    other = Database(tmp_path / "havenwatch.db")
    append(other, frame({date(2025, 4, 7): 1.0}))
    other.close()
    assert news.has_news(("spx",), None)
    assert not news.has_news(("spx",), AT)
    append(database, frame({date(2025, 4, 8): 2.0}), AT + HOUR)
    assert news.has_news(("spx",), AT)


def test_a_period_is_new_while_a_number_of_it_became_known(database: Database) -> None:
    append(database, frame({MARCH: 1.0, APRIL: 2.0}), AT)
    append(database, frame({MARCH: 1.5, APRIL: 2.0}), AT + HOUR)
    append(database, frame({APRIL: 9.0}, "vix"), AT + HOUR)
    news = StoredNews(database)
    assert news.periods_known(("spx",), AT, AT + HOUR) == [MARCH]
    assert news.periods_known(("spx", "vix"), AT, AT + HOUR) == [MARCH, APRIL]
    assert news.periods_known(("spx",), AT + HOUR, AT + 2 * HOUR) == []
    assert news.periods_known(("spx",), AT - HOUR, AT - timedelta(seconds=1)) == []
    assert news.newest_period(("spx",)) == APRIL
    assert news.newest_period(("dxy",)) is None
