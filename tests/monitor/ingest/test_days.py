"""Days that no market has had, which pandas reads all the same."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from monitor.errors import BodyRejected
from monitor.formats.desk_table import periods
from monitor.formats.tic_tables import dated
from monitor.ingest.payload_parsing import dates
from monitor.ingest.validation import check_shape

# To pandas each is a date. Before the first year and after 9999 Python has none, and on the last
# days no calendar has a next one.
NO_MARKETS_DAYS = (
    "-24-08-01",
    "0000-01-02",
    "0001-01-01",
    "1699-12-31",
    "2200-01-01",
    "9999-12-31",
)


@pytest.mark.parametrize("text", NO_MARKETS_DAYS)
def test_a_day_of_another_age_is_no_date(text: str) -> None:
    texts = pd.Series(["2025-04-07", text, "2025-04-09"], dtype=object)
    read: list[Callable[[], object]] = [
        lambda: dates(texts, "%Y-%m-%d", "x"),
        lambda: periods(texts, "iso", ZoneInfo("America/New_York"), "x"),
        lambda: periods(texts + "T12:00", "iso", ZoneInfo("America/New_York"), "x"),
    ]
    for one in read:
        with pytest.raises(BodyRejected, match=f"dates .*got '{text}"):
            one()
    frame = pd.DataFrame({"x": 1.0}, index=pd.to_datetime(texts))
    with pytest.raises(BodyRejected, match="dates of the years 1700 to 2199"):
        check_shape(frame, "x")


@pytest.mark.parametrize("seconds", ["-100000000000", "200000000000", "1000000000000", "1e18"])
def test_nor_are_seconds_that_lead_there(seconds: str) -> None:
    texts = pd.Series(["1744000000", seconds], dtype=object)
    with pytest.raises(BodyRejected, match=f"dates in the format epoch_s.*{seconds}"):
        periods(texts, "epoch_s", ZoneInfo("America/New_York"), "x")


@pytest.mark.parametrize("month", ["-24-01", "0000-01", "9999-12"])
def test_nor_is_a_month_that_nobody_reported(month: str) -> None:
    table = pd.DataFrame(
        {"date": [month], "country": ["Japan"], "country_code": ["42609"]}, dtype=object
    )
    with pytest.raises(BodyRejected, match="a five-digit code and YYYY-MM"):
        dated(table, "x")
