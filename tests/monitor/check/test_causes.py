"""The exit code and the first line of `check` for every cause."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.check.check import CRITICAL, OK, UNKNOWN, WARNING, Limits, troubles
from tests.monitor.check.broken import (
    BEFORE,
    FAILED,
    LATER,
    LOST,
    SAID_ELSEWHERE,
    SILENCE,
    Broken,
    a_folder,
    alert,
    both,
    does,
    failing,
    holding,
    nothing,
    overwritten,
    owed,
    run,
    stale,
)
from tests.slow import quick_where
from tests.support import utc

# Every cause, what it does to a healthy database, the exit code, and words of the first line.
CAUSES: dict[str, tuple[Broken, int, str]] = {
    "all quiet": (nothing, OK, "no active alerts, all data current"),
    "a notice": (alert("notice"), OK, "no active alerts"),
    "a critical event of the day before": (
        alert("critical", hours_ago=25),
        WARNING,
        "1 critical from earlier days unacknowledged (havenwatch alerts)",
    ),
    "a critical event of the day before that ended so": (
        alert("critical", hours_ago=25, state="past"),
        OK,
        "no active alerts, all data current; 1 critical from earlier days unackn",
    ),
    "one that ended so more than a month ago": (
        alert("critical", hours_ago=24 * 31, state="past"),
        OK,
        "no active alerts, all data current |",
    ),
    "one of the day before that another alert says": (
        both(
            alert("critical", rule="haven_failure", hours_ago=25),
            does(SAID_ELSEWHERE, "haven_failure/us/2025-04-10/1"),
        ),
        OK,
        "no active alerts, all data current |",
    ),
    "one of the day before that is acknowledged": (
        alert("warning", hours_ago=25, acknowledged_by="kim"),
        OK,
        "no active alerts, all data current |",
    ),
    "a critical alert resolved": (alert("critical", state="resolved"), OK, "no active alerts"),
    "a critical alert withdrawn": (alert("critical", state="withdrawn"), OK, "no active alerts"),
    "a critical alert acknowledged": (
        alert("critical", acknowledged_by="kim"),
        OK,
        "1 suppressed: joint selloff 2025-04-10 (weakest leg 1.26σ), acknowledged by kim",
    ),
    "a critical alert silenced": (
        both(alert("critical"), does(SILENCE, None, LATER, None)),
        OK,
        "silenced by kim until 2025-04-11T20:00:00Z",
    ),
    "what another alert says": (
        both(
            alert("critical", rule="haven_failure"),
            does(SAID_ELSEWHERE, "haven_failure/us/2025-04-10/1"),
        ),
        OK,
        "inhibited by joint_selloff/us/2025-04-10",
    ),
    "a message owed for a moment": (owed("due", 14), OK, "no active alerts"),
    "a message held until the morning": (owed("due", -60), OK, "no active alerts"),
    "a message given up by a person": (owed("dropped", 600), OK, "no active alerts"),
    "a source that decides is refused, its data fresh": (
        failing("cboe", "CHANGED_FORMAT"),
        WARNING,
        "cboe: failing (CHANGED_FORMAT) since 2025-04-10T22:30:00Z: HTTP 500",
    ),
    "a source that decides is out of reach, its data fresh": (
        failing("h15", "UNREACHABLE"),
        WARNING,
        "h15: failing (UNREACHABLE) since 2025-04-10T22:30:00Z: HTTP 500",
    ),
    "a source that no rule needs is refused": (
        failing("cboe_vix", "CHANGED_FORMAT"),
        OK,
        "no active alerts, data current; failing: cboe_vix |",
    ),
    "a rule that no source was given": (nothing, OK, "no active alerts"),
    "a warning": (alert("warning"), WARNING, "joint selloff 2025-04-10 (weakest leg 1.26σ)"),
    "a stale source that no rule misses": (
        stale("cboe_vix"),
        WARNING,
        "cboe_vix: no new data since 2025-04-10 (due 2025-04-10T22:59:59Z): HTTP 500",
    ),
    "a stale source with one standing in": (stale("treasury_curve"), WARNING, "treasury_curve"),
    "Slack lost for a moment": (does(LOST, "2025-04-10T22:55:00Z"), OK, "no active alerts"),
    "Slack lost for six minutes": (
        does(LOST, "2025-04-10T22:54:00Z"),
        WARNING,
        "slack: interactive buttons offline since 2025-04-10T22:54:00Z: closed",
    ),
    "Slack connected": (does(LOST, None), OK, "no active alerts"),
    "a critical alert": (
        alert("critical"),
        CRITICAL,
        "joint selloff 2025-04-10 (weakest leg 1.26σ)",
    ),
    "a condition open for weeks": (
        alert("critical", kind="condition", hours_ago=999),
        CRITICAL,
        "joint selloff open since 2025-04-10",
    ),
    "an acknowledgement that has ended": (
        alert("critical", acknowledged_by="kim", acknowledged_for=timedelta(seconds=-1)),
        CRITICAL,
        "joint selloff",
    ),
    "a silence that has ended": (
        both(alert("critical"), does(SILENCE, None, BEFORE, None)),
        CRITICAL,
        "joint selloff",
    ),
    "a silence that somebody ended": (
        both(alert("critical"), does(SILENCE, None, LATER, BEFORE)),
        CRITICAL,
        "joint selloff",
    ),
    "a silence of another subject": (
        both(alert("critical"), does(SILENCE, "japan", LATER, None)),
        CRITICAL,
        "joint selloff",
    ),
    "a message that arrived in part": (
        owed("sent", 600),
        WARNING,
        "1 notification to slack delivered in part: HTTP 503; see: havenwatch outbox",
    ),
    "one whose missing part somebody has seen to": (
        both(owed("sent", 600), does("UPDATE deliveries SET is_remark_seen = 1")),
        OK,
        "",
    ),
    "a dead letter": (owed("dead", 600), CRITICAL, "1 failed notification"),
    "a channel that is down": (
        owed("due", 40),
        CRITICAL,
        "1 notification to slack pending for 40 min: HTTP 503",
    ),
    "a message of which nobody knows": (owed("sending", 40), CRITICAL, "to slack pending for"),
    "a rule without fresh data": (
        stale("cboe"),
        UNKNOWN,
        "cboe: no new data since 2025-04-10 (due 2025-04-10T22:59:59Z): HTTP 500; "
        "haven failure, joint selloff have no data",
    ),
    "all that could stand in stale too": (
        stale("treasury_curve", "h15"),
        UNKNOWN,
        "joint selloff has no data",
    ),
    "a source that never answered": (
        does("UPDATE source_health SET last_success_at = NULL WHERE source = 'cboe_vix'"),
        UNKNOWN,
        "cboe_vix: no successful poll yet",
    ),
    "no source has ever answered": (
        does("UPDATE source_health SET last_success_at = NULL, problem = ?", FAILED),
        UNKNOWN,
        "cboe: no successful poll yet: ConnectionError (no name); haven failure",
    ),
    "no source has answered and no rule is judged": (
        both(
            does("DELETE FROM rule_needs"),
            does("UPDATE source_health SET last_success_at = NULL, problem = ?", FAILED),
        ),
        UNKNOWN,
        "4 sources: no successful poll yet (cboe, cboe_vix +2 more): ConnectionError (no name) |",
    ),
    "a bot that no evaluation yet": (
        does("DELETE FROM heartbeat"),
        UNKNOWN,
        "no evaluation yet; start it with: havenwatch run",
    ),
    "a bot that stopped": (
        both(
            alert("critical"),
            does("UPDATE heartbeat SET last_tick_at = '2025-04-10T22:44:00Z'"),
        ),
        UNKNOWN,
        "no evaluation for 16 min (last 2025-04-10T22:44:00Z): is havenwatch running?",
    ),
    "no database": (Path.unlink, UNKNOWN, "start it with: havenwatch run"),
    "a folder in its place": (a_folder, UNKNOWN, "cannot read"),
    "an empty file": (holding(b""), UNKNOWN, "no such table"),
    "another kind of file": (holding(b"text" * 2000), UNKNOWN, "file is not a database"),
    "a corrupt database": (overwritten, UNKNOWN, "malformed"),
    "a database of an older program": (does("DROP TABLE rule_needs"), UNKNOWN, "no such table"),
    "a time that is none": (
        does("UPDATE heartbeat SET last_tick_at = '1 day ago'"),
        UNKNOWN,
        "cannot read",
    ),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_has_its_exit_code_and_words(path: Path, cause: str) -> None:
    change, code, said = CAUSES[cause]
    change(path)
    done = run(path)
    first, *rest = done.stdout.splitlines()
    word = {OK: "OK", WARNING: "WARNING", CRITICAL: "CRITICAL", UNKNOWN: "UNKNOWN"}[code]
    assert first.startswith(f"{word} - "), first
    assert said in first, done.stdout
    assert done.exit_code == code
    assert done.stderr == ""
    assert all("|" not in line for line in rest)


NO_FAULT_OF_ITS_OWN = ("a critical alert", "a warning", "a stale source that no rule misses")
SOON = (*NO_FAULT_OF_ITS_OWN, "all quiet", "a dead letter", "a bot that stopped", "no database")


@pytest.mark.parametrize("cause", quick_where(SOON.__contains__, CAUSES))
def test_its_own_health_is_what_the_heartbeat_reports(path: Path, cause: str) -> None:
    CAUSES[cause][0](path)
    done = run(path, "--health")
    failures = troubles(path, Limits(), utc("2025-04-10 23:00"))
    assert (done.exit_code != OK) == bool(failures), done.stdout
    if cause in NO_FAULT_OF_ITS_OWN:
        assert done.stdout.startswith("OK - havenwatch and the data of its rules can be trusted |")
    if failures:
        assert done.exit_code == CAUSES[cause][1]
        assert (
            done.stdout.splitlines()[0].partition(" | ")[0]
            == (run(path).stdout.splitlines()[0].partition(" | ")[0])
        )
