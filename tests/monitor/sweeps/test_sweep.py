"""A sweep gives the same lines in the same order, whoever counts them."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from monitor.config.load import Config
from monitor.errors import HavenwatchError
from monitor.history.tune import tune
from monitor.sweeps.bootstrap import Resampling
from monitor.sweeps.dask_cluster import DaskCluster, dask_cluster
from monitor.sweeps.engine import sweep
from monitor.sweeps.grids import MOST_CONFIGURATIONS, of_areas, of_rules
from monitor.sweeps.plan import Configuration, SweepPlan, stored_areas
from monitor.sweeps.processes import Processes
from monitor.sweeps.worker import Refused, Sweeper, run_batch
from tests.support import new_york

SPAN = (new_york("2019-01-01 00:00"), new_york("2024-12-31 23:59:59"))
NAMES = ("haven_failure", "foreign_net_sales")
VARY = {
    "haven_failure.notice_spx_fall_pct": [0.5, 0.75, 1.0],
    "haven_failure.min_ust10y_rise_bp": [1.0, 2.0],
}


@pytest.fixture(scope="module")
def plan(config: Config, small: Path) -> SweepPlan:
    rules = {name: config.rules[name] for name in NAMES}
    return SweepPlan.of(config, small, rules, SPAN, Resampling(200, 1))


@pytest.fixture(scope="module")
def wanted(plan: SweepPlan) -> list[Configuration]:
    return of_rules(plan.rules, VARY)


class Kills:
    """A plan that ends whoever reads it."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (9,)


def test_a_grid_has_each_combination_and_a_rule_without_values_once(
    wanted: list[Configuration],
) -> None:
    mine = [one.changes for one in wanted if one.rule_id == "haven_failure"]
    assert mine[:3] == [
        {"notice_spx_fall_pct": 0.5, "min_ust10y_rise_bp": 1.0},
        {"notice_spx_fall_pct": 0.5, "min_ust10y_rise_bp": 2.0},
        {"notice_spx_fall_pct": 0.75, "min_ust10y_rise_bp": 1.0},
    ]
    assert [one.changes for one in wanted if one.rule_id == "foreign_net_sales"] == [{}]


def test_a_sweep_counts_what_tune_does(
    config: Config, plan: SweepPlan, wanted: list[Configuration], small: Path
) -> None:
    rule = config.rules["haven_failure"]
    vary = {name.partition(".")[2]: values for name, values in VARY.items()}
    tuned = list(tune(config, small, rule, *SPAN, vary))
    lines = [one for one in sweep(plan, wanted) if one.configuration.rule_id == "haven_failure"]
    assert [one.rate for one in lines] == [one.alert_rates for one in tuned]
    assert [one.is_set for one in lines] == [one.is_set for one in tuned]
    assert sum(lines[0].rate.by_severity.values()) > sum(lines[-1].rate.by_severity.values()) > 3


def test_two_processes_give_the_same_lines(plan: SweepPlan, wanted: list[Configuration]) -> None:
    assert list(sweep(plan, wanted, Processes(2))) == list(sweep(plan, wanted))


def test_each_area_that_is_stored_is_counted(plan: SweepPlan, small: Path) -> None:
    areas = stored_areas(small)
    assert sorted(areas) == ["10251", "41408", "42609"]
    vary = {"warning_net_sales_usd_bn": [5.0, 25.0]}
    lines = list(sweep(plan, of_areas(areas, vary)))
    assert [one.configuration.area for one in lines] == [code for code in areas for _ in range(2)]
    many, few = (sum(one.rate.by_severity.values()) for one in lines[:2])
    assert many > few
    # A threshold that is off may be varied too.
    of_share = of_areas(areas, {"foreign_net_sales.warning_sd_below_mean": [1.0]})
    assert [one.changes for one in of_share] == [{"warning_sd_below_mean": 1.0}] * 3


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        ({"notice_spx_fall_pct": [1.0]}, "RULE.SETTING"),
        ({"haven_failure.nope": [1.0]}, "thresholds of the rule"),
        ({"haven_failure.notice_spx_fall_pct": [-1.0]}, "greater than 0"),
        (
            {
                "haven_failure.notice_spx_fall_pct": range(1, 1002),
                "haven_failure.warning_spx_fall_pct": range(1, 1002),
            },
            f"at most {MOST_CONFIGURATIONS:,} combinations, got 1,002,001",
        ),
    ],
)
def test_a_grid_that_cannot_be_is_refused_before_any_work(
    plan: SweepPlan, vary: dict[str, list[float]], said: str
) -> None:
    with pytest.raises(HavenwatchError, match=said):
        of_rules(plan.rules, vary)


def test_a_worker_without_the_database_says_where_it_looked(
    plan: SweepPlan, wanted: list[Configuration], tmp_path: Path
) -> None:
    gone = replace(plan, database=tmp_path / "gone.db")
    answer = run_batch(pickle.dumps(gone), wanted)
    assert isinstance(answer, Refused)
    assert f"expected the database at {tmp_path / 'gone.db'}" in str(answer.error())


def test_a_worker_with_other_numbers_or_another_version_refuses(
    plan: SweepPlan, small: Path, tmp_path: Path
) -> None:
    copied = Path(shutil.copy(small, tmp_path / "copied.db"))
    assert Sweeper(replace(plan, database=copied))
    fewer = plan.stored._replace(vintages=plan.stored.vintages + 1)
    with pytest.raises(HavenwatchError, match="havenwatch backup"):
        Sweeper(replace(plan, database=copied, stored=fewer))
    with pytest.raises(HavenwatchError, match="same version"):
        Sweeper(replace(plan, version="0.0.9"))


def test_without_the_package_a_cluster_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(HavenwatchError, match=r"pip install '\.\[dask\]'"),
        dask_cluster("tcp://x:1"),
    ):
        pass


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_named() -> None:
    address = "tcp://127.0.0.1:9"
    with (
        pytest.raises(HavenwatchError, match=rf"a Dask scheduler at {address} .*dask scheduler"),
        dask_cluster(address, connect_s=0.5),
    ):
        pass


@pytest.mark.slow
def test_a_killed_worker_changes_nothing(plan: SweepPlan, wanted: list[Configuration]) -> None:
    expected = list(sweep(plan, wanted))
    before = set(multiprocessing.active_children())
    lines = sweep(plan, wanted, Processes(2))
    found = [next(lines)]
    for process in set(multiprocessing.active_children()) - before:
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
    assert [*found, *lines] == expected
    assert set(multiprocessing.active_children()) == before


@pytest.mark.slow
def test_a_cluster_gives_the_same_lines_though_a_worker_is_killed(
    plan: SweepPlan, wanted: list[Configuration]
) -> None:
    from distributed import LocalCluster

    with (
        # Dask sets how its workers hold memory, and would leave it to each process started later.
        patch.dict(os.environ),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local,
        dask_cluster(local.scheduler_address) as cluster,
    ):
        lines = sweep(plan, wanted, cluster)
        found = [next(lines)]
        os.kill(pids_of(cluster)[0], signal.SIGKILL)
        assert [*found, *lines] == list(sweep(plan, wanted))
        gone = replace(plan, database=plan.database.with_name("gone.db"))
        with pytest.raises(HavenwatchError, match=r"a worker of the sweep on .* \(docs/sweeps"):
            list(sweep(gone, wanted, cluster))


def pids_of(cluster: DaskCluster) -> list[int]:
    return list(cluster.client.run(os.getpid).values())


@pytest.mark.slow
def test_a_batch_that_kills_its_workers_is_named(wanted: list[Configuration]) -> None:
    before = set(multiprocessing.active_children())
    with pytest.raises(
        HavenwatchError, match="3 that died over the 1 configurations haven_failure"
    ):
        list(Processes(2).run(pickle.dumps(Kills()), [wanted[:1]]))
    assert set(multiprocessing.active_children()) == before


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_sweep_that_is_stopped_leaves_no_process(
    fifty_years: Path, tmp_path: Path, sent: signal.Signals
) -> None:
    sizes = ",".join(f"{0.5 + number / 1000}" for number in range(2000))
    words = ["--config", str(fifty_years.with_name("config.toml")), "--db", str(fifty_years)]
    vary = ["tune", "haven_failure", "--vary", f"notice_spx_fall_pct={sizes}", "--jobs", "2"]
    started = subprocess.Popen(
        [sys.executable, "-m", "monitor", *words, *vary],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert started.stderr is not None
    assert "10%" in started.stderr.readline()
    if sent is signal.SIGINT:
        os.killpg(started.pid, sent)  # as a terminal does
    else:
        started.send_signal(sent)
    # It is closed when the last process that could write to it has ended.
    _, said = started.communicate(timeout=20)
    assert started.returncode != 0
    assert "Traceback" not in said
