"""Whether the bot is well: each reason, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.states import AlertState
from monitor.check.check import Limits, check
from monitor.config.web import Web
from monitor.web.healthz import UNREADABLE, wellness
from rules.terms import Severity
from state.alert_store import AlertStore
from state.database import Database
from state.instants import to_text
from tests.monitor.web.desk import TOKEN, Browser, Desk, browsing

LIMITS = Limits()
NEVER = "no evaluation yet; start it with: havenwatch run"
OUTSIDE = "HTTP 500 from https://a-publisher.example/secret"
# As an error is stored: where, what was expected, what came, what to do.
FOUR_PARTS = f"https://a-publisher.example: expected a body, got {OUTSIDE}; retried automatically"
FIRST = "delivery_id = (SELECT min(delivery_id) FROM deliveries)"


@pytest.fixture
def own(desk: Desk, tmp_path: Path) -> Desk:
    """A desk with every message delivered and every source in time."""
    mine = desk.copied(tmp_path)
    change(mine, "UPDATE deliveries SET status = 'sent'")
    change(mine, "UPDATE heartbeat SET last_tick_at = ?", to_text(mine.at))
    change(mine, "UPDATE source_health SET stale_at = ?", to_text(mine.at + timedelta(days=1)))
    return mine


@pytest.fixture
def browser(own: Desk) -> Iterator[Browser]:
    with browsing(own) as found:
        yield found


def change(desk: Desk, statement: str, *values: object) -> None:
    database = Database(desk.database)
    database.connection.execute(statement, values)
    database.close()


def reasons(desk: Desk, after: timedelta = timedelta()) -> tuple[str, ...]:
    return wellness(check(desk.database, LIMITS, desk.at + after)).reasons


def test_a_bot_that_runs_on_fresh_data_is_ok_whatever_the_market_does(
    own: Desk, browser: Browser
) -> None:
    database = Database(own.database, read_only=True)
    open_ones = [one for one in AlertStore(database).alerts() if one.state is AlertState.OPEN]
    database.close()
    assert any(one.severity is Severity.CRITICAL for one in open_ones)
    answer = browser.get("/healthz", Accept="*/*")
    assert (answer.status, answer.text) == (200, "ok\n")
    assert answer.headers["content-type"].startswith("text/plain")


def test_an_old_tick_is_a_reason_and_so_is_one_in_the_future(own: Desk) -> None:
    assert reasons(own, LIMITS.tick_overdue) == ()
    (said,) = reasons(own, LIMITS.tick_overdue + timedelta(minutes=1))
    assert said.startswith(f"no evaluation for 16 min (last {to_text(own.at)})")
    (said,) = reasons(own, -LIMITS.tick_overdue - timedelta(minutes=1))
    assert "wrong clock" in said


def test_a_bot_that_never_ticked_is_not_well(own: Desk) -> None:
    change(own, "DELETE FROM heartbeat")
    assert reasons(own) == (NEVER,)


@pytest.mark.parametrize("problem", [OUTSIDE, FOUR_PARTS])
def test_stale_data_that_a_rule_needs_are_named_without_what_the_publisher_said(
    own: Desk, problem: str
) -> None:
    change(
        own,
        "UPDATE source_health SET stale_at = ?, state = 'UNREACHABLE', problem = ? "
        "WHERE source = 'nyfed_acm'",
        to_text(own.at - timedelta(seconds=1)),
        problem,
    )
    (said,) = reasons(own)
    due = to_text(own.at - timedelta(seconds=1))
    assert re.match(rf"nyfed_acm: no new data since \S+ \(due {due}\); ", said)
    assert OUTSIDE not in said


@pytest.mark.parametrize("problem", [OUTSIDE, FOUR_PARTS])
def test_a_source_that_never_answered_is_a_reason(own: Desk, problem: str) -> None:
    change(
        own,
        "UPDATE source_health SET last_success_at = NULL, problem = ? WHERE source = 'nyfed_acm'",
        problem,
    )
    (said,) = reasons(own)
    assert said.startswith("nyfed_acm: no successful poll yet; ")
    assert OUTSIDE not in said


@pytest.mark.parametrize("problem", [OUTSIDE, FOUR_PARTS])
def test_nor_is_it_said_where_no_source_answers_and_nothing_is_judged(
    own: Desk, problem: str
) -> None:
    change(own, "DELETE FROM rule_needs")
    change(own, "UPDATE source_health SET last_success_at = NULL, problem = ?", problem)
    (said,) = reasons(own)
    assert "sources: no successful poll yet" in said
    assert OUTSIDE not in said


def test_dead_letters_are_counted(own: Desk) -> None:
    change(own, f"UPDATE deliveries SET status = 'dead' WHERE {FIRST}")
    (said,) = reasons(own)
    assert said.startswith("1 failed notification")


@pytest.mark.parametrize("status", ["due", "sending"])
def test_an_outbox_that_does_not_move_is_a_reason(own: Desk, status: str) -> None:
    due = to_text(own.at - LIMITS.delivery_overdue)
    change(
        own,
        f"UPDATE deliveries SET status = ?, due_at = ?, problem = ? WHERE {FIRST}",
        status,
        due,
        OUTSIDE,
    )
    assert reasons(own) == ()
    (said,) = reasons(own, timedelta(minutes=1))
    assert "to console pending for" in said
    assert OUTSIDE not in said


def test_who_is_unwell_says_so_with_503_in_text_and_in_json(own: Desk, browser: Browser) -> None:
    change(own, "DELETE FROM heartbeat")
    answer = browser.get("/healthz", Accept="text/plain")
    assert (answer.status, answer.text) == (503, f"{NEVER}\n")
    answer = browser.get("/healthz", Accept="application/json")
    assert answer.status == 503
    assert json.loads(answer.body) == {"status": "unwell", "reasons": [NEVER]}


def test_no_database_and_one_that_is_none_are_unwell(own: Desk, browser: Browser) -> None:
    own.database.unlink()
    answer = browser.get("/healthz", Accept="*/*")
    assert (answer.status, answer.text) == (503, f"{UNREADABLE}\n")
    own.database.write_bytes(b"not a database at all" * 100)
    answer = browser.get("/healthz", Accept="*/*")
    assert (answer.status, answer.text) == (503, f"{UNREADABLE}\n")


def test_it_asks_nobody_to_log_in(own: Desk) -> None:
    web = Web(port=0, token_env="X")
    with browsing(own, web, TOKEN) as browser:
        assert browser.get("/healthz", Accept="*/*").status == 200
        assert browser.get("/metrics", Accept="text/plain").status == 401
        allowed = browser.get("/metrics", Accept="*/*", Authorization=f"Bearer {TOKEN}")
        assert allowed.status == 200
