"""How `check` reads: beside a writer, on a read-only disk, in time, and changing nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.check.check import CRITICAL, OK, UNKNOWN
from state.database import Database
from tests.monitor.check.broken import alert, run


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


@pytest.mark.parametrize(
    "shell",
    [
        pytest.param([], marks=pytest.mark.slow),
        ["sh", "-c", "trap '' INT; exec \"$@\"", "sh"],
    ],
)
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
