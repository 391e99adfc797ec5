"""What a session that is followed by quotes costs, and how soon it is told: a benchmark."""

from __future__ import annotations

import json
import logging
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler

from alerts.channels.slack import Slack
from monitor.app import App
from monitor.clock import SystemClock
from monitor.config.load import Config
from monitor.demo.publishers.yahoo_quotes import close_before
from monitor.intraday.settings import Intraday
from monitor.service.tick_loop import SEND_SECONDS, follow_safely, send_safely
from tests.alerts.slack_standin import CONVERSATION, TOKEN
from tests.bench_alerts import Timed
from tests.monitor.intraday.desk import CALM, CRITICAL, KNOWN, Desk, at, desk, stepwise

Say = Callable[[str, str, str], None]
# A minute's hold and more would take an hour to be measured often enough.
HOLD: Final = timedelta(seconds=4)
FLIPS: Final = 24
WRITE_EVERY_S: Final = 0.25
BETWEEN_S: Final = (5.3, 5.8, 6.1)
SYMBOLS: Final = {"spx": "^GSPC", "ust10y": "^TNX", "dxy": "DX-Y.NYB"}


def measure(say: Say) -> None:
    """Print what a quiet poll costs, what a session adds to the database, and how soon a change is
    on the wire once it has held."""
    with tempfile.TemporaryDirectory() as folder:
        quiet, added, polls = _session(Path(folder))
    said = f"{polls} polls of three bodies each; 15 ms wanted"
    say("intraday tick with nothing to say", f"{1000 * quiet:.1f} ms CPU", said)
    wanted = "five-minute quotes of three markets; 100 kB wanted"
    say("a session of quotes in the database", f"{added / 1000:.0f} kB", wanted)
    with tempfile.TemporaryDirectory() as folder:
        late = _flips(Path(folder))
    p99 = quantiles(late, n=100, method="inclusive")[98]
    said = f"median {median(late):.2f} s of {len(late)} changes, by a desk's own feed; 2 s wanted"
    say("quote received to message on the wire, beyond hold_minutes, p99", f"{p99:.2f} s", said)


def _session(folder: Path) -> tuple[float, int, int]:
    """The median CPU time of a poll of a calm session, and by how much the database grew."""
    with desk(folder, stepwise(("09:30", CALM)), poll_every_s=300) as one:
        before = _pages(one)
        spent = []
        moment = at("09:30")
        while moment < at("16:40"):
            one.clock.advance_to(moment)
            began = time.thread_time()
            one.app.follow_session(moment)
            spent.append(time.thread_time() - began)
            moment += timedelta(minutes=5)
        return median(spent), _pages(one) - before, len(spent)


def _pages(one: Desk) -> int:
    """The bytes of the database that are used."""
    connection = one.app.database.connection
    used = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in
            ("page_count", "freelist_count", "page_size")]  # fmt: skip
    return int((used[0] - used[1]) * used[2])


class Shifted(SystemClock):
    """The machine's clock, as if it had been started at another time."""

    def __init__(self, begins: datetime):
        self._by = begins - super().now()

    def now(self) -> datetime:
        """That time and what has passed since."""
        return super().now() + self._by


@dataclass
class Terminal:
    """A desk's terminal that rewrites its table of quotes all the time, and when each of its
    changes of mind was first written."""

    path: Path
    clock: SystemClock
    moves: Mapping[str, float] = field(default_factory=lambda: CALM)
    changed: list[float] = field(default_factory=list)
    is_ending: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Write until it is told to end, and change now and then."""
        number, next_change = 0, time.perf_counter() + 4.0
        while not self.is_ending.is_set():
            now = time.perf_counter()
            if now >= next_change and len(self.changed) < FLIPS:
                self.moves = CRITICAL if self.moves is CALM else CALM
                self.changed.append(now)
                next_change = now + BETWEEN_S[len(self.changed) % len(BETWEEN_S)]
            number += 1
            self._write(number)
            self.is_ending.wait(WRITE_EVERY_S)

    def _write(self, number: int) -> None:
        rows = []
        for name, symbol in SYMBOLS.items():
            before = close_before(symbol, at("11:00").date())
            assert before is not None
            share = 1 + self.moves[name] / 100
            price = before + self.moves[name] / 100 if name == "ust10y" else before * share
            rows.append({"symbol": name, "price": price + 0.001 * (number % 7), "prev": before,
                         "time": self.clock.now().isoformat()})  # fmt: skip
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps(rows), encoding="utf-8")
        partial.replace(self.path)


def _flips(folder: Path) -> list[float]:
    """By how much longer than it had to hold each change took to be on the wire, seconds."""
    logging.disable(logging.WARNING)
    clock = Shifted(at("11:00"))
    terminal = Terminal(folder / "quotes.json", clock)
    with desk(folder, stepwise(("09:30", CALM)), known=KNOWN) as one:
        config = one.app.config
    with Timed() as slack, _running(_pointed(config, terminal.path), clock, slack, folder):
        writing = threading.Thread(target=terminal.run)
        writing.start()
        deadline = time.perf_counter() + FLIPS * 7
        while len(_arrivals(slack)) < FLIPS and time.perf_counter() < deadline:
            time.sleep(0.2)
        terminal.is_ending.set()
        writing.join()
    arrived = _arrivals(slack)
    # Each change is told once, in order.
    pairs = zip(terminal.changed, arrived, strict=False)
    return [there - changed - HOLD.total_seconds() for changed, there in pairs]


def _arrivals(slack: Timed) -> list[float]:
    """When each message about the joint selloff was there."""
    return [when for key, when in slack.arrived.items() if "joint" in key and "details" not in key]


def _pointed(config: Config, path: Path) -> Config:
    """The configuration with the desk's table as its one feed."""
    from monitor.quotes.quote_table import QuoteTable

    table = QuoteTable(
        name="desk_quotes",
        publisher="The terminal",
        base_url=f"file://{path.parent}",
        path=f"/{path.name}",
        symbols={name: name for name in SYMBOLS},  # type: ignore[misc]
        format="json",
        previous_close_column="prev",
        poll_every_s=1,
    )
    minutes = HOLD / timedelta(minutes=1)
    intraday = Intraday(enabled=True, feeds=("desk_quotes",), hold_minutes=minutes)  # type: ignore[arg-type]
    rules = {name: one for name, one in config.rules.items() if name == "joint_selloff"}
    return replace(config, quotes={"desk_quotes": table}, intraday=intraday, rules=rules)


@contextmanager
def _running(config: Config, clock: SystemClock, slack: Timed, folder: Path) -> Iterator[App]:
    """The jobs that follow and send, as the program runs them."""
    channel = Slack(conversation=CONVERSATION, base_url=slack.base_url)
    secrets = {"HAVENWATCH_SLACK_TOKEN": TOKEN}
    config = replace(config, secrets=secrets)
    app = App(config, clock, folder / "havenwatch.db", channels={"console": channel})
    scheduler = BackgroundScheduler(timezone="UTC")
    for job in (follow_safely, send_safely):
        scheduler.add_job(job, "interval", args=[app], seconds=SEND_SECONDS, max_instances=1)
    scheduler.start()
    try:
        yield app
    finally:
        scheduler.shutdown()
        app.close()


if __name__ == "__main__":
    measure(lambda name, value, said: print(f"{name}: {value} ({said})"))  # noqa: T201
