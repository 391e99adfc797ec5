"""How long an acknowledgement and an alert wait for the database while much of it is dropped, or
while it is backed up: a benchmark.

python -m tests.bench_retention
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from alerts.lifecycle import step
from monitor.app import App
from monitor.clock import SystemClock
from monitor.config.load import build
from monitor.history.replay import RecordingChannel
from monitor.service.retention_job import PAUSE_S, RetentionJob
from rules.terms import Kind
from state.alert_store import AlertStore
from state.backup import copy_database
from state.backup_proof import prove_backup
from state.database import Database
from state.instants import to_text
from state.outbox import Outbox
from state.retention import KeepFor
from tests.support import signal, utc

NOW: Final = utc("2026-08-21 04:00")
LONG_AGO: Final = NOW - timedelta(days=300)
MEGABYTE: Final = 1 << 20
# Two hundred files of a megabyte, five of ten, and 200,000 quotes: 280 MB.
BODY_BYTES: Final = (*[MEGABYTE] * 200, *[10 * MEGABYTE] * 5)
QUOTES: Final = 200_000
PAUSE_BETWEEN_S: Final = 0.01
IDLE_S: Final = 10.0
WANTED_MS: Final = 100
LEASE: Final = timedelta(minutes=5)
EVERYTHING: Final = KeepFor(quotes=timedelta(days=30), bodies={"files": timedelta(days=30)})

Say = Callable[[str, str, str], None]
Waits = dict[str, list[float]]


def measure(say: Say) -> None:
    """The waits beside each kind of work, with what there is to drop made anew before it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "havenwatch.db"
        with closing(Database(path)) as database:
            fill(database)
            copy = path.with_name("copy.db")
            held = []
            works: dict[str, Callable[[], object]] = {
                "nothing": partial(time.sleep, IDLE_S),
                "a backup": lambda: held.append(copy_database(path, copy)),
                "its restore test": lambda: prove_backup(copy, held[0]),
                "retention of all that": lambda: drop_all(database),
            }
            for name, work in works.items():
                _report(say, name, path, waits_beside(path, work))
            fill(database)
            _report(
                say,
                "the same in one transaction",
                path,
                waits_beside(path, lambda: drop_at_once(database)),
            )


def _report(say: Say, beside: str, path: Path, found: tuple[Waits, float]) -> None:
    waits, seconds = found
    for what, each in waits.items():
        every = sorted(one * 1e3 for one in each)
        p99 = every[int(0.99 * (len(every) - 1))]
        say(
            f"{what} beside {beside}",
            f"p50 {median(every):.1f} ms, p99 {p99:.1f} ms, most {every[-1]:.1f} ms",
            f"{len(every):,} in {seconds:.1f} s; at most {WANTED_MS} ms wanted; the file has "
            f"{path.stat().st_size / 1e6:.0f} MB",
        )


def fill(database: Database) -> None:
    """Bodies and quotes that are older than the thirty days they are kept."""
    at = to_text(LONG_AGO)
    connection = database.connection
    with database.immediate():
        connection.execute(
            "INSERT INTO vintages (dataset, urls, sha256, fetched_at, known_at, known_basis,"
            " is_whole) VALUES ('files', '[]', '', ?1, ?1, 'observed', 0)",
            (at,),
        )
        vintage = connection.execute("SELECT max(vintage_id) FROM vintages").fetchone()[0]
    for number, size in enumerate(BODY_BYTES):
        name = f"{vintage}-{number}"
        with database.immediate():
            connection.execute("INSERT INTO vintage_bodies VALUES (?, ?, ?)", (vintage, name, name))
            connection.execute(
                "INSERT INTO bodies VALUES (?, ?, 'text/csv', ?, ?)",
                (name, os.urandom(size), size, at),
            )
    with database.immediate():
        connection.executemany(
            "INSERT INTO quotes VALUES (?, 'spx', 'a feed', ?, 5000.0, 4990.0, '')",
            _quote_times(),
        )


def _quote_times() -> Iterator[tuple[str, str]]:
    for number in range(QUOTES):
        at = to_text(LONG_AGO + timedelta(seconds=number))
        yield at, at


def drop_all(database: Database) -> None:
    """What the program does of itself."""
    RetentionJob(database, EVERYTHING, partial(time.sleep, PAUSE_S)).step(NOW)


def drop_at_once(database: Database) -> None:
    """What it would be without pieces."""
    with database.immediate() as connection:
        connection.execute("DELETE FROM bodies")
        connection.execute("DELETE FROM quotes")


def waits_beside(path: Path, work: Callable[[], object]) -> tuple[Waits, float]:
    """How long each answer and each alert of another process took while a work went on, and how
    long that was."""
    context = multiprocessing.get_context("spawn")
    begun, stop, found = context.Event(), context.Event(), context.Queue()
    process = context.Process(target=answer_until, args=(path, begun, stop, found))
    process.start()
    while not begun.wait(1):
        assert process.is_alive(), "nothing can be measured"
    began = time.perf_counter()
    try:
        work()
    finally:
        seconds = time.perf_counter() - began
        stop.set()
    waits: Waits = found.get()
    process.join()
    return waits, seconds


def answer_until(path: Path, begun: Any, stop: Any, found: Any) -> None:
    """Acknowledge an alert, record another one and claim its message, again and again."""
    app = App(
        build({}, {}, path.parent), SystemClock(), path, channels={"console": RecordingChannel()}
    )
    store, outbox = AlertStore(app.database), Outbox(app.database)
    waits: Waits = {"an `ack`": [], "an alert recorded and claimed": []}
    number = len(store.alerts())
    opened = _record(app.database, store, outbox, number)
    begun.set()
    while not stop.is_set():
        number += 1
        at = datetime.now(UTC).replace(microsecond=0)
        with _timed(waits["an `ack`"]):
            app.answers.acknowledge(opened, f"Ann {number}", "", at, force=True)
        with _timed(waits["an alert recorded and claimed"]):
            _record(app.database, store, outbox, number)
        time.sleep(PAUSE_BETWEEN_S)
    app.close()
    found.put(waits)


def _record(database: Database, store: AlertStore, outbox: Outbox, number: int) -> str:
    """The id of a new alert, whose message was claimed and is sent."""
    at = datetime.now(UTC).replace(microsecond=0)
    period = date(1970, 1, 1) + timedelta(days=number)
    transition = step(None, signal(period=period, known_at=at), Kind.EVENT, timedelta(days=1))
    assert transition is not None
    with database.immediate() as connection:
        store.record_transition(connection, transition, ())
        outbox.promise_transition(connection, transition.transition_id, ["console"], at)
    claimed = outbox.claim(at, LEASE, "console")
    if claimed is not None:
        outbox.settle_sent(claimed.delivery_id, at, "")
    return transition.after.alert_id


@contextmanager
def _timed(into: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    into.append(time.perf_counter() - began)


def main() -> None:
    """Print each figure on a line of its own."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    measure(lambda name, value, against: print(f"{name}: {value} ({against})"))  # noqa: T201


if __name__ == "__main__":
    main()
