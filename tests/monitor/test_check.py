"""The on-call check: its exit code and first line for every cause."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.check import CRITICAL, OK, UNKNOWN, WARNING, Checked, Limits, check, settings
from state.database import Database, to_text
from tests.support import utc

AT = utc("2025-04-10 23:00")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A healthy database that ticked a moment ago."""
    file = tmp_path / "x.db"
    database = Database(file)
    database.connection.execute(
        "INSERT INTO heartbeat VALUES (1, ?, ?, ?)", (to_text(AT), to_text(AT), to_text(AT))
    )
    add_source(database, "cboe", AT + timedelta(days=1))
    database.close()
    return file


def add_source(database: Database, name: str, stale_at: datetime) -> None:
    now = to_text(AT)
    database.connection.execute(
        "INSERT INTO source_health VALUES (?, 'OK', '', ?, ?, ?, '2025-04-10', 0, ?, ?)",
        (name, now, now, now, now, to_text(stale_at)),
    )


def add_alert(
    path: Path, severity: str, *, kind: str = "event", state: str = "open", hours_ago: float = 1
) -> None:
    database = Database(path)
    opened = to_text(AT - timedelta(hours=hours_ago))
    alert_id = f"joint_selloff/{severity}/2025-04-10"
    database.connection.execute(
        "INSERT INTO alerts VALUES (?, 'joint_selloff', ?, '2025-04-10', ?, ?, ?, 0, ?, NULL, "
        "'2025-04-10', ?, '[]', 1, '', NULL)",
        (alert_id, severity, kind, state, severity, opened, opened),
    )
    database.close()


def found(path: Path, at: datetime = AT) -> Checked:
    return check(path, Limits(), at)


def test_all_quiet_is_ok(path: Path) -> None:
    answer = found(path)
    assert answer.code == OK
    assert answer.line == (
        "OK - nothing asks for attention, all sources fresh | "
        "critical=0 warning=0 dead_letters=0 stale_sources=0 tick_age=0s"
    )


@pytest.mark.parametrize(("severity", "code"), [("critical", CRITICAL), ("warning", WARNING)])
def test_an_open_alert_asks_for_attention(path: Path, severity: str, code: int) -> None:
    add_alert(path, severity)
    answer = found(path)
    assert answer.code == code
    assert f"joint_selloff {severity} 2025-04-10 ({severity})" in answer.line


def test_a_notice_does_not(path: Path) -> None:
    add_alert(path, "notice")
    assert found(path).code == OK


def test_a_dated_event_asks_for_a_day_and_a_condition_as_long_as_it_is_open(path: Path) -> None:
    add_alert(path, "critical", hours_ago=25)
    assert found(path).code == OK
    add_alert(path, "warning", kind="condition", hours_ago=25)
    assert found(path).code == WARNING


@pytest.mark.parametrize("state", ["withdrawn", "resolved"])
def test_what_is_over_does_not_ask(path: Path, state: str) -> None:
    add_alert(path, "critical", state=state)
    assert found(path).code == OK


def test_stale_data_are_unknown_and_named(path: Path) -> None:
    database = Database(path)
    add_source(database, "yahoo", AT - timedelta(seconds=1))
    database.close()
    answer = found(path)
    assert answer.code == UNKNOWN
    assert "yahoo stale since 2025-04-10T22:59:59Z" in answer.line


def test_a_source_that_never_answered_is_not_fresh(path: Path) -> None:
    database = Database(path)
    add_source(database, "yahoo", AT + timedelta(days=1))
    database.connection.execute(
        "UPDATE source_health SET last_success_at = NULL, state = 'UNREACHABLE', "
        "problem = 'HTTP 500' WHERE source = 'yahoo'"
    )
    database.close()
    answer = found(path)
    assert answer.code == UNKNOWN
    assert "yahoo has never answered: HTTP 500" in answer.line
    assert "stale_sources=1" in answer.line


def test_a_source_that_fails_while_its_data_are_fresh_is_only_mentioned(path: Path) -> None:
    database = Database(path)
    database.connection.execute(
        "UPDATE source_health SET state = 'CHANGED_FORMAT', problem = 'a page of markup'"
    )
    database.close()
    answer = found(path)
    assert answer.code == OK
    assert answer.details == ("cboe failing, its data still fresh: a page of markup",)


def test_a_clock_behind_the_last_tick_is_unknown(path: Path) -> None:
    answer = found(path, AT - timedelta(days=1))
    assert answer.code == UNKNOWN
    assert "wrong clock" in answer.line


def test_a_critical_alert_outweighs_stale_data_and_both_are_listed(path: Path) -> None:
    database = Database(path)
    add_source(database, "yahoo", AT - timedelta(seconds=1))
    database.close()
    add_alert(path, "critical")
    answer = found(path)
    assert answer.code == CRITICAL
    assert any("yahoo" in line for line in answer.details)


def test_a_bot_that_stopped_is_unknown_whatever_it_last_said(path: Path) -> None:
    add_alert(path, "critical")
    answer = found(path, AT + timedelta(minutes=16))
    assert answer.code == UNKNOWN
    assert "the bot is not running" in answer.line


def test_a_bot_that_never_ticked_is_unknown(tmp_path: Path) -> None:
    Database(tmp_path / "x.db").close()
    assert found(tmp_path / "x.db").code == UNKNOWN


def test_a_missing_database_is_unknown_and_is_not_made(tmp_path: Path) -> None:
    answer = found(tmp_path / "none.db")
    assert answer.code == UNKNOWN
    assert "havenwatch run" in answer.line
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b""])
def test_a_corrupt_or_empty_database_is_unknown(tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "x.db"
    broken.write_bytes(content)
    assert found(broken).code == UNKNOWN


def test_it_works_while_the_program_writes(path: Path) -> None:
    database = Database(path)
    with database.immediate() as connection:
        connection.execute("DELETE FROM source_health")
        assert found(path).code == OK
    database.close()


def test_many_alerts_stay_within_4_kb(path: Path) -> None:
    database = Database(path)
    for number in range(200):
        add = "INSERT INTO alerts VALUES (?, 'r', ?, '2025-04-10', 'condition', 'open', 'critical'"
        database.connection.execute(
            f"{add}, 0, ?, NULL, '2025-04-10', ?, '[]', 1, '', NULL)",
            (f"r/{number}", f"{number}" * 20, to_text(AT), to_text(AT)),
        )
    database.close()
    answer = found(path)
    assert len(answer.text().encode()) <= 4096
    assert "critical=200" in answer.line


def test_the_settings_come_from_the_configuration_without_checking_the_rest(
    tmp_path: Path,
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[state]\npath='other.db'\n[monitor]\ntick_overdue_minutes=5\nnonsense=1\n")
    path, limits = settings(config)
    assert path == tmp_path / "other.db"
    assert limits == Limits(timedelta(minutes=5), timedelta(hours=24))


def test_it_imports_neither_pandas_nor_sqlite_utils(path: Path) -> None:
    code = (
        "import sys; from monitor.cli import main\n"
        f"sys.argv = ['x', '--db', {str(path)!r}, 'check', '--at', '2025-04-10T23:00:00Z']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code in (0, None), end.code\n"
        "heavy = {'pandas', 'numpy', 'sqlite_utils', 'requests', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("OK - ")
