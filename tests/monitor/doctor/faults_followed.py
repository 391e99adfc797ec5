"""Faults of a database that is followed, by the check that finds them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

from state.database import Database
from state.following import Following, Progress
from state.health import Health
from state.instants import to_text
from tests.monitor.doctor.bench import WATCHED, Bench, Break, Faults, a_failure, a_skip
from tests.monitor.doctor.faults_files import NEWER


def followed(minutes: float = 0.2, polled: tuple[str, ...] = WATCHED, sql: str = "") -> Break:
    """The configuration follows a database whose last cycle was so long ago."""

    def make(bench: Bench) -> None:
        other, at = Database(bench.folder / "other.db"), bench.clock.now()
        last = at - timedelta(minutes=minutes)
        Health(other).begin(last, last, last)
        for name in polled:
            other.connection.execute(
                "INSERT INTO source_health VALUES (?1, 'OK', '', ?2, ?2, ?2, NULL, 0, ?2, ?2)",
                (name, to_text(last)),
            )
        other.close()
        if sql:
            with closing(sqlite3.connect(bench.folder / "other.db")) as connection, connection:
                connection.execute(sql)
        bench.add('[follow]\ndatabase = "other.db"\n')

    return make


def as_the_last_run_did(bench: Bench) -> None:
    own = Database(bench.database)
    with own.immediate() as connection:
        Following(own).record(connection, Progress("ab", str(Path("/srv/rates/havenwatch.db"))))
    own.close()


CHAIN: Final = "INSERT INTO following VALUES (1, 'ab', '/srv/rates/havenwatch.db', 0, '', 0, NULL)"
FOLLOWED: Final[Faults] = {
    "followed": {
        "none": a_skip(lambda _: None, "followed", "this one polls"),
        "not there": a_failure(
            lambda bench: bench.add('[follow]\ndatabase = "none.db"\n'),
            "followed",
            "got no file at",
        ),
        "not there, by the last run": a_failure(
            as_the_last_run_did, "followed", "no file at /srv/rates/havenwatch.db"
        ),
        "stopped": a_failure(
            followed(minutes=16), "followed", "in the last 15 minutes", "start havenwatch there"
        ),
        "of a newer program": a_failure(
            followed(sql=NEWER), "followed", "a newer havenwatch", "update this program"
        ),
        "follows itself": a_failure(
            followed(sql=CHAIN), "followed", "follows /srv/rates/havenwatch.db itself"
        ),
        "polls less": a_failure(
            followed(polled=WATCHED[1:]), "followed", "none of cboe", "set enabled = false here"
        ),
    },
}
