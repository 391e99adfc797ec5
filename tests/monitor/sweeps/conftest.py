from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from monitor.config.load import Config, build
from state.database import Database
from tests.fifty_years import store
from tests.once import built_once


@pytest.fixture(scope="session")
def config() -> Config:
    return build({}, {}, Path())


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, config: Config) -> Path:
    """Six years of made closes and three areas of TIC, beside an empty configuration."""

    def build_small(folder: Path) -> None:
        database = Database(folder / "havenwatch.db")
        random = np.random.default_rng(3)
        days = pd.bdate_range("2019-01-02", "2024-12-31")
        steps = random.normal(0.0, 1.0, (2, len(days)))
        spx = pd.DataFrame({"spx": 3000.0 * np.exp(0.012 * steps[0].cumsum())}, index=days)
        ust = pd.DataFrame({"ust10y": 3.0 + 0.05 * np.sin(steps[1].cumsum() / 9)}, index=days)
        ust["ust10y"] = (ust["ust10y"] + 0.03 * steps[1]).round(2)
        store(database, config.sources["cboe"], spx)
        store(database, config.sources["treasury_curve"], ust)
        months = pd.date_range("2020-01-31", "2024-10-31", freq="ME")
        names = [f"tic.{code}.for_lt_treas_net" for code in ("41408", "42609", "10251")]
        net = pd.DataFrame(random.normal(0.0, 15_000.0, (len(months), 3)), months, names)
        store(database, config.sources["treasury_tic"], net.join(totals(net)))
        database.close()
        (folder / "config.toml").write_text("")

    return built_once(tmp_path_factory, "sweeps", build_small) / "havenwatch.db"


def totals(net: pd.DataFrame) -> pd.DataFrame:
    return net.rename(columns=lambda name: name.replace("for_lt_treas_net", "for_treas_net"))
