"""The program over a session whose quotes a test moves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from alerts.message.message import Message
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from rules.intraday.so_far import clock
from tests.begun import Begun
from tests.scripted_quotes import ScriptedQuotes
from tests.support import app_over, new_york, watch

# The official closes that a session moves from.
KNOWN: Final = "2025-04-09 20:00"
MINUTE: Final = timedelta(minutes=1)
CALM: Final = {"spx": -0.1, "ust10y": 0.0, "dxy": 0.1}
# A joint selloff of critical size, and of warning size by the weakest leg.
CRITICAL: Final = {"spx": -3.2, "ust10y": 7.0, "dxy": -1.6}
WARNING: Final = {"spx": -0.95, "ust10y": 5.5, "dxy": -0.36}

Moves = dict[str, float]


def at(clock_time: str, day: str = "2025-04-10") -> datetime:
    """That time in New York."""
    return new_york(f"{day} {clock_time}")


def stepwise(*steps: tuple[str, Moves | None], day: str = "2025-04-10") -> ScriptedQuotes:
    """Quotes that stand at some moves from each time on; None for null quotes."""
    times = [(at(clock_time, day), moves) for clock_time, moves in steps]

    def move_of(series_id: str) -> Callable[[datetime], float | None]:
        def move(moment: datetime) -> float | None:
            past = [moves for since, moves in times if since <= moment]
            found = past[-1] if past else CALM
            return None if found is None else found[series_id]

        return move

    return ScriptedQuotes(**{name: move_of(name) for name in CALM})


@dataclass
class Desk:
    """The program, its clock, and what it sent."""

    app: App
    clock: SimulatedClock
    channel: RecordingChannel
    quotes: ScriptedQuotes

    def follow(self, since: str, until: str, day: str = "2025-04-10") -> list[str]:
        """Follow the session, nothing else, from one time to another; `11:25 developing_joint_...
        opened critical` of each change."""
        moment, end = max(self.clock.now(), at(since, day)), at(until, day)
        told = []
        while moment <= end:
            self.clock.advance_to(moment)
            told += [
                f"{clock(moment)} {one.after.rule_id.removeprefix('developing_')} "
                f"{one.reason.value} {one.after.severity.label}"
                for one in self.app.follow_session(moment)
            ]
            due = self.app.session.due(moment)
            assert due is not None
            moment = max(due, moment + timedelta(seconds=1))
        self.clock.advance_to(end)
        return told

    def watch(self, until: str) -> None:
        """Run the whole program to an instant in New York."""
        watch(self.app, self.clock, until)

    @property
    def session(self) -> date:
        """The day of the clock."""
        return self.clock.now().date()

    @property
    def developing(self) -> list[Message]:
        """The messages of developing alerts that were sent."""
        return [one for one in self.channel.pages if one.key.startswith("developing_")]

    def keys(self) -> list[str]:
        """The keys of those messages."""
        return [one.key for one in self.developing]


@contextmanager
def desk(
    folder: Path,
    quotes: ScriptedQuotes,
    known: str = KNOWN,
    judged: Collection[str] = ("joint_selloff", "haven_failure"),
    poll_every_s: int = 60,
    begun: Begun | None = None,
    **intraday: Any,
) -> Iterator[Desk]:
    """A program that knows the closes up to an evening and follows the session after it; by `begun`
    the evening was lived once for all tests, and its folder is new."""
    clock, channel = SimulatedClock(new_york(known)), RecordingChannel()
    with Standins(clock.now, {"yahoo_quotes": quotes}) as standins:
        app = (begun or app_over)(
            standins,
            clock,
            folder,
            channel,
            watched=("treasury_curve", "cboe", "yahoo", "yahoo_spx", "ecb"),
            judged=judged,
            intraday={"enabled": True, **intraday},
            sources={
                "yahoo_quotes": {
                    "base_url": standins.base_url("yahoo_quotes"),
                    "poll_every_s": poll_every_s,
                }
            },
        )
        try:
            if begun is None:
                app.tick(clock.now())
            yield Desk(app, clock, channel, quotes)
        finally:
            app.close()
