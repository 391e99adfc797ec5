"""A model that is re-estimated every day, over years that were lived: a benchmark, not a test."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.load import build
from monitor.ingest.fetch import Fetched
from monitor.ingest.http import Body
from monitor.ingest.storing import Storing
from state.corrections import Settling
from tests.lived_years import (
    DATASET,
    FIRST_DAY,
    business_days,
    instant,
    live,
    model,
    walk_to,
)

# A database of so many years, thinned as it goes, holds no more than this of what is older.
DAILY_FOR = timedelta(days=430)

REPLAY = """
import re, sys, time
from datetime import datetime
from pathlib import Path
from monitor.config.load import build
from monitor.history.replay import replay
# Not getrusage, whose maximum a process takes over from the one that started it.
def most_mb():
    said = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+)", said).group(1)) / 1024
config = build({}, {}, Path())
database, start, end = Path(sys.argv[1]), *map(datetime.fromisoformat, sys.argv[2:])
before, idle = time.process_time(), most_mb()
found = replay(config, database, start, end, ["term_premium_jump"])
seconds = time.process_time() - before
print(seconds, most_mb(), most_mb() - idle, len(found.alerts()))
"""


def measure(say: Callable[[str, str, str], None]) -> None:
    """A year replayed over three lived years, and a tick with a new vintage after ten."""
    with tempfile.TemporaryDirectory() as folder:
        _replay(say, Path(folder) / "three.db")
        _tick(say, Path(folder))


def _replay(say: Callable[[str, str, str], None], path: Path) -> None:
    days = business_days(3)
    live(path, days)
    end = instant(days[-1])
    span = [(end - timedelta(days=365)).isoformat(), end.isoformat()]
    done = subprocess.run(
        [sys.executable, "-c", REPLAY, str(path), *span], check=True, capture_output=True, text=True
    )
    seconds, most, more, alerts = done.stdout.split()
    say(
        "a year of term_premium_jump over three lived years",
        f"{float(seconds):.2f} s",
        f"{alerts} alerts, {float(most):.0f} MB at most, {float(more):.0f} MB above the program "
        f"at rest, {path.stat().st_size / 1e6:.0f} MB on disk; at most 0.5 s and 200 MB wanted",
    )


def _tick(say: Callable[[str, str, str], None], folder: Path) -> None:
    path = folder / "ten.db"
    days = _thinned(business_days(10))
    live(path, days)
    at = instant(days[-1] + pd.offsets.BDay(1))
    everything = build({}, {}, folder)
    nobody = {name: {"enabled": False} for name in everything.sources}
    app = App(build({"sources": nobody}, {}, folder), SimulatedClock(at), path)
    app.tick(at - timedelta(hours=1))
    walk = walk_to(days[-1], FIRST_DAY)
    frame = model(days[-1] - pd.offsets.BDay(1), np.random.default_rng(1), walk)
    fetched = Fetched((Body("file", b"", "", None, None),), (frame.size,), frame)
    storing = Storing(app.database, (), Settling())
    before = time.process_time()
    storing.store(everything.sources[DATASET], fetched, None, at)
    app.tick(at)
    seconds = time.process_time() - before
    say(
        "a tick that stores a new ACM vintage at ten lived years",
        f"{seconds:.2f} s of CPU",
        f"{len(frame):,} sessions, {path.stat().st_size / 1e6:.0f} MB on disk, without parsing; "
        "at most 0.5 s wanted",
    )
    app.close()


def _thinned(days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The days of which anything is left after so many years: the first of each month, and all of
    the last year."""
    months = pd.Series(days, index=days).groupby(days.to_period("M")).first()
    return pd.DatetimeIndex(months).union(days[days > days[-1] - DAILY_FOR])
