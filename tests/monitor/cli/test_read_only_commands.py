"""Commands that only look leave a database as it is, and work where nothing can be written."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from state.database import Database
from state.migrations import MIGRATIONS
from tests.desk import AT, CRITICAL, Desk

NOBODY = 65534
LOOKING: tuple[tuple[str, ...], ...] = (
    ("status", *AT),
    ("alerts",),
    ("show", CRITICAL),
    ("show", CRITICAL, "--messages"),
    ("verdict", *AT),
    ("vintages", "spx"),
    ("tic", *AT),
    ("calendar", *AT),
    ("explain", CRITICAL, "--as-of", AT[1]),
    ("sources", *AT),
    ("silences", "--all"),
    ("outbox",),
    ("replay", "--from", "2025-04-08", "--to", "2025-04-10"),
    ("tune", "haven_failure", "--from", "2025-04-01", "--to", "2025-04-10"),
    ("export", "alerts"),
    ("export", "observations", "--series", "spx"),
)
IDS = [" ".join(one[:2]) for one in LOOKING]


@pytest.fixture(scope="module")
def locked(desk: Desk) -> Iterator[Desk]:
    """The database in a folder in which this user may write nothing, as on a read-only disk."""
    folder = Path(tempfile.mkdtemp(prefix="havenwatch-locked-"))
    desk.copy(folder)
    for one in folder.iterdir():
        if one.name not in ("config.toml", "havenwatch.db"):
            one.unlink()
        else:
            one.chmod(0o444)
    folder.chmod(0o555)
    yield Desk(folder)
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def powerless() -> Iterator[None]:
    """Inside it permissions hold for root too, who else may write everywhere."""
    if os.getuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def files(folder: Path) -> dict[str, str]:
    return {
        one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in sorted(folder.iterdir())
    }


# One that computes, one that lists and two that write a file.
FEW = [
    one if one[0] in ("status", "alerts", "export") else pytest.param(one, marks=pytest.mark.slow)
    for one in LOOKING
]


@pytest.mark.parametrize("words", FEW, ids=IDS)
def test_it_works_where_nothing_can_be_written_and_leaves_nothing(
    desk: Desk, locked: Desk, words: tuple[str, ...]
) -> None:
    desk.run(*words)  # whoever may read nothing else has all modules by now
    before = files(locked.folder)
    with powerless():
        done = locked.run(*words)
    assert done.exit_code == 0 or words[0] == "sources", done.output
    assert done.stdout == desk.run(*words).stdout
    assert files(locked.folder) == before


@pytest.mark.parametrize("words", FEW, ids=IDS)
def test_it_works_while_the_program_has_the_database_and_is_writing(
    desk: Desk, tmp_path: Path, words: tuple[str, ...]
) -> None:
    mine = desk.copy(tmp_path / "live")
    program = Database(mine.path)
    with program.immediate() as connection:
        connection.execute("UPDATE heartbeat SET last_tick_at = '2025-04-10T23:30:01Z'")
        before = files(mine.folder)
        done = mine.run(*words)
        assert done.output, done.output
        assert not isinstance(done.exception, sqlite3.Error)
        assert files(mine.folder).keys() == before.keys()
        assert files(mine.folder)["havenwatch.db"] == before["havenwatch.db"]
    program.close()


@pytest.mark.parametrize("words", FEW, ids=IDS)
def test_no_lock_of_the_program_is_taken_and_no_byte_of_the_database_changes(
    desk: Desk, tmp_path: Path, words: tuple[str, ...]
) -> None:
    mine = desk.copy(tmp_path / "idle")
    for one in mine.folder.iterdir():
        if one.name.startswith("havenwatch.db."):
            one.unlink()
    before = files(mine.folder)["havenwatch.db"]
    mine.run(*words)
    assert files(mine.folder)["havenwatch.db"] == before
    # What SQLite itself puts beside a database in WAL mode is empty of anything to write back.
    assert {one.name for one in mine.folder.iterdir()} <= {
        "config.toml", "havenwatch.db", "havenwatch.db-shm", "havenwatch.db-wal",
    }  # fmt: skip
    log = mine.folder / "havenwatch.db-wal"
    assert not log.exists() or log.stat().st_size == 0


@pytest.fixture(scope="module")
def without_secrets(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The same desk with a channel whose secrets only the host of the program has."""
    mine = desk.copy(tmp_path_factory.mktemp("without_secrets"))
    mine.config.write_text(f"{mine.config.read_text()}\n[channels.webhook]\nenabled = true\n")
    return mine


@pytest.mark.parametrize(
    "words", [*FEW, ("rules", "try", "haven_failure"), ("feeds",), ("route", CRITICAL)], ids=str
)
def test_it_needs_no_secret_of_the_desk(
    desk: Desk, without_secrets: Desk, words: tuple[str, ...]
) -> None:
    done = without_secrets.run(*words)
    assert done.exit_code == desk.run(*words).exit_code, done.output
    assert "is not set" not in done.output


ALERT = "joint_selloff/us/2025-04-10"


@pytest.mark.parametrize(
    "words",
    [
        ("ack", ALERT, "--by", "Ann"),
        ("silence", "haven_failure", "--for", "2h", "--why", "known", "--by", "Ann"),
        ("unsilence", "haven_failure"),
        ("outbox", "--retry", "all"),
        ("accept", "cboe"),
        ("backfill", "--source", "nobody"),
    ],
    ids=lambda words: str(words[0]),
)
def test_what_sends_nothing_needs_no_secret_of_a_channel(
    without_secrets: Desk, tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = without_secrets.copy(tmp_path / "mine").run(*words)
    assert done.output
    assert "HAVENWATCH_WEBHOOK_SECRET" not in done.output


def test_what_sends_names_the_secret_that_it_lacks(without_secrets: Desk) -> None:
    done = without_secrets.run("config", "check")
    assert done.exit_code == 3
    assert "HAVENWATCH_WEBHOOK_SECRET is not set" in done.output


def test_what_is_opened_to_look_cannot_be_written(desk: Desk) -> None:
    database = Database(desk.path, read_only=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.connection.execute("DELETE FROM alerts")
    database.close()


@pytest.mark.slow
def test_figures_are_drawn_from_a_locked_database(desk: Desk, locked: Desk, tmp_path: Path) -> None:
    desk.run("figures", "--out", str(tmp_path / "first"), *AT)
    before = files(locked.folder)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        with powerless():
            done = locked.run("figures", "--out", f"{folder}/figures", *AT)
        assert done.exit_code == 0, done.output
        assert Path(folder, "figures", "index.html").exists()
    assert files(locked.folder) == before


@pytest.mark.parametrize("words", [*LOOKING, ("figures",)], ids=[*IDS, "figures"])
def test_without_a_database_it_says_how_to_begin_and_makes_none(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "config.toml").write_text("")
    done = Desk(tmp_path).run(*words)
    assert done.exit_code == 1
    assert "make one with: havenwatch backfill" in done.output
    assert [one.name for one in tmp_path.iterdir()] == ["config.toml"]


@pytest.mark.parametrize("words", LOOKING, ids=IDS)
def test_an_older_schema_is_named_and_not_migrated(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "config.toml").write_text("")
    old = sqlite3.connect(tmp_path / "havenwatch.db", isolation_level=None)
    MIGRATIONS.apply(old, stop_before="plain_views")
    old.close()
    before = files(tmp_path)
    done = Desk(tmp_path).run(*words)
    assert done.exit_code == 1
    assert "plain_views" in done.output
    assert "bring it up to date with: havenwatch run" in done.output
    assert files(tmp_path) == before
