"""DXY through Yahoo: gaps, running bars, nulls and refusals."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pandas as pd
import pytest

from monitor.errors import BodyRejected
from monitor.http import Body
from monitor.sources.yahoo import Yahoo
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


def chart(bars: list[tuple[str, float | None]], meta: dict[str, Any] | None = None) -> Body:
    stamps = [int(new_york(at).timestamp()) for at, _ in bars]
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


def test_bars_that_were_silently_coarsened_are_refused() -> None:
    coarse = chart([("2025-04-01 00:00", 103.0)], {"dataGranularity": "1mo"})
    with pytest.raises(BodyRejected, match="dataGranularity 1d"):
        Yahoo().parse(coarse, EVENING)
