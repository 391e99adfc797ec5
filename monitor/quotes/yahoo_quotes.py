"""Quotes through Yahoo's chart service: five-minute bars of the day, and the last trade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import quote

from monitor.errors import BodyRejected
from monitor.formats.yahoo_chart import YahooChart, bars_in, chart_result, instant
from monitor.ingest.http import Body, Request
from monitor.ingest.payload_parsing import json_numbers, object_at
from monitor.ingest.quote_feed import QuoteFeed
from monitor.ingest.source import BaseUrl, UserAgent
from rules.intraday.quote import Quote

SYMBOLS: Final = {"^GSPC": "spx", "^TNX": "ust10y", "DX-Y.NYB": "dxy"}
BAR: Final = timedelta(minutes=5)


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
        meta = object_at(result, "meta", body.url)
        symbol = meta.get("symbol")
        if not isinstance(symbol, str) or symbol not in SYMBOLS:
            expected = f"one of {', '.join(SYMBOLS)}"
            raise BodyRejected(body.url, expected=expected, got=f"{symbol!r:.40}")
        previous = meta.get("previousClose") or meta.get("chartPreviousClose")
        traded = _traded(meta, body.url)
        bars = [*_bars(result, traded, body.url), (traded, meta.get("regularMarketPrice"))]
        before, *found = json_numbers([previous, *(price for _, price in bars)], body.url)
        series_id, label = SYMBOLS[symbol], f"Yahoo {symbol}"
        return [
            Quote(series_id, at, round(price, 3), before, self.name, label)
            for (at, _), price in zip(bars, found, strict=True)
            if at is not None and price is not None
        ]


def _bars(
    result: Mapping[str, Any], traded: datetime | None, url: str
) -> Iterator[tuple[datetime, Any]]:
    """The end and the close of each bar that was over at the last trade."""
    stamps, closes = bars_in(result, url)
    if traded is None:
        return
    for stamp, close in zip(stamps, closes, strict=True):
        if stamp is not None and (ended := instant(stamp, url) + BAR) <= traded:
            yield ended, close


def _traded(meta: Mapping[str, Any], url: str) -> datetime | None:
    """When the symbol was traded last; None where that is null."""
    stamp = meta.get("regularMarketTime")
    return None if stamp is None else instant(stamp, url)
