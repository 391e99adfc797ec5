"""What is kept of old vintages and digests, and that nothing decided or shown is changed by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alerts.message.message import Message
from alerts.message.sections import Image, Text
from monitor.config.load import build
from monitor.evaluate.known import Known
from monitor.history.replay import RuleReplay, decide_span, load_history
from state.archive import TAIL_ROWS, Archive
from state.database import Database
from state.health import Health, SourceHealth
from state.instants import to_text
from state.outbox import Outbox
from state.retention import KEEP_WHOLE_FOR, drop_charts, thin_source_health
from state.thinned_vintages import thin_vintages
from tests.lived_years import DATASET, business_days, instant, live
from tests.once import built_once
from tests.support import utc

CONFIG = build({}, {}, Path())
RULE = CONFIG.rules["term_premium_jump"]
FIRST_DAY = "2014-01-02"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three years in which a vintage came on every tenth business day."""

    def build(folder: Path) -> None:
        live(folder / "lived.db", business_days(3)[::10], first_day=FIRST_DAY)

    return built_once(tmp_path_factory, "lived-three-years", build) / "lived.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database(path, read_only=True)
    yield opened
    opened.close()


def kept(database: Database) -> dict[str, tuple[str, int]]:
    """How each vintage is kept, by its day, and how many sessions are stored of it."""
    rows = database.connection.execute(
        """SELECT substr(vintages.known_at, 1, 10) AS day, rows_kept,
                  (SELECT count(DISTINCT period_end) FROM observations
                   WHERE observations.vintage_id = vintages.vintage_id) AS sessions
           FROM vintages ORDER BY vintage_id"""
    )
    return {row["day"]: (row["rows_kept"], row["sessions"]) for row in rows}


@pytest.mark.slow
def test_old_vintages_keep_a_whole_one_a_year_and_a_tail_a_month(database: Database) -> None:
    days = business_days(3)[::10]
    limit = instant(days[-1]) - KEEP_WHOLE_FOR
    months: set[str] = set()
    years: set[str] = set()
    found = kept(database)
    for day in days:
        name = f"{day:%Y-%m-%d}"
        first_of_month, first_of_year = name[:7] not in months, name[:4] not in years
        months.add(name[:7])
        years.add(name[:4])
        how, sessions = found[name]
        if instant(day) >= limit:
            # A release whole with the first of each month, the newest sessions with the others.
            assert how == "all"
            assert (sessions > 500) == first_of_month
        elif first_of_year:
            assert (how, sessions > 500) == ("all", True)
        elif first_of_month:
            assert how == "tail"
            assert TAIL_ROWS < sessions <= TAIL_ROWS + 10
        else:
            assert (how, sessions) == ("none", 0)


@pytest.mark.slow
def test_the_newest_value_of_each_cell_is_that_of_the_vintage_stored_last(
    database: Database,
) -> None:
    rows = database.connection.execute(
        """SELECT series_id, period_end, value, max(vintage_id) FROM observations
           JOIN series USING (series_key) GROUP BY series_key, period_end"""
    )
    plain = pd.DataFrame([tuple(row)[:3] for row in rows], columns=["series", "day", "value"])
    wanted = plain.pivot_table(index="day", columns="series", values="value")
    found = Archive(database).latest(DATASET)
    assert [f"{day:%Y-%m-%d}" for day in found.index] == list(wanted.index)
    assert np.array_equal(found.to_numpy(), wanted.to_numpy(), equal_nan=True)


@pytest.mark.slow
def test_the_tails_decide_and_tell_what_the_whole_vintages_do(path: Path) -> None:
    end = instant(business_days(3)[-1])
    start = end - timedelta(days=365)
    known = load_history(CONFIG, path, [RULE], end)
    (by_tails,) = decide_span(known, [RULE], start, end)
    whole = known.read(tuple(RULE.series))
    (by_wholes,) = decide_span(Known.whole(whole), [RULE], start, end)
    assert len(known.deciding.value) < len(whole.value) / 5
    assert told(by_tails)
    assert told(by_tails) == told(by_wholes)


def told(found: RuleReplay) -> list[tuple[str, str, datetime]]:
    return [
        (one.outline.transition_id, one.explained().signal.explained.headline, one.outline.at)
        for one in found.verdicts.decided
    ]


def test_old_digests_keep_their_words_and_lose_their_charts(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    outbox = Outbox(database)
    at = utc("2026-06-01 22:30")
    ages = {date(2026, 6, 1): 0, date(2025, 5, 1): 396, date(2025, 4, 20): 407}
    words, chart = Text("Verdict", "Foreigners bought."), Image("S&P 500", "a line", b"png")
    for day, age in ages.items():
        page = Message(f"digest/{day}", "plain", "", "Digest", "Digest", (words, chart), "")
        with database.immediate() as connection:
            outbox.promise_digest(connection, day, page, (), at - timedelta(days=age))
    assert len(list(drop_charts(database.connection, at - KEEP_WHOLE_FOR))) == 1
    assert not list(drop_charts(database.connection, at - KEEP_WHOLE_FOR))
    shown = {day: outbox.digest_message(day) for day in ages}
    assert [len(page.images) for page in shown.values()] == [1, 1, 0]
    assert all(page.sections[0] == words for page in shown.values())
    database.close()


def thinned(path: Path, at: datetime, kills: int) -> list[tuple[str, int, str | None, int]]:
    """What is kept of each vintage once retention was killed so many times after three pieces."""
    live(path, business_days(1)[::40], first_day="2015-10-01")
    database = Database(path)
    for _ in range(kills):
        list(islice(thin_vintages(database.connection, at - KEEP_WHOLE_FOR), 3))
    assert list(thin_vintages(database.connection, at - KEEP_WHOLE_FOR))
    assert not list(thin_vintages(database.connection, at - KEEP_WHOLE_FOR))
    rows = database.connection.execute(
        """SELECT rows_kept, is_whole, tail_from, (SELECT count(*) FROM observations
               WHERE observations.vintage_id = vintages.vintage_id) FROM vintages"""
    ).fetchall()
    database.close()
    return [tuple(row) for row in rows]


def test_what_a_kill_leaves_of_old_vintages_is_dropped_the_next_time(tmp_path: Path) -> None:
    at = utc("2019-01-02 14:30")
    whole = thinned(tmp_path / "whole.db", at, 0)
    assert {kept for kept, *_ in whole} == {"all", "tail"}
    assert thinned(tmp_path / "killed.db", at, 3) == whole


def test_the_newest_whole_vintage_and_what_came_after_it_stay(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    live(path, business_days(1)[:6], first_day="2015-10-01")
    database = Database(path)
    before = Archive(database).latest(DATASET)
    assert not list(thin_vintages(database.connection, utc("2026-01-02 14:30")))
    assert Archive(database).latest(DATASET).equals(before)
    database.close()


def test_old_notes_of_a_source_keep_the_last_of_each_day(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    health = Health(database)
    at = utc("2026-06-01 22:30")
    polls = [
        at - timedelta(days=age, hours=hours)
        for age in (406, 405, 404, 401, 399, 0)
        for hours in (2, 1, 0)
    ]
    for poll in polls:
        with database.immediate() as connection:
            health.record_source(connection, asked("h15", poll))
    list(thin_source_health(database.connection, at - KEEP_WHOLE_FOR))
    rows = database.connection.execute("SELECT changed_at FROM source_health_changes")
    found = [row["changed_at"] for row in rows]
    assert found == [to_text(poll) for poll in (*polls[2:12:3], *polls[12:])]
    database.close()


def asked(source: str, at: datetime) -> SourceHealth:
    return SourceHealth(source, "OK", "", at, at, at, None, 0, at, at)
