"""Of whom each rule speaks, and each kind of alert about the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.titles import OPERATIONAL_TITLES
from monitor.config.load import build
from monitor.views.read_model import ReadModel
from monitor.views.subjects import Subjects
from rules.verdict.alerts import ASIDE
from state.database import Database

CONFIG = build({}, {}, Path())


# A series is in conflict only once it is stored.
@pytest.mark.parametrize(
    "rule_id", sorted({*CONFIG.rules, *OPERATIONAL_TITLES} - {"source_conflict"})
)
def test_each_has_subjects_before_it_ever_fired(rule_id: str, tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    assert Subjects(ReadModel(CONFIG, database), database).of(rule_id)
    database.close()


def test_an_outage_of_one_publisher_can_be_silenced_before_there_was_one(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    found = Subjects(ReadModel(CONFIG, database), database).of("source_outage")
    assert {"several", "cboe", "yahoo", "us_treasury", "federal_reserve_board"} <= set(found), found
    database.close()


def test_no_rise_of_a_model_is_taken_for_prices_beside_a_verdict() -> None:
    premium = {name for name in CONFIG.rules if name.startswith("term_premium")}
    assert len(premium) == 2
    assert premium <= set(ASIDE)
