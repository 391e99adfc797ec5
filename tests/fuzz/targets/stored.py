"""What is read back from a disk: stored JSON, a backup, a desk's own case and configuration."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from monitor.check.check import CheckFailed, settings
from monitor.config.added_block import toml_value, with_block
from monitor.errors import ConfigInvalid
from monitor.history.case_format import read_case
from state import alert_rows, kept_settings
from state.database import Database, UnfitDatabase
from state.files import InTheWay
from state.restore import RestoreRefused, restore_database
from state.stored_json import StoredJson
from tests.fuzz.target import Target
from tests.fuzz.texts import text_of

ROOT: Final = Path(__file__).resolve().parents[3]
AT: Final = datetime(2025, 4, 11, 12, tzinfo=UTC)
KINDS: Final = {
    name: one
    for module in (alert_rows, kept_settings)
    for name, one in vars(module).items()
    if isinstance(one, StoredJson)
}
REFUSED: Final = (RestoreRefused, UnfitDatabase, InTheWay, sqlite3.Error, OSError)
PAGE: Final = 4096
VALUES: Final = ('"a"', '"\\u007f\\u0000 \\" \\\\"', "1", "-1.5", "[1,[true]]", "[]", '"€\\n"')


def targets() -> Iterator[Target]:
    """One for each."""
    words = ("null", "2025-04-10", "1e999", "[]", "{}", "NaN", "true", '"x"')
    for name, kind in KINDS.items():
        run = partial(_read_json, kind)
        yield Target(f"stored.{name.lower()}", run, _json, ("state.stored_json",), words)
    modules = ("state.restore", "state.backup", "state.database", "state.misplaced_files")
    yield Target("stored.backup", _restore, _damages, modules, most_s=5.0, share=3.0)
    case = ("monitor.history.case_format", "monitor.config.blocks")
    dates = (
        "0001-01-01",
        "9999-12-31",
        '"2025-04-10 23:00"',
        "weeks = 2600",
        "[[set]]",
        "[[weekly]]",
    )
    yield Target("case.file", _case, _cases, case, dates)
    limits = ("monitor.check.check",)
    yield Target("check.settings", _limits, _blocks, limits, ("[monitor]", "[state]", "path = "))
    added = ("monitor.config.added_block",)
    yield Target("config.added_value", _value, _values, added, words)
    yield Target("config.added_block", _add, _blocks, added, ("[sources.x]", "\r\n", "[[", '"""'))


def _json() -> Iterator[bytes]:
    yield b"null"
    yield b"[]"
    yield json.dumps({
        "rule_id": "joint_selloff", "subject": "us", "period_end": "2025-04-10", "episode": "x",
        "known_at": "2025-04-10T22:30:00Z", "answer": "firing", "severity": "critical",
        "provisional": False, "ratios": [1.0, None], "evidence": [], "kind": "event",
        "explained": {"headline": "x", "unusual": "", "caveat": ""}, "state": "open",
    }).encode()  # fmt: skip


def _read_json(kind: StoredJson[Any], content: bytes) -> None:
    try:
        kind.read(text_of(content))
    except (ValueError, TypeError):
        return


@cache
def _backup() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.db")
        database = Database(path)
        database.connection.execute("PRAGMA journal_mode = DELETE")
        database.close()
        return path.read_bytes()


def _damages() -> Iterator[bytes]:
    """No damage; then a byte of the head, of the first pages and of the last."""
    yield b""
    yield from (bytes((0, 0, place, 255)) for place in (0, 16, 18, 24, 28, 60, 100, 105))
    yield from (bytes((0, page, 0, 0)) for page in (1, 2, 16))
    yield b"\xff\x10\x00\x00"


def _restore(content: bytes) -> None:
    """Every four bytes are a place in three and what stands there; at place ff.... it is cut."""
    damaged = bytearray(_backup())
    for at in range(0, len(content) - 3, 4):
        place = int.from_bytes(content[at : at + 3], "big")
        if place >= 0xFF0000:
            del damaged[(place & 0xFFFF) * 16 :]
        elif place < len(damaged):
            damaged[place] = content[at + 3]
    with TemporaryDirectory(dir=_memory()) as folder:
        backup, path = Path(folder, "backup.db"), Path(folder, "havenwatch.db")
        backup.write_bytes(damaged)
        path.write_bytes(_backup())
        try:
            restored = restore_database(backup, path, AT, wait_s=0.1)
        except REFUSED:
            assert path.read_bytes() == _backup(), "a refused restore changed the database"
        else:
            assert restored.kept is not None
            assert restored.kept.read_bytes() == _backup(), "the database before is not kept"
        left = {one.name for one in Path(folder).iterdir() if one.suffix == ".part"}
        assert not left, left
        try:
            Database(path, read_only=True).close()
        except (UnfitDatabase, InTheWay, sqlite3.Error):
            return


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _cases() -> Iterator[bytes]:
    for path in sorted((ROOT / "tests" / "cases").rglob("*.toml"))[::8]:
        yield path.read_bytes()
    yield (
        b'title = "x"\nrule = "joint_selloff"\nas_of = "2025-04-10 23:00"\n[expect]\n'
        b'period = 2025-04-10\nanswer = "firing"\n[[set]]\nseries = "spx"\nperiod = 2025-04-10\n'
        b'value = 5000.0\nknown = "2025-04-10 18:00"\n[[line]]\nseries = "dxy"\n'
        b'periods = [2025-04-09, 2025-04-10]\nvalues = [1.0, 2.0]\n[[weekly]]\nseries = "x"\n'
        b'until = 2025-04-09\nweeks = 3\npattern = [1.0]\n[[drop]]\nseries = "y"\n'
    )


def _case(content: bytes) -> None:
    with TemporaryDirectory(dir=_memory()) as folder:
        path = Path(folder, "case.toml")
        path.write_bytes(content)
        try:
            case = read_case(path)
        except ConfigInvalid:
            return
        list(case.numbers)
        assert case.at.tzinfo is not None


def _limits(content: bytes) -> None:
    """What `check` reads of a configuration of which nothing is sure."""
    with TemporaryDirectory(dir=_memory()) as folder:
        path = Path(folder, "config.toml")
        path.write_bytes(content)
        with suppress(CheckFailed):
            settings(path, None)


def _values() -> Iterator[bytes]:
    yield from (one.encode() for one in VALUES)


def _value(content: bytes) -> None:
    """A value that JSON has is the same in TOML."""
    try:
        value = json.loads(content)
        json.dumps(value).encode().decode("utf-8")
        str(value).encode()
    except (ValueError, RecursionError):
        return
    if not _is_plain(value):
        return
    assert tomllib.loads(f"x = {toml_value(value)}")["x"] == value


def _is_plain(value: Any) -> bool:
    """Whether a block of a feed may hold it: texts, numbers and lists of them."""
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if isinstance(value, float):
        return abs(value) < float("inf")
    return isinstance(value, str | bool) or (isinstance(value, int) and abs(value) < 1 << 63)


def _blocks() -> Iterator[bytes]:
    yield b"[desk]\nname = 'x'\n"
    yield b'[sources.dxy]\r\nenabled = false\r\n[channels.console]\r\ntype = "console"\r\n'


def _add(content: bytes) -> None:
    """A block behind whatever a file has."""
    with TemporaryDirectory(dir=_memory()) as folder:
        path = Path(folder, "config.toml")
        path.write_bytes(content)
        try:
            whole, _ = with_block(path, "[sources.own]\nenabled = false\n")
        except ConfigInvalid:
            return
        assert whole.startswith(content.rstrip(b"\r\n"))
