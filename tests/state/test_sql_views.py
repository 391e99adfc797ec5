"""The views under plain names: what they say, how fast, and that every database has the same."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from monitor.views.alert_detail import describe_transition
from rules.tic.lines import own_table, read_for, split_mn
from state.alert_store import AlertStore
from state.archive import Archive
from state.database import Database
from state.migrations import MIGRATIONS
from state.sql_views import VIEWS, drop_views, renew_views
from state.tic_split import AREAS
from tests.desk import CRITICAL, LOOKED, Desk

# Of every step that made the views anew, what they then were. One that changes a view adds a line.
RENEWED = {
    "plain_views": "7060f6025b436555",
    "resolved_without_a_claim": "56b1634925b4a7f0",
    "past_events": "f35b5555fc9709aa",
    "views_in_standard_terms": "f7c9bd8b6fdbc6fd",
    "bulletins": "84a418ee4f48cecd",
}
HISTORY = "SELECT what FROM alert_history WHERE alert = ?"


@pytest.fixture(scope="module")
def looked(desk: Desk) -> Iterator[Database]:
    database = Database(desk.path, read_only=True)
    yield database
    database.close()


@pytest.fixture(scope="module")
def long_lived(fifty_years: Path) -> Iterator[Database]:
    database = Database(fifty_years, read_only=True)
    yield database
    database.close()


def rows(database: Database, query: str, *given: object) -> list[sqlite3.Row]:
    return database.connection.execute(query, given).fetchall()


def planned(database: Database, query: str) -> list[str]:
    return [row["detail"] for row in rows(database, f"EXPLAIN QUERY PLAN {query}")]


def test_a_view_that_changed_has_a_step_that_makes_it_anew() -> None:
    said = "a view changed: add a step that calls renew_views, and a line to RENEWED"
    digest = hashlib.sha256(json.dumps(dict(VIEWS), sort_keys=True).encode()).hexdigest()[:16]
    assert list(RENEWED.values())[-1] == digest, said
    assert set(RENEWED) <= set(MIGRATIONS.names)


def test_views_are_replaced_by_one_call(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    connection = database.connection

    def names() -> set[str]:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")
        return {row[0] for row in found}

    connection.execute("DROP VIEW open_alerts")
    connection.execute("CREATE VIEW open_alerts AS SELECT 1 AS old")
    connection.execute("CREATE VIEW forgotten AS SELECT 1 AS old")
    renew_views(connection)
    assert names() == set(VIEWS)
    columns = connection.execute("PRAGMA table_info(open_alerts)").fetchall()
    assert "headline" in {column["name"] for column in columns}
    drop_views(connection)
    assert names() == set()
    database.close()


def test_open_alerts_say_what_they_said_last(looked: Database) -> None:
    found = {row["id"]: row for row in rows(looked, "SELECT * FROM open_alerts")}
    alert_store = AlertStore(looked)
    assert set(found) == {one.alert_id for one in alert_store.alerts() if one.state.value == "open"}
    one = found[CRITICAL]
    signal = alert_store.last_firing_signal(CRITICAL)
    assert signal is not None
    assert one["headline"] == signal.explained.headline
    assert (one["rule"], one["subject"], one["period"]) == ("joint_selloff", "us", "2025-04-10")
    assert (one["severity"], one["acknowledged_by"]) == ("critical", "Ann")


def test_a_history_has_the_words_that_the_terminal_has(looked: Database) -> None:
    alert_store = AlertStore(looked)
    for alert in alert_store.alerts():
        said = [
            row["what"]
            for row in rows(
                looked, "SELECT what FROM alert_history WHERE alert = ?", alert.alert_id
            )
        ]
        assert said == [
            describe_transition(step) for step, _ in alert_store.transitions_of(alert.alert_id)
        ]


@pytest.mark.parametrize("reason", [
    "opened", "worsened", "confirmed", "acknowledged", "reminder", "flapped", "revised",
    "withdrawn", "resolved",
])  # fmt: skip
def test_every_kind_of_step_has_the_same_words_in_both(
    desk: Desk, tmp_path: Path, reason: str
) -> None:
    database = Database(desk.copy(tmp_path / "mine").path)
    before, _ = rows(database, "SELECT after FROM transitions WHERE alert_id = ?", CRITICAL)
    database.connection.execute(
        "UPDATE transitions SET reason = ?, before = ?, late = 1 WHERE alert_id = ?",
        (reason, before["after"], CRITICAL),
    )
    said = [row["what"] for row in rows(database, HISTORY, CRITICAL)]
    assert said == [
        describe_transition(step) for step, _ in AlertStore(database).transitions_of(CRITICAL)
    ]
    assert said[0].endswith(", late")
    database.close()


@pytest.mark.slow
def test_the_latest_level_is_the_newest_value_of_the_newest_period(long_lived: Database) -> None:
    found = {row["series"]: row for row in rows(long_lived, "SELECT * FROM latest_levels")}
    stored = {row["series_id"] for row in rows(long_lived, "SELECT series_id FROM series")}
    assert set(found) == stored
    archive = Archive(long_lived)
    for dataset in ("cboe", "treasury_curve", "treasury_tic"):
        for series_id, column in archive.latest(dataset).items():
            known, row = column.dropna(), found[str(series_id)]
            assert row["value"] == known.iloc[-1]
            assert row["period_end"] == known.index[-1].date().isoformat()
            assert row["previous_value"] == known.iloc[-2]
            assert row["change"] == known.iloc[-1] - known.iloc[-2]


def test_a_re_estimated_series_is_compared_inside_one_vintage(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    connection = database.connection
    connection.execute(
        "INSERT INTO series VALUES (1, 'acm', 'd', 'ACM', 'pct', 'session', 'NY Fed', 1),"
        "(2, 'spx', 'd', 'SPX', 'index', 'session', 'Cboe', 0)"
    )
    for vintage in (1, 2):
        connection.execute(
            """INSERT INTO vintages (vintage_id, dataset, urls, sha256, fetched_at, known_at,
                                     known_basis, is_whole)
               VALUES (?, 'd', '[]', '', ?1, ?1, 'observed', 1)""",
            (vintage,),
        )
    values = {
        (1, "2025-04-08", 1): 0.30, (1, "2025-04-07", 1): 0.20, (1, "2025-04-09", 2): 0.70,
        (1, "2025-04-07", 2): 0.60, (2, "2025-04-08", 1): 100.0, (2, "2025-04-08", 2): 101.0,
        (2, "2025-04-09", 1): 103.0,
    }  # fmt: skip
    for key, value in values.items():
        connection.execute("INSERT INTO observations VALUES (?, ?, ?, 'then', ?)", (*key, value))
    found = {row["series"]: row for row in rows(database, "SELECT * FROM latest_levels")}
    # The session between is in the older vintage alone, which is another estimate.
    assert (found["acm"]["previous_period_end"], found["acm"]["previous_value"]) == (
        "2025-04-07", 0.60,
    )  # fmt: skip
    assert (found["spx"]["value"], found["spx"]["previous_value"]) == (103.0, 101.0)
    database.close()


@pytest.mark.slow
def test_levels_of_long_lived_are_looked_up_and_not_read_through(long_lived: Database) -> None:
    plan = [
        row["detail"] for row in rows(long_lived, "EXPLAIN QUERY PLAN SELECT * FROM latest_levels")
    ]
    assert [one for one in plan if one.startswith("SCAN")] == ["SCAN series"]
    plan = planned(long_lived, "SELECT * FROM observations_named WHERE series = 'spx'")
    assert not [one for one in plan if "SCAN observations" in one]


@pytest.mark.slow
def test_a_split_is_the_one_that_the_messages_tell(long_lived: Database) -> None:
    for code, name in (("42609", "Japan"), ("41408", "China")):
        panel = Archive(long_lived).history(read_for(code), LOOKED.replace(year=2030)).as_of(
            LOOKED.replace(year=2030)
        )  # fmt: skip
        own = own_table(panel, code)
        found = {
            row["month_end"]: row
            for row in rows(long_lived, "SELECT * FROM tic_split WHERE country = ?", name)
        }
        for place in range(1, len(own)):
            told, row = split_mn(own, place), found[own.index[place].date().isoformat()]
            assert row["change_in_holdings_usd_mn"] == pytest.approx(told["holdings"])
            assert row["net_transactions_usd_mn"] == pytest.approx(told["transactions"])
            assert row["valuation_usd_mn"] == pytest.approx(told["valuation"])
            assert row["other_usd_mn"] == pytest.approx(told["residual"])


def test_what_tic_does_not_give_is_not_made_up(looked: Database) -> None:
    for row in rows(looked, "SELECT * FROM tic_split"):
        parts = (row["net_transactions_usd_mn"], row["valuation_usd_mn"])
        if None in (*parts, row["change_in_holdings_usd_mn"]):
            assert row["other_usd_mn"] is None
        if row["country"] != "all countries":
            assert row["net_by_officials_usd_mn"] is None
    (april,) = rows(
        looked, "SELECT * FROM tic_split WHERE country_code = '99996' AND month_end = '2025-01-31'"
    )
    assert april["net_by_officials_usd_mn"] + april["net_by_others_usd_mn"] == pytest.approx(
        april["net_transactions_usd_mn"]
    )
    (first,) = rows(
        looked, "SELECT * FROM tic_split WHERE country = 'Japan' ORDER BY month_end LIMIT 1"
    )
    assert first["change_in_holdings_usd_mn"] is None  # no month before it is stored
    assert len(AREAS) == len({*AREAS.values()}) == 120
    assert not [one for one in rows(looked, "SELECT country FROM tic_split") if "area" in one[0]]


def test_a_source_past_its_deadline_is_stale_whatever_was_stored(looked: Database) -> None:
    found = {row["source"]: row for row in rows(looked, "SELECT * FROM source_status")}
    assert found["cboe"]["state"] == "STALE"  # by the machine's clock, long after April 2025
    assert found["cboe"]["newest_period"] == "2025-04-10"


def test_owed_deliveries_name_what_they_tell(looked: Database) -> None:
    (dead,) = rows(looked, "SELECT * FROM deliveries_owed")
    assert (dead["status"], dead["next_try_at_utc"]) == ("failed", None)
    assert dead["what"].startswith(str(dead["alert"]))


def test_a_number_that_was_history_says_that_its_time_is_assumed(looked: Database) -> None:
    query = "SELECT * FROM observations_named WHERE series = 'spx' AND period_end = ?"
    (history,) = rows(looked, query, "2025-04-01")
    (seen,) = rows(looked, query, "2025-04-10")
    assert (history["known_basis"], seen["known_basis"]) == ("assumed", "observed")
    assert seen["known_at_utc"] == "2025-04-10T22:30:00Z"
    assert date.fromisoformat(seen["period_end"]) == date(2025, 4, 10)
