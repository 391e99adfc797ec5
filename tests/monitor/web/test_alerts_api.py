"""The alerts for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.web.alerts_api import Unasked, asked
from state.database import Database
from tests.monitor.web.desk import Browser, Desk, browsing

JSON = "application/json"


def found(shown: Browser, query: str = "") -> dict[str, Any]:
    answer = shown.get(f"/api/alerts.json{query}", Accept=JSON)
    assert answer.status == 200
    assert answer.headers["content-type"] == JSON
    document: dict[str, Any] = json.loads(answer.body)
    return document


def test_all_alerts_come_the_newest_first_each_with_its_page(shown: Browser) -> None:
    document = found(shown)
    alerts = document["alerts"]
    assert document["matching"] == document["shown"] == len(alerts) > 4
    opened = [one["opened_at"] for one in alerts]
    assert opened == sorted(opened, reverse=True)
    selloff = next(one for one in alerts if one["id"] == "joint_selloff/us/2025-04-10")
    assert selloff["severity"] == "critical"
    assert selloff["links"]["page"] == f"{shown.address}alerts/joint_selloff/us/2025-04-10"
    assert {"label", "value", "unit", "period_end", "threshold", "source"} <= set(
        selloff["evidence"][0]
    )


def test_filters_narrow_and_the_limit_says_how_many_there_are(shown: Browser) -> None:
    everything = found(shown)["alerts"]
    critical = found(shown, "?severity=critical&state=open")["alerts"]
    assert 0 < len(critical) < len(everything)
    assert {one["severity"] for one in critical} == {"critical"}
    assert {one["rule"] for one in found(shown, "?rule=joint_selloff")["alerts"]} == {
        "joint_selloff"
    }
    since = found(shown, "?since=2025-04-10T00:00:00Z")["alerts"]
    assert since == found(shown, "?since=2025-04-10")["alerts"]
    assert 0 < len(since) < len(everything)
    assert all(one["opened_at"] >= "2025-04-10" for one in since)
    limited = found(shown, "?limit=2")
    assert (limited["shown"], limited["matching"]) == (2, len(everything))
    assert limited["alerts"] == everything[:2]
    assert limited["links"]["self"] == f"{shown.address}api/alerts.json?limit=2"


def test_every_mistake_of_a_query_is_told_at_once(shown: Browser) -> None:
    answer = shown.get(
        "/api/alerts.json?state=closed&severity=loud&rule=x&since=2025-04-10T00:00&limit=0&page=2"
    )
    assert answer.status == 400
    problems = json.loads(answer.body)["problems"]
    assert [one.partition(":")[0] for one in problems] == [
        "page", "state", "severity", "rule", "since", "limit"
    ]  # fmt: skip
    assert "expected one of open, past, resolved, withdrawn, got 'closed'" in problems[1]


@pytest.mark.parametrize("limit", ["1001", "-1", "1e2", "", "٣", "9" * 5000])
def test_a_limit_is_a_whole_number_from_1_to_1000(limit: str) -> None:
    with pytest.raises(Unasked):
        asked({"limit": limit}, ())
    assert asked({"limit": "1000"}, ()).limit == 1000


def test_who_has_the_answer_already_is_sent_none(shown: Browser) -> None:
    first = shown.get("/api/alerts.json", Accept=JSON)
    assert first.headers["cache-control"] == "private, no-cache"
    again = shown.get("/api/alerts.json", Accept=JSON, **{"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    other = shown.get(
        "/api/alerts.json?limit=1", Accept=JSON, **{"If-None-Match": first.headers["etag"]}
    )
    assert other.status == 200


def test_what_became_of_a_message_and_who_answers_are_there_at_once(
    desk: Desk, tmp_path: Path
) -> None:
    own = desk.copied(tmp_path)
    with browsing(own) as browser:
        before = browser.get("/api/alerts.json", Accept=JSON).headers["etag"]
        for change in (
            "UPDATE deliveries SET status = 'dead' WHERE delivery_id = 1",
            "UPDATE deliveries SET attempts = attempts + 1 WHERE delivery_id = 1",
        ):
            database = Database(own.database)
            database.connection.execute(change)
            database.close()
            after = browser.get("/api/alerts.json", Accept=JSON).headers["etag"]
            assert after != before, change
            before = after
