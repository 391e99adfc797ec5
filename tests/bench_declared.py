"""Two hundred declared rules over fifty years: a benchmark, not a test."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any, Final

import pandas as pd

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.load import Config, build
from monitor.history.replay import load_history
from monitor.history.rule_trial import trial_of
from monitor.history.tune import changed_rule
from monitor.ingest.fetch import Fetched
from monitor.ingest.http import Body
from monitor.ingest.storing import Storing
from state.alert_store import AlertStore
from state.archive import Archive
from state.corrections import Settling
from tests.fifty_years import LOADED_AT, build_database, span

RULES: Final = 200
RUNS: Final = 3
SLIDES: Final = (-2.0, -2.5, -3.0, -3.5, -4.0, -4.5, -5.0)
SERIES: Final = {
    "ust2s10s": {"title": "2s10s", "unit": "pct", "sum": {"ust10y": 1, "ust2y": -1}},
    "ust5s30s": {"title": "5s30s", "unit": "pct", "sum": {"ust30y": 1, "ust5y": -1}},
}
# What each moves by in a session that is rare: by the unit of its size.
MOVES: Final = {
    "spx": ("change_pct", "below_pct", -2.0),
    "dxy": ("change_pct", "below_pct", -0.9),
    "ust10y": ("change", "above_bp", 12.0),
    "ust30y": ("change", "above_bp", 10.0),
    "ust2s10s": ("change", "above_bp", 9.0),
}
BESIDE: Final = ("spx", "dxy", "ust10y", "ust2s10s", "ust5s30s")
WINDOWS: Final = (1, 5, 10, 21)
CLOSES: Final = ("cboe", "treasury_curve", "yahoo")
KINDS: Final = ("event", "condition")

REPLAY = """
import json, sys, time
from datetime import datetime
from pathlib import Path
began = time.perf_counter()
from monitor.config.load import build
from monitor.history.replay import replay
config = build(json.loads(Path(sys.argv[1]).read_text()), {}, Path())
names = [name for name in config.rules if name.startswith("own_")]
found = replay(config, Path(sys.argv[2]), *map(datetime.fromisoformat, sys.argv[3:]), names)
print(time.perf_counter() - began, len(found.alerts()))
"""


def measure(say: Callable[[str, str, str], None]) -> None:
    """A replay in a new process, a tick with a new close, and one size moved."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "havenwatch.db"
        build_database(database)
        settings = {"rules": dict(blocks()), "series": SERIES}
        _replay(say, settings, database)
        _slide(say, build(settings, {}, Path(folder)), database)
        _tick(say, settings, database)


def blocks() -> Iterator[tuple[str, dict[str, Any]]]:
    """So many rules of two conditions, each of a move that is rare and another series' distance
    from its usual."""
    every = product(MOVES, WINDOWS, KINDS, BESIDE)
    for number, (series, window, kind, beside) in zip(range(RULES), every, strict=False):
        statistic, setting, size = MOVES[series]
        scale = window**0.5
        sizes = {
            one: size * scale * times
            for one, times in (("notice", 1.0), ("warning", 1.5), ("critical", 2.5))
        }
        yield (
            f"own_{number}",
            {
                "type": "conditions",
                "title": f"Rule {number}",
                "kind": kind,
                "all": [
                    {"series": series, statistic: window, setting: sizes},
                    {"series": beside, "zscore": 252, "above_sd": 0.0},
                ],
            },
        )


def _replay(say: Callable[[str, str, str], None], settings: dict[str, Any], database: Path) -> None:
    path = database.with_suffix(".json")
    path.write_text(json.dumps(settings), encoding="utf-8")
    start, end = (moment.isoformat() for moment in span())
    runs = []
    for _ in range(RUNS):
        done = subprocess.run(
            [sys.executable, "-c", REPLAY, str(path), str(database), start, end],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        seconds, alerts = done.stdout.split()
        runs.append(float(seconds))
    say(
        f"{RULES} declared rules replayed, cold",
        f"{median(runs):.1f} s",
        f"a whole process, {int(alerts):,} alerts; at most 10 s wanted",
    )


def _slide(say: Callable[[str, str, str], None], config: Config, database: Path) -> None:
    rule, (start, end) = config.rules["own_0"], span()
    known = load_history(config, database, [rule], end)
    trial_of(config, known, rule, start, end)
    runs = []
    for size in SLIDES:
        moved = changed_rule(rule, {"all.0.below_pct.notice": size})
        assert moved is not None
        began = time.perf_counter()
        trial_of(config, known, moved, start, end)
        runs.append(time.perf_counter() - began)
    say(
        "one size of a declared rule moved, answered over fifty years",
        f"{1e3 * median(runs):.0f} ms",
        f"median of {len(runs)}, worst {1e3 * max(runs):.0f} ms; at most 200 ms wanted",
    )


def _tick(say: Callable[[str, str, str], None], settings: dict[str, Any], database: Path) -> None:
    everything = build({}, {}, database.parent)
    nobody = {name: {"enabled": False} for name in everything.sources}
    built_in = {name: {"enabled": False} for name in everything.rules}
    rules = {**built_in, **settings["rules"]}
    config = build({**settings, "sources": nobody, "rules": rules}, {}, database.parent)
    at = LOADED_AT + timedelta(days=1)
    app = App(config, SimulatedClock(at), database)
    app.tick(at - timedelta(hours=1))
    storing, day = Storing(app.database, (), Settling()), pd.DatetimeIndex(["2026-08-21"])
    bodies = (Body("file", b"", "", None, None),)
    frames = {}
    for name in CLOSES:
        newest = Archive(app.database).latest(name).iloc[-1]
        ids = everything.sources[name].series_ids
        frames[name] = pd.DataFrame({one: [newest[one] * 1.01] for one in ids}, day)
    # To make the closes is no part of the tick.
    before = time.process_time()
    for name, frame in frames.items():
        source = everything.sources[name]
        storing.store(source, Fetched(bodies, (frame.size,), frame), None, at)
    app.tick(at)
    seconds = time.process_time() - before
    judged = len(AlertStore(app.database).progress())
    app.close()
    assert judged == RULES
    say(
        f"a tick with new closes and {RULES} declared rules",
        f"{seconds:.2f} s of CPU",
        "fifty years stored, all of its rules evaluated; at most 1.5 s wanted",
    )
