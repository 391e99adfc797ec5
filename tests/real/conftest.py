"""The real figures of fifty years, stored, read and replayed once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.load import build
from monitor.evaluate.known import Known
from monitor.history.replay import Replayed, decide_span, load_history
from tests.fifty_years import build_database, is_real
from tests.once import built_once
from tests.real.stated import END, RULES, START
from tests.slow import slow_below


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of this folder are slow: each reads or judges fifty years."""
    slow_below(Path(__file__).parent, items)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every real figure there is, in a database."""
    if not is_real():
        pytest.skip("the real files (../shared/data) are not here")

    def store(folder: Path) -> None:
        build_database(folder / "havenwatch.db")

    return built_once(tmp_path_factory, "fifty", store) / "havenwatch.db"


@pytest.fixture(scope="session")
def known(database: Path) -> Known:
    """What the rules read of it."""
    return load_history(build({}, {}, Path()), database, RULES, END)


@pytest.fixture(scope="session")
def replayed(known: Known) -> Replayed:
    """What every rule would have said."""
    config = build({}, {}, Path())
    found = decide_span(known, RULES, START, END, config.follow_up.remind_after)
    return Replayed(config, START, END, tuple(found))
