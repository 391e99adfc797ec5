"""The recipes over fifty years beside a script that does the same in pandas: a benchmark."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np
import pandas as pd

from monitor.config.load import build
from monitor.history.replay import RuleReplay, decide_span, load_history
from rules.evaluation import Evaluations
from tests.fifty_years import FIRST, build_database, is_real, span
from tests.recipes import recipes, store_what_recipes_read

RUNS: Final = 5
# No history of gold is at hand.
LEFT_OUT: Final = ("gold_and_dollar",)
Columns = Mapping[str, "pd.Series[float]"]


def measure(say: Callable[[str, str, str], None]) -> None:
    """Seconds for all of them, and on how many periods each fires by both."""
    if not is_real():
        say("recipes beside pandas", "not measured", "the publishers' files are not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "havenwatch.db"
        build_database(path)
        store_what_recipes_read(path)
        found = [one for one in recipes() if one.name not in LEFT_OUT]
        blocks = {
            section: {k: v for one in found for k, v in one.block.get(section, {}).items()}
            for section in ("sources", "series", "rules")
        }
        config = build(blocks, {}, Path(folder))
        rules = [config.rules[one.name] for one in found]
        start, end = span()
        ours, theirs = [], []
        for _ in range(RUNS):
            known = load_history(config, path, rules, end)
            stored = load_history(config, path, rules, end).deciding.as_of(end).frame
            columns = {str(name): stored[name].dropna() for name in stored}
            began = time.perf_counter()
            decided = decide_span(known, rules, start, end)
            ours.append(time.perf_counter() - began)
            began = time.perf_counter()
            script = _by_pandas(columns)
            theirs.append(time.perf_counter() - began)
        counts = {name: int(one[FIRST:].sum()) for name, one in script.items()}

    fired = {one.rule.rule_id: _periods_fired(one) for one in decided}
    same = sum(fired[name] == count for name, count in counts.items())
    say(
        f"{len(rules)} recipes evaluated over fifty years",
        f"{1e3 * median(ours):.0f} ms",
        f"a pandas script of the same conditions {1e3 * median(theirs):.0f} ms, ratio "
        f"{median(ours) / median(theirs):.1f}; ours with three answers, severities and alerts; "
        f"they fire on the same number of periods for {same} of {len(counts)}",
    )
    for name, count in counts.items():
        if fired[name] != count:
            say(f"  {name}", f"{fired[name]} periods", f"{count} by the script")


def _periods_fired(found: RuleReplay) -> int:
    """On how many periods a rule fired at last."""
    codes = {
        one.judged.period(row): int(one.judged.severity[row])
        for one in found.verdicts.answered
        for row in one.rows.tolist()
    }
    return sum(code > Evaluations.QUIET for code in codes.values())


def _by_pandas(of: Columns) -> dict[str, pd.Series[bool]]:
    """The days on which each recipe is at a notice or more, by closes on days common to all."""
    curve = pd.DataFrame({name: of[name] for name in ("ust2s10s", "ust10y")}).dropna()
    legs = pd.DataFrame({name: of[name] for name in ("spx", "ust30y", "dxy")}).dropna()
    moves = pd.DataFrame(
        {
            "spx": -100.0 * np.log(legs["spx"]).diff(),
            "ust30y": 100.0 * legs["ust30y"].diff(),
            "dxy": -100.0 * np.log(legs["dxy"]).diff(),
        }
    )
    weak = pd.DataFrame({name: of[name] for name in ("dxy", "ust10y")}).dropna()
    twist = pd.DataFrame({name: of[name] for name in ("ust2y", "ust30y")}).dropna()
    real = of["ust10y_real"]
    vix, flow = of["vix_over_move"], of["foreign_3m"]
    real_move = (100.0 * real.diff(5)).round(4)
    return {
        "bear_steepener": _bp(curve["ust2s10s"], 5).ge(10) & _bp(curve["ust10y"], 5).ge(10),
        "joint_selloff_30y": (moves / moves.rolling(63).std().shift()).min(axis=1).ge(0.25),
        "weak_dollar_high_yields": (100.0 * (weak["dxy"] / weak["dxy"].rolling(200).mean() - 1.0))
        .round(9)
        .le(-3)
        & _bp(weak["ust10y"], 63).ge(30),
        "breakeven_jump": _bp(of["breakeven_10y"], 5).ge(15),
        "bonds_calmer_than_stocks": _zscore(vix, 252).ge(2),
        "foreign_flow_low": _zscore(flow, 60).le(-2),
        "canada_net_sales": of["canada_pct"].le(-3),
        "curve_twist": _bp(twist["ust2y"], 1).le(-4) & _bp(twist["ust30y"], 1).ge(4),
        "real_yield_spike": (real_move / real_move.rolling(252).std().shift()).ge(2.5)
        & real_move.ge(15),
    }


def _bp(yields: pd.Series[float], rows: int) -> pd.Series[float]:
    return (100.0 * yields.diff(rows)).round(4)


def _zscore(values: pd.Series[float], rows: int) -> pd.Series[float]:
    before = values.shift().rolling(rows)
    return (values - before.mean()) / before.std()
