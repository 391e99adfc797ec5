"""The program over a plan: one process, one database, a simulated clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from monitor.app import App
from monitor.errors import ClockWentBack
from monitor.ingest.calendars import at_local, local_date
from monitor.service.heap import return_freed_memory
from monitor.service.retention_job import RetentionJob, keep_for
from tests.soak.costs import Costs, Size, Stages, check_seconds, reference_seconds, size_of
from tests.soak.neighbours import Neighbours
from tests.soak.plan import DAY, EVERY, ONCE_LABEL, Plan, instants

CHECKS_A_MONTH: Final = 3
A_MINUTE: Final = timedelta(minutes=1)
MIDNIGHT: Final = datetime.min.time()
# The program is started in the morning of the first day, whose evening has a digest.
BEGINS: Final = datetime.min.time().replace(hour=9)
Say = Callable[[str], object]


@dataclass
class Life:
    """What was measured, and the last day that was lived."""

    costs: Costs = field(default_factory=Costs)
    sizes: list[Size] = field(default_factory=list)
    ticks: int = 0
    refused: int = 0
    last: date = date.min


class Living:
    """Lives through a plan with one program."""

    def __init__(self, app: App, around: Neighbours, plan: Plan, stages: Stages):
        self._app, self._around, self._plan = app, around, plan
        self._stages = stages
        self._retention = RetentionJob(app.database, keep_for(app.config), lambda: None)
        self._down: tuple[str, ...] = ()
        self.life = Life()
        self.ends_soon = False

    def run(self, say: Say, after: Callable[[date], object]) -> Life:
        """The whole plan with a line a month, or until the end of a month when told to end; `after`
        is told of each day that is over."""
        self.start()
        for day in self._plan.days:
            self.live(day)
            after(day)
            if (day + DAY).day == 1 or day == self._plan.last:
                self._end_month(day, say)
                if self.ends_soon:
                    break
        return self.life

    def start(self) -> None:
        """The first tick, in the morning of the first day."""
        self.go(at_local(self._plan.first, BEGINS), "start")

    def live(self, day: date) -> None:
        """One day, and what is done at its end."""
        if self._plan.is_lived(day):
            self._live_whole(day)
        else:
            for at, label in self._instants(day).items():
                self.go(at, label)
        self._drop_old(day)
        return_freed_memory()
        self.life.costs.note(self._year(day), "reference", reference_seconds())

    def _drop_old(self, day: date) -> None:
        began = time.process_time()
        self._retention.step(self._around.clock.now())
        self.life.costs.note(self._year(day), "retention", time.process_time() - began)

    def _instants(self, day: date) -> Mapping[datetime, str]:
        found = instants(day) | dict.fromkeys(self._plan.changes(day), "event")
        return dict(sorted(found.items()))

    def _live_whole(self, day: date) -> None:
        """Whenever anything is due, and each minute while the clock is slow."""
        end = at_local(day + DAY, MIDNIGHT)
        true = max(self._around.clock.true, at_local(day, MIDNIGHT))
        while true < end:
            self.go(true, "lived")
            following = true + timedelta(seconds=1)
            if self._plan.behind(true):
                following = true + A_MINUTE
            else:
                now = self._around.clock.now()
                times = (self._app.next_due(), self._app.session.due(now))
                following = max(following, *(one for one in times[:1] if one is not None))
                if times[1] is not None:
                    following = max(true + timedelta(seconds=1), min(following, times[1]))
            later = [at for at in self._plan.changes(day) if at > true]
            true = min(following, *later, end)

    def go(self, true: datetime, label: str) -> None:
        """Everything that is due at an instant of the true time."""
        clock = self._around.clock
        clock.advance_to(true)
        clock.behind = self._plan.behind(true)
        self._break_down(true)
        at = clock.now()
        if label == "idle" and (self._app.next_due() or at) <= at:
            label = "late"
        followed = self._app.session.due(at)
        if followed is not None and followed <= at:
            self._app.follow_session(at)
        began = time.process_time()
        self._stages.begin()
        try:
            self._app.tick(at)
        except ClockWentBack:
            self.life.refused += 1
            return
        self._note(local_date(at), label, time.process_time() - began)
        if label in ("19:00", "lived"):
            began = time.process_time()
            self._app.keep_views(at)
            self.life.costs.note(self._year(local_date(at)), "views", time.process_time() - began)

    def _note(self, day: date, label: str, seconds: float) -> None:
        self._stages.reach("the end")
        self.life.ticks += 1
        self.life.last = day
        year = self._year(day)
        self.life.costs.note(year, label, seconds)
        if label == ONCE_LABEL:
            for name, spent in self._stages.seconds.items():
                self.life.costs.note(year, f"{label}: {name}", spent)

    def _break_down(self, true: datetime) -> None:
        down = self._plan.down(true)
        if down != self._down:
            names = tuple(self._around.publishers) if EVERY in down else down
            self._around.break_down(names)
            self._down = down

    def _year(self, day: date) -> int:
        """Which year of the soak a day is in, from 1."""
        return self._plan.year_of(day)

    def _end_month(self, day: date, say: Say) -> None:
        database = self._app.database.path
        assert database is not None
        size = size_of(day, database)
        self.life.sizes.append(size)
        for _ in range(CHECKS_A_MONTH):
            self.life.costs.note(self._year(day), "check", check_seconds(database))
        say(
            f"{day:%Y-%m}  {self.life.ticks:6,} ticks  {self._around.requests():7,} requests  "
            f"{size.resident_mb:4.0f} MB resident  {size.database_mb:4.0f} MB stored  "
            f"{time.process_time():5.0f} s of CPU"
        )
