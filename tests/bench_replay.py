"""Fifty years replayed, beside what one would write or take instead: a benchmark, not a test."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import backtrader
import numpy as np
import pandas as pd

from monitor.config.load import build
from monitor.history.replay import decide_span, load_history
from rules.terms import Severity
from tests.fifty_years import FIRST, LAST, build_database, is_real, span

RUNS = 5
LEGS = ["spx", "ust10y", "dxy"]
WINDOW_SESSIONS = 63


def measure(say: Callable[[str, str, str], None]) -> None:
    """The figures of a replay of 1973 to 2026 with every rule, and their ratios to two others."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "havenwatch.db"
        build_database(database)
        figures = "the real figures" if is_real() else "made figures of the same size"
        cold = median(_seconds(lambda: _process(database)) for _ in range(RUNS))
        say("replay cold", f"{cold:.2f} s", f"a whole process, {figures}; at most 2 s wanted")
        config = build({}, {}, Path(folder))
        rules = [one for one in config.rules.values() if one.enabled]
        _, end = span()
        (start, _), remind_after = span(), config.follow_up.remind_after
        runs = []
        for _ in range(RUNS):
            # Loaded anew, for panels and sessions once made are kept with what was loaded.
            known = load_history(config, database, rules, end)
            runs.append(_seconds(partial(decide_span, known, rules, start, end, remind_after)))
        warm = median(runs)
        history = known.read(tuple(dict.fromkeys(name for one in rules for name in one.series)))
        decided = decide_span(known, rules, start, end, remind_after)
        transitions = sum(len(one.verdicts.decided) for one in decided)
        say(
            "replay warm",
            f"{warm:.3f} s",
            f"{len(rules)} rules, {len(history.value):,} numbers, {transitions:,} changes of "
            "alerts; at most 0.3 s wanted",
        )
        legs = history.only(tuple(LEGS)).as_of(end).frame.dropna()
    _compare("a naive pandas loop, joint selloff alone", _naive, legs, warm, say)
    _compare("backtrader, joint selloff alone", _backtrader, legs, warm, say)


def _compare(
    name: str,
    work: Callable[[pd.DataFrame], int],
    legs: pd.DataFrame,
    warm: float,
    say: Callable[[str, str, str], None],
) -> None:
    found = 0

    def run() -> None:
        nonlocal found
        found = work(legs)

    seconds = _seconds(run)
    say(
        name,
        f"{seconds:.1f} s",
        f"{len(legs):,} sessions, {found} warnings or worse; {seconds / warm:.0f} times the warm "
        "replay of every rule",
    )


def _naive(legs: pd.DataFrame) -> int:
    """What one writes first: each day, the frame up to it."""
    found = 0
    for day in legs.index[WINDOW_SESSIONS + 1 :]:
        known = legs.loc[:day].tail(WINDOW_SESSIONS + 2)
        moves = pd.DataFrame(
            {
                "spx": -np.log(known["spx"]).diff(),
                "ust10y": known["ust10y"].diff(),
                "dxy": -np.log(known["dxy"]).diff(),
            }
        )
        falls = moves.iloc[-1] / moves.iloc[:-1].std()
        found += bool((moves.iloc[-1] > 0).all() and falls.min() >= 0.5)
    return found


class _Legs(backtrader.feeds.PandasData):  # type: ignore[misc]
    lines = ("ust10y", "dxy")
    params = (("close", "spx"), ("ust10y", "ust10y"), ("dxy", "dxy"), *(
        (unused, -1) for unused in ("open", "high", "low", "volume", "openinterest")
    ))  # fmt: skip


class _JointSelloff(backtrader.Strategy):  # type: ignore[misc]
    def __init__(self) -> None:
        spx, ust, usd = self.data.close, self.data.ust10y, self.data.dxy
        self.moves = [spx(-1) / spx - 1.0, ust - ust(-1), usd(-1) / usd - 1.0]
        self.usual = [
            backtrader.indicators.StandardDeviation(move, period=WINDOW_SESSIONS)
            for move in self.moves
        ]
        self.found = 0

    def next(self) -> None:
        pairs = zip(self.moves, self.usual, strict=True)
        self.found += all(move[0] >= 0.5 * usual[-1] and move[0] > 0 for move, usual in pairs)


def _backtrader(legs: pd.DataFrame) -> int:
    """The best known back-testing library that takes any series."""
    cerebro: Any = backtrader.Cerebro(stdstats=False)
    cerebro.adddata(_Legs(dataname=legs))
    cerebro.addstrategy(_JointSelloff)
    return int(cerebro.run()[0].found)


def _process(database: Path) -> None:
    span = ["--from", FIRST, "--to", LAST]
    command = [sys.executable, "-m", "monitor", "--db", str(database), "replay", *span]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert Severity.CRITICAL.label in done.stdout


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
