"""Sweeps over fifty years: one process against what a replay of each takes, and two workers of a
local Dask cluster against one process. A benchmark, for `make sweeps-bench`."""

from __future__ import annotations

import math
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np

from monitor.config.load import build
from monitor.history.alert_rates import alert_rates
from monitor.history.replay import Replayed, decide_span, load_history
from monitor.history.tune import changed_rule
from monitor.sweeps.dask_cluster import DaskCluster, dask_cluster
from monitor.sweeps.engine import sweep
from monitor.sweeps.grids import of_rules
from monitor.sweeps.plan import Configuration, SweepPlan, SweptLine
from tests.fifty_years import build_database, span

PAIRS: Final = 3
RUNS: Final = 400
MANY: Final = 1000
STEPS: Final = (1000, 2000, 5000, 10_000)
RULE: Final = "joint_selloff"
OWN: Final[dict[str, Any]] = {
    "type": "conditions",
    "title": "Own",
    "kind": "event",
    "all": [
        {
            "series": "spx",
            "change_pct": 5,
            "below_pct": {"notice": -2, "warning": -5, "critical": -8},
        },
        {"series": "ust10y", "zscore": 252, "above_sd": 0.0},
    ],
}
CONFIG: Final = build({"rules": {"own": OWN}}, {}, Path())
# Two settings of each rule, and the span of each.
GRIDS: Final = {
    "haven_failure": {
        "notice_spx_fall_pct": (1.0, 1.9),
        "min_ust10y_rise_bp": (0.5, 5.0),
    },
    RULE: {"warning_weakest_leg_sd": (0.3, 0.8), "critical_weakest_leg_sd": (0.9, 1.8)},
    "term_premium_jump": {"notice_5_session_bp": (12.0, 25.0), "warning_21_session_bp": (45, 63)},
    "foreign_net_sales": {
        "countries.japan.warning_net_sales_usd_bn": (5.0, 25.0),
        "countries.china.warning_net_sales_usd_bn": (5.0, 25.0),
    },
    "own": {"all.0.below_pct.notice": (-2.0, -0.5), "all.1.above_sd": (-1.0, 1.0)},
}


def configurations(rule: str, count: int) -> list[Configuration]:
    """So many of a square grid."""
    side = math.ceil(count**0.5)
    vary = {name: np.linspace(*ends, side).tolist() for name, ends in GRIDS[rule].items()}
    return of_rules({rule: CONFIG.rules[rule]}, vary)[:count]


def main() -> None:
    """Print each figure on a line of its own; fail where the lines differ. Of all parts, or of
    those named."""
    if sys.argv[1:2] in (["replay"], ["sweep"]):
        _one_process(*sys.argv[1:])
        return
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "havenwatch.db"
        build_database(database)
        for part in sys.argv[1:] or PARTS:
            PARTS[part](database)


def _plan(database: Path) -> SweepPlan:
    return SweepPlan.of(CONFIG, database, CONFIG.rules, span())


def _all_against_replays(database: Path) -> None:
    for rule in GRIDS:
        _against_replays(rule, database)


def _against_replays(rule: str, database: Path) -> None:
    """Whole processes in turn: each configuration replayed, and all of them counted."""
    ratios, seconds = [], {"replay": list[float](), "sweep": list[float]()}
    for _ in range(PAIRS):
        outputs = set()
        for way, taken in seconds.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            words = [sys.executable, "-m", "tests.bench_sweeps", way, rule, str(database)]
            done = subprocess.run(words, check=True, capture_output=True, text=True)
            taken.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
            outputs.add(done.stdout)
        assert len(outputs) == 1, f"{rule}: a sweep counts otherwise than a replay"
        ratios.append(seconds["replay"][-1] / seconds["sweep"][-1])
    replay, counted = median(seconds["replay"]), median(seconds["sweep"])
    _say(
        f"{RUNS} configurations of {rule}, one process",
        f"{counted:.2f} s of CPU",
        f"{replay:.2f} s by a replay of each, {median(ratios):.1f} x; at least 1.7 x wanted",
    )


def _one_process(way: str, rule: str, database: str) -> None:
    wanted = configurations(rule, RUNS)
    if way == "sweep":
        for line in sweep(_plan(Path(database)), wanted):
            print(line.rate)  # noqa: T201
        return
    known = load_history(CONFIG, Path(database), [CONFIG.rules[rule]], span()[1])
    for one in wanted:
        changed = changed_rule(CONFIG.rules[rule], one.changes)
        assert changed is not None
        found = tuple(decide_span(known, [changed], *span()))
        print(*alert_rates(Replayed(CONFIG, *span(), found)))  # noqa: T201


@contextmanager
def _two_workers() -> Iterator[DaskCluster]:
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local,
        dask_cluster(local.scheduler_address) as cluster,
    ):
        yield cluster


def _cluster(database: Path) -> None:
    plan, wanted = _plan(database), configurations(RULE, MANY)
    ratios = []
    with _two_workers() as cluster:
        list(sweep(plan, wanted[:100], cluster))  # the workers load the history
        for _ in range(PAIRS):
            alone, expected = _timed(lambda: list(sweep(plan, wanted)))
            together, found = _timed(lambda: list(sweep(plan, wanted, cluster)))
            assert found == expected, "the cluster gives other lines"
            ratios.append(together / alone)
        _say(
            f"{MANY:,} configurations of {RULE} by two workers of a Dask cluster",
            f"{together:.1f} s",
            f"{alone:.1f} s by one process, the same lines; median of {PAIRS} pairs "
            f"{median(ratios):.2f} x, at most 0.65 x wanted; load {os.getloadavg()[0]:.1f}",
        )
        assert _with_a_kill(plan, wanted, cluster) == expected, "a killed worker changes the lines"
        _say("a worker killed in the middle", "the same lines", "SIGKILL after the first batch")


def _with_a_kill(
    plan: SweepPlan, wanted: list[Configuration], cluster: DaskCluster
) -> list[SweptLine]:
    lines = sweep(plan, wanted, cluster)
    found = [next(lines)]
    os.kill(next(iter(cluster.client.run(os.getpid).values())), signal.SIGKILL)
    return [*found, *lines]


def _linear(database: Path) -> None:
    plan = _plan(database)
    costs = []
    for count in STEPS:
        wanted = configurations("haven_failure", count)
        began = time.process_time()
        assert len(list(sweep(plan, wanted))) == count
        costs.append((time.process_time() - began) / count)
        _say(f"{count:,} configurations of haven_failure", f"{1e3 * costs[-1]:.2f} ms each", "CPU")
    _say("the dearest step over the cheapest", f"{max(costs) / min(costs):.2f} x", "1 is linear")


def _timed(work: Callable[[], list[SweptLine]]) -> tuple[float, list[SweptLine]]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def _say(what: str, figure: str, against: str) -> None:
    print(f"{what}: {figure} ({against})", flush=True)  # noqa: T201


PARTS: Final = {"one": _all_against_replays, "cluster": _cluster, "steps": _linear}

if __name__ == "__main__":
    main()
