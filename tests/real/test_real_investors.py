"""The Ministry of Finance's own file by type of investor: every identity over all its months, and
the rule's answers to all its weeks with and without it."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from monitor.formats.mof_csv import updated_on
from monitor.ingest.http import Body
from monitor.ingest.source import Source
from monitor.ingest.validation import check_body
from monitor.ingest.validation_values import implausible_values
from monitor.sources.mof_flows import MofFlows
from monitor.sources.mof_investors import (
    FINANCIAL,
    FLOWS,
    INVESTORS,
    MONTHLY_PREFIX,
    NET_WITHIN,
    PARTS,
    MofInvestors,
)
from rules.catalog.japan_foreign_debt import NET, JapanForeignDebt
from rules.evaluation import Evaluations
from rules.record.monthly import spread_over_days
from rules.shared.japan_investors import ALL
from rules.shared.japan_investors import INVESTORS as STORED
from tests.support import SHARED, Row, history_of, utc

MONTHS, WEEKS = "monthb3@2026-08-10.csv", "week@2026-08-14.csv"
AT = utc("2026-08-14 12:00")
HEAD_ROWS = 11


def content(file: str) -> bytes:
    path = SHARED / "mof" / file
    if not path.exists():
        pytest.skip("the real files (../shared/data) are not here")
    return path.read_bytes()


def parsed(source: Source, file: str) -> pd.DataFrame:
    return source.parse(Body(file, content(file), "text/csv", None, None), AT)


@pytest.fixture(scope="module")
def flows() -> pd.DataFrame:
    return parsed(MofInvestors(), MONTHS)


@pytest.fixture(scope="module")
def weeks() -> pd.DataFrame:
    return parsed(MofFlows(), WEEKS)[[NET]]


def cells() -> npt.NDArray[np.float64]:
    """Months, types and kinds, read once more without the parser, by place."""
    text = unicodedata.normalize("NFKC", content(MONTHS).decode("cp932"))
    rows = list(csv.reader(io.StringIO(text, newline="")))[HEAD_ROWS:]
    found = [
        [np.nan if cell == "-" else float(cell.replace(",", "")) for cell in row[3:]]
        for row in rows
        if row[2:3] not in ([], [""]) and row[3]
    ]
    return np.array(found).reshape(-1, 17, 3)


def test_every_month_is_read_and_none_is_missing(flows: pd.DataFrame) -> None:
    days = pd.DatetimeIndex(flows.index)
    expected = pd.date_range("2005-01-31", "2026-07-31", freq="ME")
    assert list(days) == list(expected)
    assert len(days) == 259
    assert not flows.isna().to_numpy().any()
    check_body(flows, MofInvestors(), AT)
    nothing = pd.DataFrame(columns=flows.columns, index=pd.DatetimeIndex([]), dtype=float)
    held = implausible_values(flows, "mof_investors", MofInvestors().describe, nothing)
    assert list(held) == []


def test_every_identity_holds_as_the_gates_say(flows: pd.DataFrame) -> None:
    by_type = dict(zip(INVESTORS, np.moveaxis(cells(), 1, 0), strict=True))
    for investor, of in by_type.items():
        missed = np.abs(of[:, 0] - of[:, 1] - of[:, 2])
        assert np.nanmax(missed) <= NET_WITHIN.get(investor, 1.0)
    for whole, (parts, within) in PARTS.items():
        missed = np.abs(by_type[whole] - sum(by_type[part] for part in parts))
        assert np.nanmax(missed) <= within
    financial = by_type[FINANCIAL]
    off = np.abs(financial[:, 0] - financial[:, 1] - financial[:, 2])
    assert (off.max(), int((off > 1).sum())) == (4.0, 17)
    assert flows.index[off > 1].max() == pd.Timestamp("2013-10-31")
    apart = [np.flatnonzero(~np.isnan(of[:, 2]))[0] for of in by_type.values()]
    assert {str(flows.index[first].date()) for first in apart} == {"2005-01-31", "2014-01-31"}
    for name, (investor, *_) in FLOWS.items():
        assert np.allclose(flows[f"{MONTHLY_PREFIX}{name}"], by_type[investor][:, 2] / 10.0)


def test_the_parts_that_are_stored_make_all_and_stay_within_what_is_stated(
    flows: pd.DataFrame,
) -> None:
    parts = flows.drop(columns=ALL).sum(axis=1)
    assert (parts - flows[ALL]).abs().max() <= 0.25
    for name, (_, _, largest, step) in FLOWS.items():
        flow = flows[f"{MONTHLY_PREFIX}{name}"]
        assert 0.9 * largest < flow.abs().max() <= largest
        assert 0.9 * step < flow.diff().abs().max() <= step


def test_the_newest_month_came_out_on_the_day_that_its_file_names() -> None:
    head = list(csv.reader(io.StringIO(content(MONTHS).decode("cp932"), newline="")))[:HEAD_ROWS]
    out: datetime = MofInvestors().release(date(2026, 7, 31))[0].astimezone(ZoneInfo("Asia/Tokyo"))
    assert out.date() == updated_on(head, MONTHS) == date(2026, 8, 10)


def test_the_months_are_those_of_the_weeks(flows: pd.DataFrame, weeks: pd.DataFrame) -> None:
    """A week over two months is split by days, so that they are alike and not the same."""
    days = weeks.index.to_numpy().astype("datetime64[D]")
    months = spread_over_days(days, weeks[NET].to_numpy(dtype=float))
    both = pd.DataFrame({"weeks": months, "months": flows[ALL]}).dropna()
    assert len(both) == 258
    assert both.corr().iloc[0, 1] == pytest.approx(0.98, abs=0.01)


def rows_of(source: Source, frame: pd.DataFrame) -> list[Row]:
    days = pd.DatetimeIndex(frame.index)
    known = source.assumed_known_at(days)
    return [
        (str(name), day.date(), out.to_pydatetime(), 1, float(value))
        for name, flow in frame.items()
        for day, out, value in zip(days, known, flow, strict=True)
    ]


def judged(rows: list[Row]) -> Evaluations:
    rule = JapanForeignDebt()
    (found,) = rule.judge(history_of(rows, rule.series).as_of(AT))
    return found


def test_the_answers_to_all_weeks_are_those_without_it_and_every_notice_names_a_month(
    flows: pd.DataFrame, weeks: pd.DataFrame
) -> None:
    rows = rows_of(MofFlows(), weeks)
    without, found = judged(rows), judged([*rows, *rows_of(MofInvestors(), flows[list(STORED)])])
    for name in ("period_end", "known_at", "severity", "keeps_open", "measure"):
        assert np.array_equal(
            getattr(found, name), getattr(without, name), equal_nan=name == "measure"
        )
    fired = np.flatnonzero(found.severity == 1)
    assert len(fired) == 57
    for row in fired:
        assert "by type of investor in " in found.explain(int(row)).unusual
    april = int(np.flatnonzero(found.period_end == np.datetime64("2025-04-12"))[0])
    assert found.explain(april).unusual.startswith(
        "Net purchases by type of investor in March 2025: all −¥903bn, of it banks −¥816bn, life "
        "insurers −¥250bn, trust accounts −¥742bn, investment trusts ¥0bn and all others +¥906bn."
    )
