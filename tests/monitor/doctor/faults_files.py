"""Faults of files and of the configuration, by the check that finds them."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

import trustme

from monitor.clock import SimulatedClock
from tests.monitor.doctor.bench import (
    MOUNTS,
    Bench,
    Break,
    Faults,
    a_failure,
    a_skip,
    a_warning,
)
from tests.support import utc


def mode(name: str, bits: int) -> Break:
    def make(bench: Bench) -> None:
        path = bench.folder / name
        path.touch()
        path.chmod(bits)

    return make


def database_at(path: str) -> Break:
    return lambda bench: bench.changed.update(database=Path(path))


def written(content: bytes) -> Break:
    """The database with nothing but these bytes."""

    def make(bench: Bench) -> None:
        removed(bench)
        bench.database.write_bytes(content)

    return make


def removed(bench: Bench) -> None:
    for ending in ("", "-wal", "-shm"):
        bench.database.with_name(bench.database.name + ending).unlink(missing_ok=True)


def run(*statements: str) -> Break:
    def make(bench: Bench) -> None:
        with closing(sqlite3.connect(bench.database, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return make


def another_programs(bench: Bench) -> None:
    removed(bench)
    run("CREATE TABLE orders (id)")(bench)


def damaged(bench: Bench) -> None:
    """A page in the middle of the file overwritten."""
    run("PRAGMA journal_mode = DELETE", "PRAGMA journal_mode = WAL")(bench)
    with bench.database.open("r+b") as file:
        file.seek(4096 * 20)
        file.write(b"\xff" * 4096)


def miscounted(bench: Bench) -> None:
    """A page that says it has an entry which is not there."""
    run("PRAGMA journal_mode = DELETE", "PRAGMA journal_mode = WAL")(bench)
    with bench.database.open("r+b") as file:
        file.seek(4096 * 4 + 3)
        file.write((1).to_bytes(2, "big"))


def another_log(bench: Bench) -> None:
    run("PRAGMA journal_mode = DELETE")(bench)
    bench.database.with_name("havenwatch.db-wal").write_bytes(b"the log of another")


def slow(bench: Bench) -> None:
    """A clock by which a step's time is over at once, and a file long enough to look at it."""

    class Racing(SimulatedClock):
        raced_s = 0.0

        def monotonic_s(self) -> float:
            if threading.current_thread() is not threading.main_thread():
                self.raced_s += 100
                return super().monotonic_s() + self.raced_s
            return super().monotonic_s()

    filled = (
        "INSERT INTO filler WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 20000) SELECT hex(randomblob(20)) FROM n"
    )
    run("CREATE TABLE filler (t UNIQUE)", filled)(bench)
    bench.changed["clock"] = Racing(bench.clock.now())


def mounted(kind: str) -> Break:
    def make(bench: Bench) -> None:
        place = str(bench.folder).replace(" ", "\\040")
        line = f"30 21 0:40 / {place} rw shared:9 - {kind} files:/desk rw\n"
        bench.on_a_machine(mounts=MOUNTS + line)

    return make


def environment(**variables: str) -> Break:
    def make(bench: Bench) -> None:
        for name, value in variables.items():
            bench.environment.setenv(name, value.format(folder=bench.folder))

    return make


def ca_file(content: Callable[[], bytes]) -> Break:
    def make(bench: Bench) -> None:
        (bench.folder / "ca.pem").write_bytes(content())
        environment(REQUESTS_CA_BUNDLE="{folder}/ca.pem")(bench)

    return make


def expired(bench: Bench) -> None:
    ca_file(lambda: trustme.CA().cert_pem.bytes())(bench)
    bench.changed["at"] = utc("3001-01-01 00:00")


def ca_folder(bench: Bench) -> None:
    (bench.folder / "certificates").mkdir()
    trustme.CA().cert_pem.write_to_path(str(bench.folder / "certificates" / "own.pem"))
    environment(SSL_CERT_FILE="{folder}/certificates")(bench)


def at(moment: datetime) -> Break:
    return lambda bench: bench.changed.update(at=moment)


def added(text: str, **secrets: str) -> Break:
    return lambda bench: bench.add(text, **secrets)


def not_exported(bench: Bench) -> None:
    """A secret in the file that `init` wrote, which nobody loaded."""
    bench.add("[channels.slack_webhook]\n")
    env = bench.folder / "config.env"
    env.write_text("HAVENWATCH_SLACK_WEBHOOK_URL=https://hooks.slack.com/services/secret\n")
    env.chmod(0o600)


NEWER: Final = (
    "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
    "VALUES ('havenwatch', 'of_tomorrow', '2030-01-01')"
)
OLDER: Final = "DELETE FROM _sqlite_migrations WHERE name = 'rule_definitions'"

FILES: Final[Faults] = {
    "permissions": {
        "configuration anybody can change": a_failure(
            mode("config.toml", 0o666), "permissions, configuration", "mode 0666", "chmod o-w"
        ),
        "no configuration": a_skip(
            lambda bench: bench.config_path.unlink(), "permissions, configuration", "no file at"
        ),
        "secrets anybody can read": a_failure(
            mode("config.env", 0o644), "permissions, secrets", "mode 0644", "chmod 600"
        ),
        "database anybody can read": a_warning(
            mode("havenwatch.db", 0o604), "permissions, database", "mode 0604", "chmod o-rwx"
        ),
        "no database": a_skip(
            removed, "permissions, database", "no database at"
        ),
        "folder that cannot be written": a_failure(
            database_at("/proc/havenwatch.db"), "permissions, database folder", "/proc",
            "set path of [state]",
        ),
        "folder anybody can write": a_warning(
            lambda bench: bench.folder.chmod(0o777), "permissions, database folder", "mode 0777"
        ),
        "umask of nobody": a_warning(
            lambda bench: bench.on_a_machine(umask=0), "umask", "got 0000", "umask 022"
        ),
    },
    "database": {
        "none": a_skip(removed, "database", "havenwatch backfill"),
        "nothing in it": a_failure(written(b""), "database", "nothing in it", "restore a backup"),
        "no database": a_failure(written(b"text " * 900), "database", "not a database"),
        "another program's": a_failure(another_programs, "database", "another program (orders)"),
        "a newer program's": a_failure(run(NEWER), "database", "of_tomorrow", "install that"),
        "an older program's": a_warning(run(OLDER), "database", "without 1 step", "havenwatch run"),
        "without a log": a_warning(
            run("PRAGMA journal_mode = DELETE"), "database", "journal mode delete"
        ),
        "another's log": a_failure(another_log, "database", "the log of another", "move"),
        "damaged": a_failure(damaged, "database, pages", "havenwatch restore FILE"),
        "miscounted": a_failure(miscounted, "database, pages", "On tree page 5", "restore FILE"),
        "too large to look through": a_skip(
            slow, "database, pages", "did not end within", "havenwatch backup FILE"
        ),
    },
    "file_system": {
        "of the network": a_failure(mounted("nfs4"), "file system", "(nfs4)", "local folder"),
        "of another machine": a_failure(mounted("cifs"), "file system", "(cifs)"),
        "not listed": a_skip(
            lambda bench: bench.on_a_machine(mounts=""), "file system", "does not list"
        ),
    },
    "network": {
        "a proxy of another protocol": a_failure(
            environment(HTTPS_PROXY="socks5://127.0.0.1:9"), "proxy", "HTTPS_PROXY names no proxy"
        ),
        "certificates that are not there": a_failure(
            environment(REQUESTS_CA_BUNDLE="/nonexistent/ca.pem"), "certificates",
            "REQUESTS_CA_BUNDLE: no such file: /nonexistent/ca.pem", "unset it",
        ),
        "certificates that are none": a_failure(
            ca_file(lambda: b"nothing"), "certificates", "no trusted certificates at"
        ),
        "certificates of before": a_failure(expired, "certificates", "none of them valid"),
        "own certificates alone": a_warning(
            ca_file(lambda: trustme.CA().cert_pem.bytes()), "certificates",
            "1 valid certificate", "python -m certifi",
        ),
        "a folder that is not indexed": a_failure(ca_folder, "certificates", "openssl rehash"),
    },
    "configuration": {
        "none": a_failure(
            lambda bench: bench.config_path.unlink(), "configuration", "havenwatch init"
        ),
        "no TOML": a_failure(added("[channels"), "configuration", "not TOML", "correct the line"),
        "a wrong name": a_failure(added('[desk]\nnmae = "x"\n'), "configuration", "did you mean"),
        "a secret that is not exported": a_failure(
            not_exported, "configuration", "HAVENWATCH_SLACK_WEBHOOK_URL is not set",
            "set -a; . ", "config.env; set +a",
        ),
        "a weak secret": a_failure(
            added("[channels.webhook]\n", HAVENWATCH_WEBHOOK_URL="https://desk.example.org/secret",
                  HAVENWATCH_WEBHOOK_SECRET="short secret"),
            "configuration", "fewer than 16 characters",
        ),
        "no source": a_warning(
            lambda bench: bench.write(
                bench.text.replace("base_url", "enabled = false\nbase_url").replace(
                    "enabled = false\nenabled = false", "enabled = false"
                )
            ),
            "configuration", "none enabled",
        ),
    },
    "calendar": {
        "holidays that end soon": a_warning(
            at(utc("2050-10-01 12:00")), "calendar, holidays", "to 2050-12-31", "newer havenwatch"
        ),
        "holidays that have ended": a_failure(
            at(utc("2051-01-02 12:00")), "calendar, holidays", "got those of"
        ),
        "releases that end soon": a_warning(
            at(utc("2027-02-01 12:00")), "calendar, TIC releases", "got 2", "[calendar.tic]"
        ),
    },
}  # fmt: skip
