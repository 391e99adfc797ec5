"""A series for programs and for charts."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from monitor.web.alerts_api import Unasked
from monitor.web.series_document import MOST, Span, asked_span, gaps_of, written_as
from state.alert_store import AlertStore
from state.database import Database
from state.vintages import Vintages
from tests.monitor.web.desk import Browser, Desk, browsing

NET = "tic.42609.for_lt_treas_net"


def document(shown: Browser, series_id: str, query: str = "") -> dict[str, Any]:
    answer = shown.get(f"/api/series/{series_id}.json{query}", Accept="application/json")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    found: dict[str, Any] = json.loads(answer.body)
    return found


def test_a_series_comes_whole_with_its_unit_in_words_its_source_and_its_terms(
    shown: Browser, desk: Desk
) -> None:
    found = document(shown, "spx")
    database = Database(desk.database, read_only=True)
    stored = Vintages(database).stored_series("spx")
    database.close()
    assert stored is not None
    assert found["count"] == len(found["periods"]) == len(found["values"]) == stored.periods
    assert (found["first_period"], found["newest_period"]) == (
        stored.first_period.isoformat(),
        stored.newest_period.isoformat(),
    )
    assert (found["periods"][-1], found["values"][-1]) == ("2025-04-10", 5268.05)
    assert (found["unit_in_words"], found["frequency"]) == ("index points", "session")
    assert "Cboe" in found["source"]
    assert "values for internal alerts" in found["terms"]
    assert found["links"] == {"page": "/series/spx", "csv": "/api/series/spx.csv"}


def test_a_table_has_the_same_numbers_each_with_its_unit(shown: Browser) -> None:
    answer = shown.get("/api/series/spx.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    found = document(shown, "spx")
    assert [one["period_end"] for one in rows] == found["periods"]
    assert [float(one["value"]) for one in rows] == found["values"]
    assert {one["unit"] for one in rows} == {"index points"}


def test_what_is_asked_for_is_narrowed(shown: Browser) -> None:
    found = document(shown, "spx", "?from=2025-03-01&to=2025-04-08&limit=2")
    assert found["periods"] == ["2025-04-07", "2025-04-08"]
    assert found["alerts"]
    assert {one["period_end"] for one in found["alerts"]} == {"2025-04-08"}
    nothing = document(shown, "spx", "?from=2030-01-01")
    assert (nothing["count"], nothing["periods"], nothing["alerts"]) == (0, [], [])


def test_periods_come_as_the_days_between_them_to_who_asks(shown: Browser) -> None:
    whole, packed = document(shown, "spx"), document(shown, "spx", "?periods=steps")
    days = np.cumsum(packed.pop("period_steps")).astype("datetime64[D]")
    assert np.datetime_as_string(days).tolist() == whole.pop("periods")
    assert packed == whole
    assert document(shown, "spx", "?periods=steps&from=2030-01-01")["period_steps"] == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"from": "yesterday"}, ["from"]),
        ({"to": "2025-13-01", "limit": "0"}, ["to", "limit"]),
        ({"limit": str(MOST + 1)}, ["limit"]),
        ({"limit": "9" * 5000}, ["limit"]),
        ({"since": "2025-01-01"}, ["since"]),
        ({"periods": "days"}, ["periods"]),
    ],
)
def test_every_mistake_of_a_query_is_named(query: dict[str, str], named: list[str]) -> None:
    with pytest.raises(Unasked) as found:
        asked_span(query)
    assert [one.partition(":")[0] for one in found.value.problems] == named


def test_a_mistake_is_answered_and_nothing_else(shown: Browser) -> None:
    answer = shown.get("/api/series/spx.csv?limit=none")
    assert answer.status == 400
    assert "limit" in json.loads(answer.body)["problems"][0]
    assert asked_span({}) == Span(date.min, date.max, MOST)
    answer = shown.get("/api/series/spx.csv?periods=steps")
    assert answer.status == 400
    assert "JSON" in json.loads(answer.body)["problems"][0]


@pytest.mark.parametrize("path", ["/api/series/gold.json", "/api/series/spx.xml"])
def test_what_is_not_stored_is_not_there(shown: Browser, path: str) -> None:
    assert shown.get(path).status == 404


def test_the_alerts_that_a_series_decided_are_marked(shown: Browser, desk: Desk) -> None:
    marked = document(shown, "spx")["alerts"]
    by_id = {one["id"]: one for one in marked}
    selloff = by_id["joint_selloff/us/2025-04-10"]
    assert selloff == {
        "id": "joint_selloff/us/2025-04-10",
        "title": "Joint selloff",
        "severity": "critical",
        "period_end": "2025-04-10",
        "page": "/alerts/joint_selloff/us/2025-04-10",
    }
    assert [one["period_end"] for one in marked] == sorted(one["period_end"] for one in marked)
    # What another rule decided stands on the series of that one.
    database = Database(desk.database, read_only=True)
    rules = {one.rule_id for one in AlertStore(database).alerts()}
    database.close()
    assert "term_premium_day" in rules
    assert not any(one.startswith("term_premium") for one in by_id)


def test_a_series_of_an_area_has_the_alerts_of_that_area_alone(desk: Desk, tmp_path: Path) -> None:
    mine = desk.copied(tmp_path)
    database = Database(mine.database)
    for subject in ("japan", "china"):
        database.connection.execute(
            "INSERT INTO alerts (alert_id, rule_id, subject, episode, kind, state, severity,"
            " provisional, opened_at, period_end, known_at, ratios, transitions)"
            " VALUES (?1, 'foreign_net_sales', ?2, '2024-12-31', 'event', 'open', 'warning', 0,"
            " '2025-02-18T21:00:00Z', '2024-12-31', '2025-02-18T21:00:00Z', '[]', 1)",
            (f"foreign_net_sales/{subject}/2024-12-31", subject),
        )
    database.close()
    with browsing(mine) as browser:
        found = document(browser, NET)["alerts"]
    assert [one["id"] for one in found] == ["foreign_net_sales/japan/2024-12-31"]


def test_who_has_it_is_sent_none_and_who_takes_gzip_gets_the_same_bytes_smaller(
    shown: Browser,
) -> None:
    plain = shown.get("/api/series/spx.json")
    packed = shown.get("/api/series/spx.json", **{"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(plain.body) / 2
    assert gzip.decompress(packed.body) == plain.body
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    # A strong tag is of the bytes that are sent.
    assert plain.headers["etag"] != packed.headers["etag"]
    assert not plain.headers["etag"].startswith("W/")
    for sent, encoding in ((plain, ""), (packed, "gzip")):
        again = shown.get(
            "/api/series/spx.json",
            **{"If-None-Match": sent.headers["etag"], "Accept-Encoding": encoding},
        )
        assert (again.status, again.body) == (304, b"")


def test_a_new_alert_makes_another_answer(desk: Desk, tmp_path: Path) -> None:
    mine = desk.copied(tmp_path)
    database = Database(mine.database)
    newest = "SELECT alert_id FROM alerts WHERE rule_id = 'joint_selloff' ORDER BY episode DESC"
    (alert_id,) = database.connection.execute(newest).fetchone()
    with browsing(mine) as browser:
        before = document(browser, "spx")["alerts"]
        database.connection.execute(
            "UPDATE alerts SET state = 'withdrawn' WHERE alert_id = ?", (alert_id,)
        )
        found = database.connection.execute(
            "SELECT * FROM transitions WHERE alert_id = ?", (alert_id,)
        ).fetchone()
        marks = ", ".join("?" * len(found))
        database.connection.execute(
            f"INSERT INTO transitions VALUES ({marks})", ("another", *tuple(found)[1:])
        )
        after = document(browser, "spx")["alerts"]
    database.close()
    assert {one["id"] for one in before} - {one["id"] for one in after} == {alert_id}


def test_where_data_are_missing_is_said() -> None:
    days = np.array(["2025-01-31", "2025-02-28", "2025-03-31", "2025-08-31"], dtype="datetime64[D]")
    assert gaps_of(days) == [3]
    assert gaps_of(days[:3]) == []
    assert gaps_of(days[:0]) == []


@pytest.mark.parametrize(
    ("unit", "is_flow", "found"),
    [
        ("pct", False, ("", "%", 2, "basis points", "line")),
        ("usd_mn", True, ("$", "mn", 0, "", "bars")),
        ("jpy_bn", True, ("¥", "bn", 1, "", "bars")),
        ("index", False, ("", "", 2, "percent", "line")),
        ("ratio", False, ("", "", 2, "difference", "line")),
    ],
)
def test_a_chart_writes_a_number_as_a_page_does(
    unit: str, is_flow: bool, found: tuple[str, str, int, str, str]
) -> None:
    made = written_as(unit, "month", is_flow=is_flow)
    assert made.pop("steps") == "months"
    assert tuple(made.values()) == found


def test_what_came_later_is_not_in_what_was_known_then(shown: Browser) -> None:
    at = "at=2025-04-09T12:00-04:00"
    then = document(shown, "spx", f"?{at}")
    assert then["newest_period"] == "2025-04-08"
    assert all(one["period_end"] <= "2025-04-08" for one in then["alerts"])
    assert "at=2025-04-09" in then["links"]["csv"]
    rows = shown.get(f"/api/series/spx.csv?{at}").text.splitlines()
    assert rows[-1].startswith("2025-04-08,")
    page = shown.get(f"/series/spx?{at}").text
    assert 'data-sources="/api/series/spx.json?periods=steps&amp;at=2025-04-09' in page
    assert document(shown, "spx")["newest_period"] == "2025-04-10"
