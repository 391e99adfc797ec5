"""Cboe's delayed quotes, about 15 minutes late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from monitor.errors import BodyRejected
from monitor.ingest.calendars import NEW_YORK
from monitor.ingest.http import Body, Request
from monitor.ingest.payload_parsing import json_numbers, json_of
from monitor.ingest.quote_feed import QuoteFeed
from monitor.ingest.source import BaseUrl, UserAgent
from rules.intraday.quote import Quote

# The series of each symbol, and how many of its points are one of the series': TNX is the yield
# times ten.
SYMBOLS: Final = {"_SPX": ("spx", 1.0), "_TNX": ("ust10y", 10.0)}


@dataclass(frozen=True, kw_only=True)
class CboeQuotes(QuoteFeed):
    """One body a symbol; no dollar. Off until the desk has a licence: the terms of Cboe's page
    forbid extraction by programs and threaten to block the address."""

    source_type: ClassVar[str] = "cboe_quotes"
    publisher: ClassVar[str] = "Cboe (delayed quotes)"
    licence: ClassVar[str] = "Cboe's terms forbid extraction by programs; only with a licence"

    enabled: bool = False
    base_url: BaseUrl = "https://cdn.cboe.com"
    user_agent: UserAgent = "havenwatch/0.1"

    def requests(self) -> Sequence[Request]:
        """One body of each symbol."""
        path = "/api/global/delayed_quotes/quotes"
        return [self.request(f"{path}/{symbol}.json") for symbol in SYMBOLS]

    def parse(self, body: Body) -> list[Quote]:
        """The one quote; none where the price is null."""
        found = json_of(body, "a delayed quote")
        data = found.get("data") if isinstance(found, dict) else None
        symbol = found.get("symbol") if isinstance(found, dict) else None
        if not isinstance(data, dict) or not isinstance(symbol, str) or symbol not in SYMBOLS:
            expected = f"a quote of {' or '.join(SYMBOLS)}"
            raise BodyRejected(body.url, expected=expected, got=f"{symbol!r:.40}")
        prices = [data.get("current_price"), data.get("prev_day_close")]
        price, before = json_numbers(prices, body.url)
        if price is None:
            return []
        series_id, points = SYMBOLS[symbol]
        return [
            Quote(
                series_id=series_id,
                at=_instant(data.get("last_trade_time"), body.url),
                value=price / points,
                previous_close=None if before is None else before / points,
                feed=self.name,
                label=f"Cboe {symbol.removeprefix('_')}, delayed",
            )
        ]


def _instant(found: Any, url: str) -> datetime:
    """The instant of a clock time of New York."""
    try:
        return datetime.fromisoformat(found).replace(tzinfo=NEW_YORK).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        expected = "last_trade_time as YYYY-MM-DDTHH:MM:SS"
        raise BodyRejected(url, expected=expected, got=f"{found!r:.40}") from None
