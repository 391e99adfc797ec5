"""The base rates of the TIC rules as they are stated and shipped, measured again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.config import build
from monitor.replay import Replayed, replay
from rules.base_rates import base_rate
from rules.model import Severity
from tests.fifty_years import build_database, is_real
from tests.support import new_york

RULES = ("aggregate_net_sales", "foreign_net_sales", "foreign_share")


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    if not is_real():
        pytest.skip("the real files (../shared/data) are not here")
    path = tmp_path_factory.mktemp("rates") / "havenwatch.db"
    build_database(path)
    start, end = new_york("1973-01-31 00:00"), new_york("2026-08-20 23:59")
    return replay(build({}, {}, Path()), path, start, end, RULES)


@pytest.mark.parametrize(
    ("rule_id", "subject", "first", "counts"),
    [
        ("aggregate_net_sales", "all", date(2000, 4, 1), (34, 22, 10)),
        ("foreign_net_sales", "japan", date(2011, 9, 1), (11, 11, 4)),
        ("foreign_net_sales", "china", date(2011, 9, 1), (20, 20, 7)),
        ("foreign_share", "all", date(2000, 3, 1), (4, 3, 1)),
    ],
)
def test_the_stated_months_and_rates_come_out(
    replayed: Replayed, rule_id: str, subject: str, first: date, counts: tuple[int, int, int]
) -> None:
    alerts = [
        one
        for one in replayed.alerts()
        if (one.rule_id, one.subject) == (rule_id, subject) and one.episode >= first
    ]
    found = tuple(sum(one.severity >= least for one in alerts) for least in Severity)
    assert found == counts
    shipped = base_rate(rule_id, subject)
    assert shipped is not None
    years = (date(2026, 4, 30) - first).days / 365.25
    rates = [count / years for count in counts]
    stated = [shipped.notice, shipped.warning, shipped.critical]
    assert rates == pytest.approx(stated, abs=0.01)
