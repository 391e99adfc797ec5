"""What `check` promises to a monitoring system: its lines, performance data and JSON."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

from monitor.check.check import CRITICAL, OK, UNKNOWN, Limits, check, troubles
from state.instants import to_text
from tests.monitor.check.broken import AT, alert, both, does, owed, run, stale


def test_an_instant_before_the_last_tick_is_a_look_back_only_where_it_was_asked_for(
    path: Path,
) -> None:
    later = to_text(AT + timedelta(hours=3))
    does("UPDATE heartbeat SET last_tick_at = ?", later)(path)
    does("INSERT INTO program_runs VALUES (?, ?)", to_text(AT - timedelta(days=9)), later)(path)
    found = check(path, Limits(), AT)
    assert (found.code, "wrong clock" in found.reasons[0]) == (UNKNOWN, True)
    assert check(path, Limits(), AT, looks_back=True).code == OK


def test_the_performance_data_name_what_each_number_is_judged_by(path: Path) -> None:
    both(alert("critical"), owed("due", 40))(path)
    line = run(path).stdout.splitlines()[0]
    assert line.partition(" | ")[2] == (
        "critical=1;;0;0 warning=0;0;;0 set_aside=0;;;0 stale_sources=0;;;0 dead_letters=0;;0;0 "
        "owed=1;;;0 owed_age=2400s;;900;0 tick_age=0s;;900;0"
    )


def test_text_from_outside_cannot_forge_performance_data_or_lines(path: Path) -> None:
    problem = "down | critical=0\nOK - all is well\x1b[2J"
    does("UPDATE source_health SET stale_at = '2025-04-01T00:00:00Z', problem = ?", problem)(path)
    first, *rest = run(path).stdout.splitlines()
    assert first.count("|") == 1
    assert "\x1b" not in first
    assert not any(line.startswith("OK") for line in rest)


def test_the_worst_outweighs_the_rest_and_all_are_listed(path: Path) -> None:
    both(alert("critical"), stale("cboe"))(path)
    done = run(path)
    assert done.exit_code == CRITICAL
    assert "cboe: no new data" in done.stdout
    assert "All three fell." in done.stdout


def test_one_rule_alone_is_asked_for_but_never_without_the_program(path: Path) -> None:
    alert("critical")(path)
    assert run(path, "--rule", "haven_failure").exit_code == OK
    assert run(path, "--rule", "haven_failure", "--rule", "joint_selloff").exit_code == CRITICAL
    does("UPDATE heartbeat SET last_tick_at = '2025-04-10T20:00:00Z'")(path)
    assert run(path, "--rule", "haven_failure").exit_code == UNKNOWN


def test_json_says_the_same(path: Path) -> None:
    both(alert("critical", acknowledged_by="kim"), stale("cboe"))(path)
    done = run(path, "--json")
    said = json.loads(done.stdout)
    assert (said["code"], said["status"], done.exit_code) == (UNKNOWN, "UNKNOWN", UNKNOWN)
    assert said["alerts"][0]["set_aside"] == "acknowledged by kim"
    assert said["performance"]["stale_sources"] == 1
    assert said["last_tick_at"] == "2025-04-10T23:00:00Z"
    gone = json.loads(run(path.with_name("none.db"), "--json").stdout)
    assert gone["code"] == UNKNOWN


def test_the_trouble_of_the_program_is_not_that_of_the_market(path: Path) -> None:
    both(alert("critical"), stale("cboe_vix"))(path)
    assert troubles(path, Limits(), AT) == ()
    owed("due", 40)(path)
    assert troubles(path, Limits(), AT) == ("1 notification to slack pending for 40 min: HTTP 503",)


def test_many_alerts_stay_within_4_kb_and_say_how_many_more(path: Path) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.executemany(
            "INSERT INTO alerts VALUES (?, 'r', ?, '2025-04-10', 'condition', 'open', 'critical', "
            "0, ?3, NULL, '2025-04-10', ?3, '[]', 1, '', NULL)",
            [(f"r/{n}", f"\u2212{n}" * 20, to_text(AT)) for n in range(400)],
        )
    connection.close()
    done = run(path)
    assert len(done.stdout.encode()) <= 4096
    first, *rest = done.stdout.splitlines()
    assert "critical=400" in first
    assert "more |" in first
    assert rest[-1].startswith("... and ")
