"""The on-call check: its exit code and first line for every cause, and what it promises to a
monitoring system."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.check.check import CRITICAL, OK, UNKNOWN, WARNING, Limits, check, settings, troubles
from monitor.cli.main import main
from state.database import Database
from state.instants import to_text
from tests.support import utc

AT = utc("2025-04-10 23:00")
DAY = "2025-04-10"

Broken = Callable[[Path], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A healthy database that ticked a moment ago, in which three rules judge by three sources."""
    file = tmp_path / "x.db"
    database = Database(file)
    database.connection.execute(
        "INSERT INTO heartbeat VALUES (1, ?, ?, ?)", (to_text(AT), to_text(AT), to_text(AT))
    )
    for source in ("cboe", "treasury_curve", "h15", "cboe_vix"):
        database.connection.execute(
            "INSERT INTO source_health VALUES (?1, 'OK', '', ?2, ?2, ?2, ?3, 0, ?2, ?4)",
            (source, to_text(AT), DAY, to_text(AT + timedelta(days=1))),
        )
    database.connection.executemany(
        "INSERT INTO rule_needs VALUES (?, ?, ?)",
        [
            ("joint_selloff", "spx", "cboe"),
            ("joint_selloff", "ust10y", "treasury_curve"),
            ("joint_selloff", "ust10y", "h15"),
            ("haven_failure", "spx", "cboe"),
            ("weak_auction", "auction", ""),
        ],
    )
    for rule in ("joint_selloff", "haven_failure", "weak_auction"):
        database.connection.execute("INSERT INTO rule_progress VALUES (?, ?)", (rule, to_text(AT)))
    database.close()
    return file


def does(statement: str, *values: object) -> Broken:
    """What changes a database by a statement."""

    def change(path: Path) -> None:
        connection = sqlite3.connect(path)
        with connection:
            connection.execute(statement, values)
        connection.close()

    return change


def alert(
    severity: str,
    *,
    rule: str = "joint_selloff",
    kind: str = "event",
    state: str = "open",
    hours_ago: float = 1,
    acknowledged_by: str = "",
    acknowledged_for: timedelta | None = None,
) -> Broken:
    """What opens an alert, with its transition and its judgement."""
    opened = to_text(AT - timedelta(hours=hours_ago))
    alert_id = f"{rule}/us/{DAY}"
    until = None if acknowledged_for is None else to_text(AT + acknowledged_for)
    labelled = [("S&P 500, fall", 1.26, None), ("Weakest leg", 1.26, 1.0)]
    evidence = [
        {"label": label, "value": value, "unit": "sd", "threshold": threshold}
        for label, value, threshold in labelled
    ]
    explained = {"headline": "All three fell.", "evidence": evidence}

    def change(path: Path) -> None:
        does(
            "INSERT INTO alerts VALUES "
            "(?, ?, 'us', ?3, ?, ?, ?, 0, ?7, NULL, ?3, ?7, '[]', 1, ?, ?)",
            *(alert_id, rule, DAY, kind, state, severity, opened, acknowledged_by, until),
        )(path)
        does(
            "INSERT INTO transitions VALUES (?, ?, ?, 'opened', NULL, '{}', ?, '[]', 0, '', NULL, "
            "NULL)",
            *(f"{alert_id}/1", alert_id, opened),
            json.dumps({"answer": "firing", "explained": explained}),
        )(path)
        does(
            "INSERT INTO evaluations VALUES (?, 'us', ?, ?, 'firing', ?, 0, 1.26, 'sd', '', NULL, "
            "NULL)",
            *(rule, DAY, opened, severity),
        )(path)

    return change


def owed(status: str, minutes_ago: float) -> Broken:
    """What owes a digest to Slack since then."""
    due = to_text(AT - timedelta(minutes=minutes_ago))

    def change(path: Path) -> None:
        does("INSERT INTO digests VALUES (?, ?, '{}', NULL)", DAY, due)(path)
        does(
            "INSERT INTO deliveries (digest_date, channel, status, created_at, due_at, not_before,"
            " problem) VALUES (?1, 'slack', ?2, ?3, ?3, ?3, 'HTTP 503')",
            *(DAY, status, due),
        )(path)

    return change


def both(*changes: Broken) -> Broken:
    """One change after the other."""

    def change(path: Path) -> None:
        for one in changes:
            one(path)

    return change


def stale(*names: str) -> Broken:
    """What makes sources stale since a second ago."""
    marks = ",".join("?" * len(names))
    return does(
        f"UPDATE source_health SET stale_at = '2025-04-10T22:59:59Z', problem = 'HTTP 500' "
        f"WHERE source IN ({marks})",
        *names,
    )


def overwritten(path: Path) -> None:
    """Every page but the first is noise: the header is right, the tables are gone."""
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\x5a" * (len(content) - 4096))


def holding(content: bytes) -> Broken:
    """What puts other content in the file's place."""

    def change(path: Path) -> None:
        path.write_bytes(content)

    return change


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def nothing(path: Path) -> None:
    """What is well."""


SILENCE = (
    "INSERT INTO silences (rule_id, subject, made_at, until, made_by, why, ended_at) "
    "VALUES ('joint_selloff', ?, '2025-04-10T20:00:00Z', ?, 'kim', 'known', ?)"
)
SAID_ELSEWHERE = "INSERT INTO withheld VALUES (?, 'inhibited', 'joint_selloff/us/2025-04-10', NULL)"
FAILED = "https://x.org/?a=b: expected a whole answer, got ConnectionError (no name); asked again"
LOST = "INSERT INTO connections VALUES ('slack', ?, 'closed')"
LATER, BEFORE = "2025-04-11T20:00:00Z", "2025-04-10T22:00:00Z"


def failing(source: str, state: str) -> Broken:
    """What refused a source's body at 22:30 and again since, after it was well at 22:00."""

    def change(path: Path) -> None:
        at = (to_text(AT - timedelta(minutes=60)), "2025-04-10T22:30:00Z", to_text(AT))
        for moment, now in zip(at, ("OK", state, state), strict=True):
            does(
                "INSERT INTO source_health_changes "
                "VALUES (?, ?, ?, 'HTTP 500', ?, ?, 0, ?2, '2025-04-11T23:00:00Z')",
                *(source, moment, now, at[0], DAY),
            )(path)
        does(
            "UPDATE source_health SET state = ?, problem = 'HTTP 500', last_success_at = ?, "
            "last_attempt_at = ? WHERE source = ?",
            *(state, at[0], at[2], source),
        )(path)

    return change


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


def run(path: Path, *options: str) -> Result:
    asked = ["--db", str(path), "check", "--at", "2025-04-10T23:00:00Z", *options]
    return CliRunner().invoke(main, asked)


def test_an_instant_before_the_last_tick_is_a_look_back_only_where_it_was_asked_for(
    path: Path,
) -> None:
    later = to_text(AT + timedelta(hours=3))
    does("UPDATE heartbeat SET last_tick_at = ?", later)(path)
    does("INSERT INTO program_runs VALUES (?, ?)", to_text(AT - timedelta(days=9)), later)(path)
    found = check(path, Limits(), AT)
    assert (found.code, "wrong clock" in found.reasons[0]) == (UNKNOWN, True)
    assert check(path, Limits(), AT, looks_back=True).code == OK


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


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--rule", "joint_seloff"], "no rule joint_seloff; the database knows haven_failure"),
        (["--bogus"], "No such option '--bogus'"),
        (["--timeout", "soon"], "'soon' is not a valid float"),
        (["--at", "noon"], "'noon' is not like"),
        (["--rule"], "requires an argument"),
    ],
)
def test_wrong_use_is_unknown_and_never_the_code_of_critical(
    path: Path, options: list[str], said: str
) -> None:
    done = run(path, *options)
    assert done.exit_code == UNKNOWN
    assert done.stdout.startswith("UNKNOWN - ")
    assert said in done.stdout


def test_a_wrong_option_before_the_command_is_unknown_too() -> None:
    assert CliRunner().invoke(main, ["--databse", "x.db", "check"]).exit_code == UNKNOWN


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (None, "No such file or directory"),
        ("[state\n", "havenwatch config check"),
        ("state = 3\n", "havenwatch config check"),
        ("[monitor]\ntick_overdue_minutes = 'soon'\n", "havenwatch config check"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_unknown(
    tmp_path: Path, written: str | None, said: str
) -> None:
    config = tmp_path / "config.toml"
    if written is not None:
        config.write_text(written)
    done = CliRunner().invoke(main, ["--config", str(config), "check"])
    assert done.exit_code == UNKNOWN
    assert said in done.stdout


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


def test_a_missing_database_is_not_made(tmp_path: Path) -> None:
    assert run(tmp_path / "none.db").exit_code == UNKNOWN
    assert not list(tmp_path.iterdir())


def test_it_writes_nothing(path: Path) -> None:
    before = path.read_bytes()
    run(path)
    assert path.read_bytes() == before


def test_it_works_during_a_long_write_and_says_what_was_committed(path: Path) -> None:
    database = Database(path)
    with database.immediate() as connection:
        connection.execute("DELETE FROM heartbeat")
        assert run(path).exit_code == OK
    database.close()
    assert run(path).exit_code == UNKNOWN


def test_a_file_locked_against_readers_is_unknown_in_time(path: Path) -> None:
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    command = [sys.executable, "-m", "monitor", "--db", str(path), "check", "--timeout", "0.3"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    holder.close()
    assert done.returncode == UNKNOWN
    assert done.stdout == "UNKNOWN - no answer within 0.3 s\n"


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare, to mount read-only")
def test_it_works_on_a_read_only_file_system(path: Path) -> None:
    folder = path.parent
    check = [sys.executable, "-m", "monitor", "--db", str(path), "check"]
    inside = [
        "set -e",
        f"mount --bind '{folder}' '{folder}'",
        f"mount -o remount,ro,bind '{folder}'",
        f"! touch '{folder}/x' 2> /dev/null",
        f"exec {' '.join(check)} --at 2025-04-10T23:00:00Z",
    ]
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", "\n".join(inside)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    assert done.stdout.startswith("OK - ")
    assert done.returncode == OK


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


def test_the_settings_come_from_the_configuration_without_checking_the_rest(
    tmp_path: Path,
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[state]\npath='other.db'\n[monitor]\ntick_overdue_minutes=5\nnonsense=1\n")
    path, limits, _ = settings(config, None)
    assert path == tmp_path / "other.db"
    assert limits == Limits(timedelta(minutes=5))


@pytest.mark.parametrize("shell", [[], ["sh", "-c", "trap '' INT; exec \"$@\"", "sh"]])
def test_watching_looks_again_until_it_is_interrupted(path: Path, shell: list[str]) -> None:
    # The second is as a shell starts a command in the background: with the signal ignored.
    command = [sys.executable, "-m", "monitor", "--db", str(path), "check", "--watch", "1"]
    asked = [*shell, *command, "--at", "2025-04-10T23:00:00Z"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True, env=environment) as watching:
        assert watching.stdout is not None
        said = [watching.stdout.readline()]
        alert("critical")(path)
        while not said[-1].startswith("CRITICAL"):
            said.append(watching.stdout.readline())
        watching.send_signal(2)
        watching.stdout.read()
        assert watching.wait() == CRITICAL
    assert said[0].startswith("OK - ")


def test_it_imports_neither_pandas_nor_sqlite_utils(path: Path) -> None:
    code = (
        "import sys; from monitor.cli.main import main\n"
        f"sys.argv = ['x', '--db', {str(path)!r}, 'check', '--at', '2025-04-10T23:00:00Z']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code in (0, None), end.code\n"
        "heavy = {'pandas', 'numpy', 'sqlite_utils', 'requests', 'pydantic', 'rich'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("OK - ")
