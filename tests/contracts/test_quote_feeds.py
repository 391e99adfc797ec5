"""What every feed of quotes keeps to, found by its file: what its bodies give, and that a body that
is not as it should be is refused and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.load import build
from monitor.config.plugins import quote_types
from monitor.errors import BodyRejected, ConfigInvalid
from monitor.ingest.fetch import unreadable_rejected
from monitor.ingest.http import Body
from monitor.ingest.quote_feed import QuoteFeed, plausible
from monitor.quotes.cboe_quotes import CboeQuotes
from monitor.quotes.quote_table import QuoteTable
from monitor.quotes.yahoo_quotes import YahooQuotes
from rules.intraday.quote import Quote
from tests.support import body, new_york

AT: Final = new_york("2025-04-10 14:06")
TABLE: Final = QuoteTable(
    name="desk_quotes",
    publisher="our terminal",
    base_url="file:///srv",
    path="/quotes.csv",
    symbols={"spx": "SPX Index", "ust10y": "USGG10YR Index", "dxy": "DXY Curncy"},
    previous_close_column="prev_close",
)


def yahoo(**meta: Any) -> Body:
    """A running session of `^GSPC` as Yahoo writes it."""
    stamps = [int(new_york(f"2025-04-10 {one}").timestamp()) for one in ("13:55", "14:00", "14:05")]
    found = {
        "symbol": "^GSPC",
        "regularMarketTime": int(new_york("2025-04-10 14:05:30").timestamp()),
        "regularMarketPrice": 5268.05,
        "previousClose": 5456.9,
        **meta,
    }
    quote = {"close": [5270.0, None, 5268.05]}
    result = {"meta": found, "timestamp": stamps, "indicators": {"quote": [quote]}}
    return body(json.dumps({"chart": {"result": [result], "error": None}}), "application/json")


def cboe(**data: Any) -> Body:
    """The delayed quote of TNX as Cboe writes it."""
    found: dict[str, Any] = {"current_price": 44.12, "prev_day_close": 43.5}
    found |= {"last_trade_time": "2025-04-10T13:50:12", **data}
    whole = {"timestamp": "2025-04-10 18:05:30", "symbol": "_TNX", "data": found}
    return body(json.dumps(whole))


def yahoo_result(**changed: Any) -> Body:
    """The same body with parts of its one result changed."""
    result = json.loads(yahoo().content)["chart"]["result"][0]
    return body(json.dumps({"chart": {"result": [{**result, **changed}], "error": None}}))


CSV: Final = """Terminal export
symbol,last name,price,time,prev_close
SPX Index,S&P,5268.05,2025-04-10T14:05:58,5456.9
USGG10YR Index,US 10y,4.412,2025-04-10T18:05:59Z,
GOLD,Gold,3175,2025-04-10T14:05:00,3080
DXY Curncy,Dollar,,2025-04-10T14:05:00,102.9
"""


def said(quotes: list[Quote]) -> list[tuple[str, str, float, float | None]]:
    """Series, New York time, value and previous close."""
    zone = new_york("2025-04-10 00:00")
    return [(one.series_id, f"{one.at - zone}", one.value, one.previous_close) for one in quotes]


GOOD: Final[dict[str, tuple[QuoteFeed, Body, list[tuple[str, str, float, float | None]]]]] = {
    "yahoo_quotes": (
        YahooQuotes(),
        yahoo(),
        # The bar that runs has not ended, and one has no close.
        [("spx", "14:00:00", 5270.0, 5456.9), ("spx", "14:05:30", 5268.05, 5456.9)],
    ),
    "cboe_quotes": (CboeQuotes(), cboe(), [("ust10y", "13:50:12", 4.412, 4.35)]),
    "quote_table": (
        TABLE,
        body(CSV, "text/csv"),
        [("spx", "14:05:58", 5268.05, 5456.9), ("ust10y", "14:05:59", 4.412, None)],
    ),
}


def test_every_feed_is_named_after_its_file_and_has_a_body_here() -> None:
    for name, one in quote_types().items():
        assert one.__module__ == f"monitor.quotes.{name}"
    assert set(quote_types()) == set(GOOD)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_body_gives_each_market_with_its_time_and_close_before(name: str) -> None:
    feed, good, expected = GOOD[name]
    assert said(plausible(feed.parse(good), good.url, AT)) == expected
    assert {one.feed for one in feed.parse(good)} == {feed.name}
    assert feed.requests()[0].url.startswith(feed.base_url)


BAD: Final[tuple[tuple[str, str, Body, str], ...]] = (
    ("yahoo_quotes", "another symbol", yahoo(symbol="AAPL"), "one of"),
    ("yahoo_quotes", "a price that is text", yahoo(regularMarketPrice="5268"), "numbers or null"),
    ("yahoo_quotes", "a price that is true", yahoo(regularMarketPrice=True), "numbers or null"),
    ("yahoo_quotes", "a time that is text", yahoo(regularMarketTime="now"), "seconds"),
    ("yahoo_quotes", "a page of markup", body("<html>", "text/html"), "data"),
    ("yahoo_quotes", "a price of zero", yahoo(regularMarketPrice=0), "above zero"),
    (
        "yahoo_quotes",
        "a quote of tomorrow",
        yahoo(regularMarketTime=int(new_york("2025-04-11 10:00").timestamp())),
        "past",
    ),
    ("yahoo_quotes", "a symbol of another kind", yahoo(symbol=["^GSPC"]), "one of"),
    ("yahoo_quotes", "a list for the meta", yahoo_result(meta=[3]), "an object meta"),
    ("yahoo_quotes", "a number for the times", yahoo_result(timestamp=7), "a list timestamp"),
    ("yahoo_quotes", "no bars for the times", yahoo_result(indicators=None), "3 values"),
    ("yahoo_quotes", "a list for the bars", yahoo_result(indicators=[1]), "an object indicators"),
    ("yahoo_quotes", "a price too long", yahoo(regularMarketPrice=10**400), "of a market"),
    ("yahoo_quotes", "the last second there is", yahoo(regularMarketTime=253402300799), "seconds"),
    ("yahoo_quotes", "a close before below zero", yahoo(previousClose=-1), "above zero"),
    ("yahoo_quotes", "a close before that is NaN", yahoo(previousClose=float("nan")), "above zero"),
    ("cboe_quotes", "a symbol of another kind", body('{"symbol": [], "data": {}}'), "a quote of"),
    ("cboe_quotes", "a price too long", cboe(current_price=10**400), "of a market"),
    ("cboe_quotes", "a close before of zero", cboe(prev_day_close=0), "above zero"),
    ("cboe_quotes", "the last day there is", cboe(last_trade_time="9999-12-31T23:59"), "YYYY-MM"),
    (
        "quote_table",
        "the last day there is",
        body(CSV.replace("2025-04-10T14:05:58", "9999-12-31T23:59")),
        "iso",
    ),
    ("quote_table", "a close before of zero", body(CSV.replace("5456.9", "0")), "above zero"),
    ("quote_table", "a close before that is NaN", body(CSV.replace("5456.9", "nan")), "numbers"),
    ("quote_table", "a price in parts", body(CSV.replace("5268.05", "5_268")), "numbers"),
    ("cboe_quotes", "another symbol", body('{"symbol": "_VIX", "data": {}}'), "a quote of"),
    ("cboe_quotes", "a time in another form", cboe(last_trade_time="14:05"), "YYYY-MM-DD"),
    ("quote_table", "a column renamed", body(CSV.replace("price", "last")), "price"),
    ("quote_table", "a time in another form", body(CSV.replace("T14:05:58", " 2pm")), "iso"),
    ("quote_table", "a price that is text", body(CSV.replace("4.412", "4.412%")), "numbers"),
)


@pytest.mark.parametrize(("name", "what", "bad", "expected"), BAD, ids=lambda one: str(one)[:30])
def test_a_body_that_is_not_as_it_should_be_is_refused(
    name: str, what: str, bad: Body, expected: str
) -> None:
    feed, *_ = GOOD[name]
    with pytest.raises(BodyRejected, match=expected):
        plausible(feed.parse(bad), bad.url, AT)
    assert what


def test_a_null_price_is_no_quote() -> None:
    assert CboeQuotes().parse(cboe(current_price=None)) == []
    nothing = yahoo(regularMarketPrice=None, regularMarketTime=None)
    assert YahooQuotes().parse(nothing) == []


@pytest.mark.parametrize("name", sorted(GOOD))
@given(chance=st.randoms(use_true_random=False))
def test_a_broken_body_is_refused_or_gives_quotes_that_can_be_true(name: str, chance: Any) -> None:
    feed, good, _ = GOOD[name]
    content = bytearray(good.content)
    for _ in range(chance.randint(1, 6)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    broken = Body(good.url, bytes(content[: chance.randint(0, len(content))]), "", None, None)
    with suppress(BodyRejected), unreadable_rejected(broken.url):
        for one in plausible(feed.parse(broken), broken.url, AT):
            assert one.series_id in ("spx", "ust10y", "dxy")
            assert one.value > 0


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        ({"intraday": {"enabled": True, "feeds": ["yahoo_qoutes"]}}, "did you mean 'yahoo_quotes'"),
        ({"intraday": {"enabled": True, "feeds": ["cboe_quotes"]}}, "unknown name 'cboe_quotes'"),
        ({"intraday": {"enabled": True, "feeds": []}}, "intraday.feeds"),
        ({"sources": {"desk": {"type": "table", "kind": "quote"}}}, "sources.desk.publisher"),
    ],
)
def test_a_mistake_in_the_configuration_is_said(
    tmp_path: Any, found: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ConfigInvalid, match=problem):
        build(found, {}, tmp_path)


def test_a_desks_table_of_quotes_is_a_feed_and_no_source(tmp_path: Any) -> None:
    settings = {"type": "table", "kind": "quote", "publisher": "us", "base_url": "file:///srv"}
    settings |= {"path": "/q.csv", "symbols": {"spx": "SPX"}}  # type: ignore[dict-item]
    found = {"sources": {"desk": settings}, "intraday": {"enabled": True, "feeds": ["desk"]}}
    config = build(found, {}, tmp_path)
    assert isinstance(config.quotes["desk"], QuoteTable)
    assert "desk" not in config.sources
    assert config.quotes["desk"].poll_every_s == 5


TIMES: Final[list[tuple[str, str, Callable[[datetime], str]]]] = [
    ("iso", "America/New_York", lambda at: at.isoformat()),
    ("epoch_s", "America/New_York", lambda at: str(int(at.timestamp()))),
    ("epoch_ms", "America/New_York", lambda at: str(int(at.timestamp() * 1000))),
    ("%d.%m.%Y %H:%M:%S", "UTC", lambda at: f"{at:%d.%m.%Y %H:%M:%S}"),
]


@pytest.mark.parametrize(("time_format", "zone", "written"), TIMES, ids=lambda one: str(one)[:12])
def test_a_time_is_read_as_it_is_written(
    time_format: str, zone: str, written: Callable[[datetime], str]
) -> None:
    feed = QuoteTable(
        publisher="us",
        base_url="file:///srv",
        path="/q.csv",
        symbols={"spx": "SPX"},
        time_format=time_format,
        time_zone=zone,
    )
    at = new_york("2025-04-10 14:05:58")
    (found,) = feed.parse(body(f"symbol,price,time\nSPX,5268.05,{written(at)}\n"))
    assert found.at == at
