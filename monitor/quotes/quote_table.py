"""A desk's own feed of quotes: a CSV or JSON table with a row a market that its terminal rewrites
every few seconds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from annotated_types import Interval, MinLen, Predicate

from monitor.errors import BodyRejected
from monitor.formats.desk_table import EPOCH_UNITS, FeedUrl, Layout, TimeZone
from monitor.ingest.http import Body, Request
from monitor.ingest.payload_parsing import MISSING, number_in
from monitor.ingest.quote_feed import QuoteFeed
from monitor.ingest.source import UserAgent
from rules.intraday.quote import Quote


@dataclass(frozen=True, kw_only=True)
class QuoteTable(QuoteFeed):
    """`type = "table"` with `kind = "quote"`. `symbols` names the row of each series (`spx`,
    `ust10y` in percent, `dxy`); rows of other symbols are left out, and so is one without a price.

    A time is written in `time_format`: as for strptime, of `time_zone` where it names none, or
    `iso`, `epoch_s` or `epoch_ms`. `previous_close_column` is the feed's own close before; without
    it a quote is compared with the official one.
    """

    source_type: ClassVar[str] = "quote_table"

    publisher: Annotated[str, MinLen(1)]  # type: ignore[misc]
    licence: str = "your own licence"  # type: ignore[misc]
    base_url: FeedUrl
    path: Annotated[str, Predicate(lambda text: text.startswith("/"))]
    symbols: Annotated[Mapping[Literal["spx", "ust10y", "dxy"], str], MinLen(1)]
    user_agent: UserAgent = "havenwatch/0.1"
    # A file that is dropped is seen within so long.
    poll_every_s: Annotated[int, Interval(ge=1, le=900)] = 5
    min_interval_s: Annotated[float, Interval(ge=0, le=60)] = 0.0
    token_env: str = ""
    authorization: Literal["bearer", "basic"] = "bearer"
    format: Literal["csv", "json"] = "csv"
    rows: str = ""
    delimiter: Annotated[str, MinLen(1)] = ","
    symbol_column: str = "symbol"
    price_column: str = "price"
    time_column: str = "time"
    previous_close_column: str = ""
    time_format: str = "iso"
    time_zone: TimeZone = "America/New_York"

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The environment variable that holds the feed's token."""
        return (self.token_env,) if self.token_env else ()

    def problems(self) -> tuple[str, ...]:
        """What is wrong between the settings, each with its remedy."""
        if "{token}" in self.base_url + self.path and not self.token_env:
            return ("{token} has no value: name its environment variable in token_env",)
        return ()

    def requests(self) -> Sequence[Request]:
        """The one table."""
        return (replace(self.request(self.path), authorization=self.authorization),)

    def parse(self, body: Body) -> list[Quote]:
        """A quote of each of the desk's symbols that has a price."""
        closes = [self.previous_close_column] if self.previous_close_column else []
        wanted = [self.price_column, self.time_column, *closes]
        layout = Layout(self.format, self.rows, self.delimiter)
        cells = layout.cells(body, self.symbol_column, wanted)
        by_symbol = {symbol: series_id for series_id, symbol in self.symbols.items()}
        found = []
        for row in cells.to_dict("records"):
            series_id = by_symbol.get(str(row[self.symbol_column]).strip())
            price = str(row[self.price_column]).strip()
            if series_id is None or price in MISSING:
                continue
            before = str(row[closes[0]]).strip() if closes else ""
            found.append(
                Quote(
                    series_id=series_id,
                    at=self._instant(str(row[self.time_column]).strip(), body.url),
                    value=_number(price, body.url),
                    previous_close=None if before in MISSING else _number(before, body.url),
                    feed=self.name,
                    label=self.publisher,
                )
            )
        return found

    def _instant(self, text: str, url: str) -> datetime:
        zone = ZoneInfo(self.time_zone)
        try:
            if self.time_format in EPOCH_UNITS:
                return datetime.fromtimestamp(float(text) / EPOCH_UNITS[self.time_format], UTC)
            if self.time_format == "iso":
                moment = datetime.fromisoformat(text)
            else:
                moment = datetime.strptime(text, self.time_format)  # noqa: DTZ007
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            expected = f"times in the format {self.time_format}"
            raise BodyRejected(url, expected=expected, got=f"{text[:40]!r}") from None


def _number(text: str, url: str) -> float:
    found = number_in(text)
    if not math.isfinite(found):
        raise BodyRejected(url, expected="numbers", got=f"{text[:40]!r}")
    return found
