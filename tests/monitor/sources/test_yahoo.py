"""DXY through Yahoo: gaps, running bars, nulls and refusals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from monitor.errors import BodyRejected
from monitor.formats.yahoo_chart import YahooChart
from monitor.ingest.http import Body
from monitor.sources.yahoo import Yahoo
from monitor.sources.yahoo_spx import YahooSpx
from monitor.sources.yahoo_tnx import YahooTnx
from tests.support import body, new_york, urls

EVENING = new_york("2025-04-08 18:30")


def test_yahoo_is_asked_for_five_days_or_for_all_that_would_be_missing() -> None:
    yahoo = Yahoo()
    (usual,) = urls(yahoo.requests(date(2025, 4, 7), EVENING))
    assert usual.endswith("/v8/finance/chart/DX-Y.NYB?range=5d&interval=1d")
    (gap,) = urls(yahoo.requests(date(2025, 3, 3), EVENING))
    assert f"period1={int(new_york('2025-03-03 00:00').timestamp())}" in gap
    (first,) = urls(yahoo.requests(None, EVENING))
    assert "period1=" in first
    assert "Mozilla" in yahoo.requests(None, EVENING)[0].user_agent


def chart(
    bars: Sequence[tuple[str, float | None]],
    meta: dict[str, Any] | None = None,
    zone: str = "America/New_York",
) -> Body:
    stamps = [moment(at, zone) for at, _ in bars]
    usual = {"exchangeTimezoneName": "America/New_York", "dataGranularity": "1d"}
    result = {
        "meta": {**usual, **(meta or {})},
        "timestamp": stamps,
        "indicators": {"quote": [{"close": [close for _, close in bars]}]},
    }
    return body(json.dumps({"chart": {"result": [result], "error": None}}), "application/json")


def closes(found: pd.DataFrame) -> dict[str, float]:
    days = pd.DatetimeIndex(found.index).strftime("%m-%d")
    return dict(zip(days, found["dxy"].tolist(), strict=True))


def traded(at: str) -> dict[str, Any]:
    return {"regularMarketTime": int(new_york(at).timestamp())}


def test_a_running_bar_is_not_a_close() -> None:
    bars: list[tuple[str, float | None]] = [
        ("2025-04-07 00:00", 103.26),
        ("2025-04-08 14:00", 102.5),
    ]
    noon = Yahoo().parse(chart(bars, traded("2025-04-08 14:00")), new_york("2025-04-08 14:00"))
    assert closes(noon) == {"04-07": 103.26}
    # The feed froze at 14:00: the evening does not make a close of it.
    evening = Yahoo().parse(chart(bars, traded("2025-04-08 14:00")), EVENING)
    assert closes(evening) == {"04-07": 103.26}


def test_the_bar_of_the_end_of_the_session_is_the_close() -> None:
    bars: list[tuple[str, float | None]] = [
        ("2025-04-07 00:00", 103.26),
        ("2025-04-08 16:59", 102.96),
    ]
    found = Yahoo().parse(chart(bars, traded("2025-04-08 16:59")), EVENING)
    assert closes(found) == {"04-07": 103.26, "04-08": 102.96}


def test_a_session_that_comes_twice_keeps_its_own_bar() -> None:
    bars: list[tuple[str, float | None]] = [
        ("2025-04-07 00:00", 103.26),
        ("2025-04-08 00:00", 102.96),
        ("2025-04-08 16:59", 102.97),
    ]
    found = Yahoo().parse(chart(bars, traded("2025-04-08 16:59")), EVENING)
    assert closes(found) == {"04-07": 103.26, "04-08": 102.96}


OWN_STAMPS = {
    Yahoo: ("00:00", "America/New_York"),
    YahooSpx: ("09:30", "America/New_York"),
    YahooTnx: ("07:20", "America/Chicago"),
}


def period(day: str, start: str, end: str, zone: str) -> dict[str, Any]:
    stamps = [
        int(datetime.fromisoformat(f"{day} {at}").replace(tzinfo=ZoneInfo(zone)).timestamp())
        for at in (start, end)
    ]
    return {"currentTradingPeriod": {"regular": {"start": stamps[0], "end": stamps[1]}}}


@pytest.mark.parametrize(
    ("cls", "day", "trade", "session", "asked", "is_close"),
    [
        # By the body's own period: full sessions, half days, in the exchange's zone.
        (YahooSpx, "2025-04-08", "16:20", ("09:30", "16:00"), "18:30", True),
        (YahooSpx, "2025-04-08", "16:00", ("09:30", "16:00"), "16:01", True),
        (YahooSpx, "2025-04-08", "15:59", ("09:30", "16:00"), "15:59", False),
        (YahooSpx, "2025-04-08", "10:32", ("09:30", "16:00"), "18:30", False),
        (YahooSpx, "2026-11-27", "13:01", ("09:30", "13:00"), "17:35", True),
        (YahooSpx, "2026-11-27", "12:01", ("09:30", "13:00"), "17:35", False),
        (YahooTnx, "2026-09-15", "13:59", ("07:20", "14:00"), "17:30", True),
        (YahooTnx, "2026-09-15", "13:26", ("07:20", "14:00"), "17:30", False),
        (YahooTnx, "2026-11-27", "12:59", ("07:20", "13:00"), "17:30", True),
        (Yahoo, "2025-04-08", "16:59", ("00:00", "17:00"), "17:30", True),
        (Yahoo, "2025-04-08", "10:32", ("00:00", "17:00"), "18:30", False),
        # A period as long as a day names no close, and one of another day none of this: then by
        # the calendar of the market.
        (Yahoo, "2025-04-08", "16:59", ("00:00", "23:59"), "17:30", True),
        (Yahoo, "2025-04-08", "14:00", ("00:00", "23:59"), "17:30", False),
        (Yahoo, "2026-11-27", "13:44", None, "17:35", True),
        (Yahoo, "2026-11-27", "11:44", None, "17:35", False),
        (YahooSpx, "2026-11-27", "13:01", None, "17:35", True),
        (YahooSpx, "2026-11-25", "13:01", None, "17:35", False),
        (YahooTnx, "2026-11-27", "12:59", None, "17:35", True),
        (YahooTnx, "2025-12-24", "12:59", None, "17:35", True),
    ],
)
@pytest.mark.parametrize("stamped", ["own", "trade"])
def test_a_bar_is_a_close_when_the_last_trade_has_reached_the_sessions_end(
    cls: type[YahooChart],
    day: str,
    trade: str,
    session: tuple[str, str] | None,
    asked: str,
    is_close: bool,
    stamped: str,
) -> None:
    own, zone = OWN_STAMPS[cls]
    before = f"{date.fromisoformat(day) - timedelta(days=1)} {own}"
    meta = {"exchangeTimezoneName": zone, "regularMarketTime": moment(f"{day} {trade}", zone)}
    if session is not None:
        meta |= period(day, *session, zone)
    last = f"{day} {own if stamped == 'own' else trade}"
    found = cls().parse(chart([(before, 4.0), (last, 4.1)], meta, zone), new_york(f"{day} {asked}"))
    assert (pd.Timestamp(day) in found.index) is is_close


def moment(at: str, zone: str) -> int:
    return int(datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone)).timestamp())


def test_a_running_bar_takes_its_session_along_however_often_it_comes() -> None:
    bars: list[tuple[str, float | None]] = [
        ("2025-04-07 00:00", 103.26),
        ("2025-04-08 00:00", 102.4),
        ("2025-04-08 14:00", 102.5),
    ]
    found = Yahoo().parse(chart(bars, traded("2025-04-08 14:00")), EVENING)
    assert closes(found) == {"04-07": 103.26}


@pytest.mark.parametrize("first", ["2026-11-17", "2026-03-03"])
def test_a_bar_of_eleven_in_the_evening_is_the_next_days(first: str) -> None:
    days = pd.bdate_range(first, periods=5)
    evenings: list[tuple[str, float | None]] = [
        (f"{day - timedelta(days=1):%Y-%m-%d} 23:00", 99.0 + n) for n, day in enumerate(days)
    ]
    found = Yahoo().parse(chart(evenings), new_york(f"{days[-1]:%Y-%m-%d} 18:30"))
    assert list(found.index) == list(days)
    midnights = [(f"{day:%Y-%m-%d} 00:00", 99.0 + n) for n, day in enumerate(days)]
    mixed = [*evenings[:3], *midnights[3:]]
    found = Yahoo().parse(chart(mixed), new_york(f"{days[-1]:%Y-%m-%d} 18:30"))
    assert list(found.index) == list(days)
    # The body that was dated a day early and the mended one give the same closes.
    assert found.equals(Yahoo().parse(chart(evenings), new_york(f"{days[-1]:%Y-%m-%d} 18:30")))


def test_trading_of_sunday_evening_is_no_close_yet() -> None:
    bars: list[tuple[str, float | None]] = [
        ("2025-04-04 00:00", 103.02),
        ("2025-04-06 18:30", 102.5),
    ]
    found = Yahoo().parse(chart(bars, traded("2025-04-06 18:30")), new_york("2025-04-06 18:40"))
    assert closes(found) == {"04-04": 103.02}


def test_while_a_close_is_missing_it_is_asked_for_in_the_evening_the_morning_and_at_noon() -> None:
    asked, at = [], new_york("2025-04-08 17:30")
    while at < new_york("2025-04-09 17:30"):
        at = Yahoo().next_poll(at, date(2025, 4, 7))
        asked.append(f"{at.astimezone(ZoneInfo('America/New_York')):%H:%M}")
    assert asked == ["18:30", "20:00", "09:00", "12:00", "17:30"]
    usual = Yahoo().next_poll(new_york("2025-04-08 18:30"), date(2025, 4, 8))
    assert usual == new_york("2025-04-09 17:30")
    # Over a weekend and a holiday there is nothing to wait for.
    assert Yahoo().next_poll(new_york("2025-04-20 08:00"), date(2025, 4, 17)) == new_york(
        "2025-04-20 17:30"
    )


def test_null_closes_are_missing_and_binary_dust_is_blown_off() -> None:
    bars: list[tuple[str, float | None]] = [
        ("2025-04-07 00:00", None),
        ("2025-04-08 00:00", 98.27999877929688),
    ]
    assert closes(Yahoo().parse(chart(bars), EVENING)) == {"04-08": 98.28}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"chart": {"result": null, "error": {"code": "Not Found"}}}', "Not Found"),
        ("Too Many Requests", "chart JSON"),
        ('{"finance": {}}', "chart JSON"),
    ],
)
def test_an_answer_without_bars_is_refused(content: str, said: str) -> None:
    with pytest.raises(BodyRejected, match=said):
        Yahoo().parse(body(content), EVENING)


@pytest.mark.parametrize(
    "days",
    [("2024-04-01", "2025-04-02"), ("2025-04-02", "2025-04-01"), ("2025-04-01", "2024-04-02")],
)
def test_a_bar_out_of_order_or_far_from_the_others_is_refused(days: tuple[str, str]) -> None:
    with pytest.raises(BodyRejected, match="bars in order of time"):
        Yahoo().parse(chart([(f"{day} 00:00", 103.0) for day in days]), EVENING)


def test_bars_that_were_silently_coarsened_are_refused() -> None:
    coarse = chart([("2025-04-01 00:00", 103.0)], {"dataGranularity": "1mo"})
    with pytest.raises(BodyRejected, match="dataGranularity 1d"):
        Yahoo().parse(coarse, EVENING)
