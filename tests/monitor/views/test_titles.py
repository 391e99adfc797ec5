"""Whatever an alert may be of is called by its title, wherever the titles are looked up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.developing import DEVELOPING
from alerts.titles import OPERATIONAL_TITLES
from monitor.config.load import build
from monitor.views.read_model import ReadModel
from state.database import Database

MINE = {
    "type": "conditions",
    "title": "Stocks fall",
    "all": [{"series": "spx", "change_pct": 5, "below_pct": -5}],
}
CONFIG = build({"rules": {"stocks_fall": MINE}}, {}, Path())
ALERTED = (*CONFIG.rules, *OPERATIONAL_TITLES, *DEVELOPING.values())


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadModel]:
    database = Database(tmp_path_factory.mktemp("titles") / "x.db")
    yield ReadModel(CONFIG, database)
    database.close()


@pytest.mark.parametrize("rule_id", ALERTED)
def test_whatever_can_be_alerted_has_a_title(reading: ReadModel, rule_id: str) -> None:
    looked_up = (reading.titles, reading.report.titles)
    said = {titles.get(rule_id, rule_id) for titles in looked_up}
    assert len(said) == 1
    assert said != {rule_id}
    assert "_" not in said.pop()


def test_no_look_knows_of_other_alerts(reading: ReadModel) -> None:
    assert "stocks_fall" in ALERTED
    assert set(reading.titles) == set(reading.report.titles) == set(ALERTED)
