"""What the program costs over a database of its first year and over the one at the end, measured in
turn, a day of one and a day of the other."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from monitor.app import App
from tests.soak.costs import Compared, Stages, check_seconds
from tests.soak.life import Living
from tests.soak.neighbours import Neighbours
from tests.soak.plan import Plan
from tests.soak.settings import DATABASE, running

YOUNG: Final = "young"
FIGURES: Final = "figures"
# The weeks compared are one year of a plan.
ONLY: Final = 1


def keep_young(plan: Plan, app: App, folder: Path, day: date) -> None:
    """Copy the database, page by page, on the evening from which it stands for the first year."""
    if day != plan.young:
        return
    (folder / YOUNG).mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / YOUNG / DATABASE)) as copy:
        app.database.connection.backup(copy)


def compare(plan: Plan, app: App, around: Neighbours, stages: Stages, folder: Path) -> Compared:
    """The costs of both over the weeks that follow each. The young one is in a process of its own,
    as fresh as the soak's in its first year."""
    after, early = plan.compared_after(plan.last), plan.compared_after(plan.young)
    aged = Living(app, around, after, stages)
    path = app.database.path
    assert path is not None
    checked = {path: list[float](), folder / YOUNG / DATABASE: list[float]()}
    aged.start()
    with _young(early, folder) as (live, end):
        _stay_on_one_processor()
        for number, (day, before) in enumerate(zip(after.days, early.days, strict=True)):
            both = [partial(aged.live, day), partial(live, before)]
            # Whoever comes second finds the processor as the first has left it.
            for one in both if number % 2 else reversed(both):
                one()
            for database, seconds in checked.items():
                seconds.append(check_seconds(database))
        of_aged, of_young = checked.values()
        return Compared(
            young={**end(), "check": of_young}, aged={**_measured(aged), "check": of_aged}
        )


@contextmanager
def _young(
    plan: Plan, folder: Path
) -> Iterator[tuple[Callable[[date], None], Callable[[], Mapping[str, Sequence[float]]]]]:
    """How a day is lived over the young database, and how its costs are got."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_live_young, args=(plan, folder, there))
    process.start()
    there.close()  # so that asking a process that has died fails

    def ask(what: date | None) -> Any:
        here.send(what)
        return here.recv()

    try:
        yield ask, partial(ask, None)
    finally:
        here.close()
        process.join(30)


def _live_young(plan: Plan, folder: Path, ends: Connection[Any, Any]) -> None:
    """Live each day that is asked for; at the end give what it cost."""
    place = folder / YOUNG
    with running(place, place / FIGURES, plan.first) as (app, around, stages):
        living = Living(app, around, plan, stages)
        living.start()
        _stay_on_one_processor()
        while (day := ends.recv()) is not None:
            living.live(day)
            ends.send(None)
        ends.send(_measured(living))


def _stay_on_one_processor() -> None:
    """Keep every thread of this process on the first processor that it may use: the young and the
    aged program on the same one, for two of them are not always equally fast."""
    first = min(os.sched_getaffinity(0))
    for thread in os.listdir("/proc/self/task"):
        os.sched_setaffinity(int(thread), {first})


def _measured(living: Living) -> dict[str, Sequence[float]]:
    return {kind: list(seconds) for kind, seconds in living.life.costs.years[ONLY].items()}
