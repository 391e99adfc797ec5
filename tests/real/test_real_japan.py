"""The Ministry of Finance's own file: every identity over all its weeks, what is stated of the rule
on it, and how its months went with TIC."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from monitor.formats.mof_csv import updated_on
from monitor.ingest.http import Body
from monitor.ingest.validation import check_body
from monitor.ingest.validation_values import implausible_values
from monitor.sources.mof_flows import MofFlows
from rules.catalog.japan_foreign_debt import NET, WEEKS, WITH_TIC, JapanForeignDebt
from rules.context.base_rates import BASE_RATES
from rules.context.history_stats import openings
from rules.evaluation import Evaluations
from rules.markets.change import sum_over_weeks
from rules.model import type_float, type_time
from rules.record.monthly import spread_over_days
from rules.record.score import Score
from tests.support import SHARED, history_of, utc

FILE = SHARED / "mof" / "week@2026-08-14.csv"
AT = utc("2026-08-14 12:00")
SPANS = (("2005-01", "2013-12"), ("2014-01", "2022-12"), ("2023-02", "2026-08"))
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def content() -> bytes:
    if not FILE.exists():
        pytest.skip("the real files (../shared/data) are not here")
    return FILE.read_bytes()


@pytest.fixture(scope="module")
def flows(content: bytes) -> pd.DataFrame:
    return MofFlows().parse(Body("week.csv", content, "text/csv", None, None), AT)


@pytest.fixture(scope="module")
def net(flows: pd.DataFrame) -> pd.Series[float]:
    return flows[NET]


def as_arrays(flow: pd.Series[float]) -> tuple[type_time, type_float]:
    return flow.index.to_numpy().astype("datetime64[D]"), np.array(flow.tolist())


@pytest.fixture(scope="module")
def judged(net: pd.Series[float]) -> Evaluations:
    days = pd.DatetimeIndex(net.index)
    known = MofFlows().assumed_known_at(days)
    rows = [
        (NET, day.date(), out.to_pydatetime(), 1, float(value))
        for day, out, value in zip(days, known, net, strict=True)
    ]
    rule = JapanForeignDebt()
    (found,) = rule.judge(history_of(rows, rule.series).as_of(AT))
    return found


def test_every_week_is_read_and_none_is_missing(flows: pd.DataFrame) -> None:
    days = pd.DatetimeIndex(flows.index)
    assert (len(days), days[0].date(), days[-1].date()) == (
        1127, date(2005, 1, 8), date(2026, 8, 8))  # fmt: skip
    assert (days.diff()[1:] == pd.Timedelta(days=7)).all()
    assert not flows.isna().to_numpy().any()
    check_body(flows, MofFlows(), AT)
    nothing = pd.DataFrame(columns=flows.columns, index=pd.DatetimeIndex([]), dtype=float)
    assert list(implausible_values(flows, "mof_flows", MofFlows().describe, nothing)) == []


def test_every_identity_holds_to_a_rounding(content: bytes, flows: pd.DataFrame) -> None:
    """Read once more without the parser, by place."""
    rows = list(csv.reader(io.StringIO(content.decode("cp932"), newline="")))[14:]
    cells = [[float(cell.replace(",", "")) for cell in row[1:]] for row in rows[: len(flows)]]
    for half, prefix in enumerate(("mof.", "mof.inward_")):
        side = np.array(cells)[:, 11 * half : 11 * half + 11]
        for group in (0, 3, 7):
            assert np.abs(side[:, group] - side[:, group + 1] - side[:, group + 2]).max() <= 1.0
        assert np.abs(side[:, 2] + side[:, 5] - side[:, 6]).max() <= 1.0
        assert np.abs(side[:, 6] + side[:, 9] - side[:, 10]).max() <= 1.0
        names = ("equities_net", "long_debt_net", "short_debt_net", "total_net")
        for name, place in zip(names, (2, 5, 9, 10), strict=True):
            assert np.allclose(flows[f"{prefix}{name}"], side[:, place] / 10.0)


def test_the_newest_week_came_out_on_the_day_that_its_file_names(content: bytes) -> None:
    head = list(csv.reader(io.StringIO(content.decode("cp932"), newline="")))[:14]
    out: datetime = MofFlows().release(date(2026, 8, 8))[0].astimezone(ZoneInfo("Asia/Tokyo"))
    assert out.date() == updated_on(head, "week.csv") == date(2026, 8, 14)


def test_the_size_is_the_5th_percentile_and_the_base_rate_comes_out(
    net: pd.Series[float], judged: Evaluations
) -> None:
    days, values = as_arrays(net)
    sums = sum_over_weeks(days, values, WEEKS)
    known = sums[~np.isnan(sums)]
    size = JapanForeignDebt().notice_4_week_net_sales_jpy_bn
    assert (len(known), int((known <= -size).sum())) == (1124, 57)
    assert np.percentile(known, 5) == pytest.approx(-2431.0, abs=0.5)
    opened = openings(judged.severity, judged.keeps_open)
    years = float((days[-1] - days[0]) / np.timedelta64(1, "D")) / 365.25
    assert len(opened) == 21
    stated = BASE_RATES["japan_foreign_debt/residents"]
    assert len(opened) / years == pytest.approx(stated.notice, abs=0.01)
    assert (judged.severity > 1).sum() == 0


@pytest.mark.parametrize(
    "place", ["rules/catalog/japan_foreign_debt.py", "docs/rules.md", "config.toml"]
)
def test_the_base_rate_is_stated_where_it_is_read(place: str) -> None:
    assert "0.98" in (ROOT / place).read_text(encoding="utf-8")


def test_its_months_went_with_tics_as_the_message_says(net: pd.Series[float]) -> None:
    """Form S to 2023-01 and slt_table3 since, which are two records: each span is within one."""
    table = pd.read_csv(SHARED / "tic" / "derived_net_lt_sales_history.csv")
    japan = table[table["country"] == "Japan"].dropna(subset=["lt_net_musd"])
    ends = pd.DatetimeIndex(japan["month"] + "-01") + pd.offsets.MonthEnd(0)
    tic = pd.Series(japan["lt_net_musd"].to_numpy(dtype=float), index=ends)
    months = spread_over_days(*as_arrays(net))
    found = [Score.of(months[first:last], tic, one_unit=False) for first, last in SPANS]
    assert [one.count for one in found] == [107, 108, 39]
    rounded = [round(one.correlation or 0.0, 2) for one in found]
    assert rounded == list(WITH_TIC.values()) == [0.42, 0.28, -0.04]
