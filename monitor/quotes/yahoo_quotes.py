"""Quotes through Yahoo's chart service: five-minute bars of the day, and the last trade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import quote

from monitor.errors import BodyRejected
from monitor.formats.yahoo_chart import YahooChart, chart_result
from monitor.ingest.http import Body, Request
from monitor.ingest.quote_feed import QuoteFeed
from monitor.ingest.source import BaseUrl, UserAgent
from rules.intraday.quote import Quote

SYMBOLS: Final = {"^GSPC": "spx", "^TNX": "ust10y", "DX-Y.NYB": "dxy"}
BAR: Final = timedelta(minutes=5)
# By their very types: a bar is read in a few microseconds, and true is no price.
NUMBERS: Final = frozenset({int, float})


@dataclass(frozen=True, kw_only=True)
class YahooQuotes(QuoteFeed):
    """One body a symbol. `^GSPC` is seconds old, `^TNX` about 18 minutes, the dollar index up to
    15; each quote carries its own time. Closes of bars may be null.

    Yahoo's terms forbid automated collection and it limits by address.
    """

    source_type: ClassVar[str] = "yahoo_quotes"
    publisher: ClassVar[str] = "Yahoo (quotes)"
    licence: ClassVar[str] = YahooChart.licence

    base_url: BaseUrl = "https://query1.finance.yahoo.com"
    # It answers 429 to anything that does not look like a browser.
    user_agent: UserAgent = (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
    )

    def requests(self) -> Sequence[Request]:
        """The day so far of each symbol."""
        return [
            self.request(f"/v8/finance/chart/{quote(symbol)}?interval=5m&range=1d")
            for symbol in SYMBOLS
        ]

    def parse(self, body: Body) -> list[Quote]:
        """The finished bars of the day and the last trade of one symbol."""
        result = chart_result(body)
        meta = result.get("meta") or {}
        symbol = meta.get("symbol")
        if symbol not in SYMBOLS:
            raise BodyRejected(body.url, expected=f"one of {', '.join(SYMBOLS)}", got=f"{symbol!r}")
        before = _number(meta.get("previousClose") or meta.get("chartPreviousClose"), body.url)
        traded = _instant(meta.get("regularMarketTime"), body.url)
        found = [*_bars(result, traded, body.url), (traded, meta.get("regularMarketPrice"))]
        series_id, label = SYMBOLS[symbol], f"Yahoo {symbol}"
        return [
            Quote(series_id, at, round(value, 3), before, self.name, label)
            for at, price in found
            if at is not None and (value := _number(price, body.url)) is not None
        ]


def _bars(
    result: Mapping[str, Any], traded: datetime | None, url: str
) -> Iterator[tuple[datetime, Any]]:
    """The end and the close of each bar that was over at the last trade."""
    stamps = result.get("timestamp") or []
    quotes = (result.get("indicators") or {}).get("quote") or [{}]
    closes = quotes[0].get("close") or []
    if len(closes) != len(stamps):
        got = f"{len(closes)} closes"
        raise BodyRejected(url, expected=f"a close for each of {len(stamps)} bars", got=got)
    for stamp, close in zip(stamps, closes, strict=True):
        began = _instant(stamp, url)
        if traded is not None and began is not None and (ended := began + BAR) <= traded:
            yield ended, close


def _number(found: Any, url: str) -> float | None:
    """A number of the body; None where it is null."""
    if found is None:
        return None
    if type(found) not in NUMBERS:
        raise BodyRejected(url, expected="prices that are numbers or null", got=f"{found!r:.40}")
    return float(found)


def _instant(found: object, url: str) -> datetime | None:
    if found is None:
        return None
    try:
        return datetime.fromtimestamp(int(found), UTC)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError, OSError):
        raise BodyRejected(url, expected="times in seconds", got=f"{found!r:.40}") from None
