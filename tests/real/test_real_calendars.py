"""The calendars, the program's and the one that its tests go by, against the days on which there
are real closes and yields; and real bodies through the parsers and the gate of sessions."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from monitor.config.plugins import source_types
from monitor.ingest.calendars import NYSE, US_BONDS, is_session
from monitor.ingest.http import Body
from monitor.ingest.source import Source
from monitor.ingest.validation_sessions import check_sessions
from monitor.sources.cboe_vix import CboeVix
from monitor.sources.ecb import Ecb
from monitor.sources.h10 import H10
from monitor.sources.h15 import H15
from monitor.sources.kim_wright import KimWright
from monitor.sources.yahoo_spx import YahooSpx
from monitor.sources.yahoo_tnx import YahooTnx
from tests import publication_model as model
from tests.support import new_york, utc


def real(path: Path) -> Body:
    return Body(path.name, path.read_bytes(), "text/plain", None, None)


@pytest.mark.parametrize(
    ("name", "market", "in_model"),
    [("SPX", NYSE, model.is_stock_day), ("DGS10", US_BONDS, model.is_bond_day)],
)
def test_the_calendars_are_the_days_with_a_real_close(
    shared: Path, name: str, market: str, in_model: Callable[[date], bool]
) -> None:
    values = pd.read_csv(shared / "market" / f"{name}.csv", parse_dates=["date"]).dropna()
    real_days = {stamp.date() for stamp in values["date"]}
    for stamp in pd.date_range("2015-01-01", max(real_days)):
        day = stamp.date()
        assert is_session(market, day) is (day in real_days), day
        assert in_model(day) is (day in real_days), day


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("DXY", "yahoo"),
        ("TNX", "yahoo_tnx"),
        ("SPX", "yahoo_spx"),
        ("ACMTP10", "nyfed_acm"),
        ("THREEFYTP10", "kim_wright"),
        ("DGS30", "treasury_curve"),
        ("WMTSECL1", "h41"),
    ],
)
def test_the_gate_lets_every_real_day_in(shared: Path, name: str, source: str) -> None:
    values = pd.read_csv(shared / "market" / f"{name}.csv", parse_dates=["date"]).dropna()
    check_sessions(values.set_index("date"), name, source_types()[source].calendar)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("real/h15/FRB_H15@2026-09-11.csv", H15()),
        ("real/h15/FRB_H15_full_trimmed@2021-06-28.csv", H15()),
        ("real/h10/FRB_H10@2026-09-18.csv", H10()),
        ("real/kim_wright/feds200533_trimmed@2024-08-30.csv", KimWright()),
        ("ecb/eurofxref-hist@2026-04-13.zip", Ecb()),
    ],
)
def test_real_bodies_have_dates_of_their_calendar(shared: Path, path: str, source: Source) -> None:
    frame = source.parse(real(shared / path), utc("2026-10-01 12:00"))
    assert len(frame)
    check_sessions(frame, path, source.calendar)


def test_vix_rows_of_holidays_are_left_out(shared: Path) -> None:
    found = CboeVix().parse(
        real(shared / "real/cboe/VIX_History_trimmed@2026-07-06.csv"), utc("2026-07-07 12:00")
    )
    days = {stamp.date() for stamp in pd.DatetimeIndex(found.index)}
    assert {date(2025, 11, 26), date(2025, 11, 28), date(2026, 7, 2), date(2026, 7, 6)} <= days
    assert not {date(2025, 11, 27), date(2026, 7, 3), date(2025, 1, 9)} & days
    check_sessions(found, "cboe_vix", NYSE)


def chart_as(source: type[YahooSpx | YahooTnx], path: Path) -> Body:
    """A real body of another symbol in the name of the one that is read."""
    answer = json.loads(path.read_text())
    answer["chart"]["result"][0]["meta"]["symbol"] = source.symbol
    return Body(path.name, json.dumps(answer).encode(), "application/json", None, None)


@pytest.mark.parametrize(
    ("file", "at", "last"),
    [
        # Asked in the session, and the same body, frozen, in the evening and the next morning.
        ("chart_AAPL_5d_1d_in_session@2026-07-24.json", "2026-07-24 10:32", date(2026, 7, 23)),
        ("chart_AAPL_5d_1d_in_session@2026-07-24.json", "2026-07-24 18:30", date(2026, 7, 23)),
        ("chart_AAPL_5d_1d_in_session@2026-07-24.json", "2026-07-25 09:00", date(2026, 7, 23)),
        ("chart_SP500TR_1d_after_close@2023-07-14.json", "2023-07-14 17:15", date(2023, 7, 14)),
    ],
)
def test_a_real_bar_that_runs_is_no_close(shared: Path, file: str, at: str, last: date) -> None:
    found = YahooSpx().parse(chart_as(YahooSpx, shared / "real/yahoo" / file), new_york(at))
    assert found.index[-1].date() == last


@pytest.mark.parametrize(("trade", "is_close"), [("13:59:52", True), ("13:20:03", False)])
def test_the_real_meta_of_the_yield_index_is_read_in_chicagos_time(
    shared: Path, trade: str, is_close: bool
) -> None:
    path = shared / "real/yahoo/chart_TNX_5m_1d_meta_only@2026-09-15.json"
    (result,) = json.loads(path.read_text())["chart"]["result"]
    traded = datetime.fromisoformat(f"2026-09-15 {trade}-05:00")
    stamps = [int(traded.timestamp()) - 86_400, int(traded.timestamp())]
    result["meta"] |= {"dataGranularity": "1d", "regularMarketTime": stamps[-1]}
    result |= {"timestamp": stamps, "indicators": {"quote": [{"close": [4.96, 5.0]}]}}
    content = json.dumps({"chart": {"result": [result], "error": None}}).encode()
    found = YahooTnx().parse(
        Body(path.name, content, "application/json", None, None), new_york("2026-09-15 17:30")
    )
    assert (pd.Timestamp("2026-09-15") in found.index) is is_close
