"""A desk's own feed: a table in CSV, JSON, Excel or parquet, from a URL or from a dropped file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, ClassVar, Final, Literal
from zoneinfo import ZoneInfo

import pandas as pd
from annotated_types import Interval, MinLen, Predicate

from monitor.formats.desk_table import (
    EPOCH_UNITS,
    FeedUrl,
    Layout,
    TimeZone,
    missing_reader,
    periods,
)
from monitor.ingest.business_days import known_by, without_holidays
from monitor.ingest.calendars import ANY_DAY, local_date, month_end, next_session
from monitor.ingest.http import Body, Request
from monitor.ingest.payload_parsing import MISSING, numbers
from monitor.ingest.source import ClockTime, Hours, PollTimes, Source, UserAgent
from rules.model import Series

# A point among decimal commas is left as what no number has.
COMMA_FOR_POINT: Final = str.maketrans(",.", ".'")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the table as a series of its own.

    `substitutes` names the series whose numbers it can give (`dxy`, `spx`, `ust10y`), once the
    chain of that series names its source. The number stored is the one in the table times `scale`,
    in `unit`. `plausible` bounds the level and `max_step` the change from one value to the next, in
    percent for an index and in the unit otherwise; outside them the whole table is refused.
    """

    column: Annotated[str, MinLen(1)]
    title: Annotated[str, MinLen(1)]
    unit: Literal["index", "pct", "bp", "usd_mn", "usd_bn", "jpy_bn", "count", "contracts"]
    scale: float = 1.0
    substitutes: str = ""
    plausible: tuple[float, float] | None = None
    max_step: Annotated[float, Interval(gt=0)] | None = None


@dataclass(frozen=True, kw_only=True)
class Table(Source):
    """A header and a row a period, in any order of columns, below a preamble where there is one,
    in the first sheet of Excel unless `sheet` names another; in JSON a list of objects, in which a
    column may lie deeper (`FXUSDCAD.v`). The series are `NAME.KEY` for each
    `[sources.NAME.columns.KEY]`.

    A date is written in `date_format`: as for strptime, or `iso` (a date or an instant), or
    `epoch_s` or `epoch_ms`; an instant belongs to the day it is in `time_zone`. A row of a period
    that is usually known only later, at `known_at` of that zone `lag_business_days` after it, is
    not finished and is left out, and so is a row of a holiday of the market.
    """

    source_type: ClassVar[str] = "table"
    refuse_after_days: ClassVar[int] = 62

    # Of the class everywhere else, and here of the block. `grows`: the table never loses rows, so
    # that one with clearly fewer is refused; a feed may also be a moving window.
    grows: bool = False  # type: ignore[misc]
    publisher: Annotated[str, MinLen(1)]  # type: ignore[misc]
    licence: str = "your own licence"  # type: ignore[misc]
    base_url: FeedUrl
    path: Annotated[str, Predicate(lambda text: text.startswith("/"))]
    columns: Annotated[Mapping[str, Column], MinLen(1)]
    user_agent: UserAgent = "havenwatch/0.1"
    token_env: str = ""
    authorization: Literal["bearer", "basic"] = "bearer"
    poll_at: PollTimes = ("18:30", "09:00")
    stale_after_hours: Hours = 24
    format: Literal["csv", "json", "xlsx", "xls", "parquet"] = "csv"
    rows: str = ""
    sheet: str = ""
    delimiter: Annotated[str, MinLen(1)] = ","
    decimal: Literal[".", ","] = "."
    date_column: str = "date"
    date_format: str = "iso"
    time_zone: TimeZone = "America/New_York"
    frequency: Literal["session", "week", "month"] = "session"
    market: Literal["XNYS", "XSIF", "XECB", "weekdays"] = "XNYS"
    known_at: ClockTime = "18:00"
    lag_business_days: Annotated[int, Interval(ge=0, le=90)] = 0

    def problems(self) -> tuple[str, ...]:
        """What is wrong between the settings, each with its remedy."""
        found = []
        if self.date_format not in (*EPOCH_UNITS, "iso") and not self._reads_dates():
            found.append("date_format does not read a date: write it as for strptime (%d.%m.%Y)")
        if "{token}" in self.base_url + self.path and not self.token_env:
            found.append("{token} has no value: name its environment variable in token_env")
        if reader := missing_reader(self.format):
            found.append(reader)
        if self.decimal == self.delimiter and self.format == "csv":
            found.append("decimal and delimiter are both a comma: set delimiter")
        for key, one in self.columns.items():
            if one.plausible is not None and one.plausible[0] >= one.plausible[1]:
                bounds = f"columns.{key}.plausible goes from {one.plausible[0]:g} down to"
                found.append(f"{bounds} {one.plausible[1]:g}: write the lower bound first")
        return tuple(found)

    def _reads_dates(self) -> bool:
        """Whether the format gives back the day it wrote; a month's needs no day."""
        day = datetime(2025, 4, 1 if self.frequency == "month" else 21)  # noqa: DTZ001
        try:
            return datetime.strptime(day.strftime(self.date_format), self.date_format) == day  # noqa: DTZ007
        except (ValueError, TypeError):
            return False

    @property
    def calendar(self) -> str:  # type: ignore[override]
        """The sessions of the market; any day for a week or a month."""
        return self.market if self.frequency == "session" else ANY_DAY

    @property
    def substitutes(self) -> Mapping[str, str]:
        """What the columns are said to stand for."""
        named = {one.substitutes: key for key, one in self.columns.items() if one.substitutes}
        return {series_id: f"{self.name}.{key}" for series_id, key in named.items()}

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The environment variable that holds the feed's token."""
        return (self.token_env,) if self.token_env else ()

    def request(self, path: str, *, optional: bool = False) -> Request:
        """A request that shows the token as this feed wants to see it."""
        return replace(super().request(path, optional=optional), authorization=self.authorization)

    def requests(self, newest: date | None, at: datetime) -> Sequence[Request]:  # noqa: ARG002
        """The one table, whatever is stored."""
        return (self.request(self.path),)

    def history_requests(self, since: date, at: datetime) -> Sequence[Request]:  # noqa: ARG002
        """The one table, whatever is wanted."""
        return (self.request(self.path),)

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:
        """A column a series, in its own unit; finished rows only."""
        wanted = [one.column for one in self.columns.values()]
        layout = Layout(self.format, self.rows, self.delimiter, self.sheet)
        cells = layout.cells(body, self.date_column, wanted)
        index = periods(cells[self.date_column], self.date_format, self._zone, body.url)
        frame = pd.DataFrame(
            {
                f"{self.name}.{key}": self._values(cells, one.column, body.url) * one.scale
                for key, one in self.columns.items()
            },
            index=index,
        )
        frame = without_holidays(frame, self.calendar)
        index = pd.DatetimeIndex(frame.index)
        return frame[(self.assumed_known_at(index) <= pd.Timestamp(at)) | (index > self._now(at))]

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return tuple(f"{self.name}.{key}" for key in self.columns)

    def describe(self, series_id: str) -> Series:
        """One column as it is configured."""
        column = self.columns[series_id.removeprefix(f"{self.name}.")]
        return Series(
            series_id=series_id,
            title=column.title,
            unit=column.unit,
            frequency=self.frequency,
            source=f"{column.title}: {self.publisher}",
            plausible=column.plausible,
            max_step=column.max_step,
        )

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """`known_at` of the zone, `lag_business_days` after the period."""
        clock_time = time.fromisoformat(self.known_at)
        return known_by(periods, clock_time, self.lag_business_days, self._zone, self.market)

    def next_period(self, newest: date) -> date:
        """The next session of the market, the same day next week, or the next month's end."""
        if self.frequency == "session":
            return next_session(self.market, newest)
        if self.frequency == "week":
            return newest + timedelta(days=7)
        return month_end(month_end(newest) + timedelta(days=1))

    def today(self, at: datetime) -> date:
        """The date in the feed's zone."""
        return local_date(at, self._zone)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def _now(self, at: datetime) -> pd.Timestamp:
        """Today, behind which a row is no unfinished one but an error to be refused."""
        return pd.Timestamp(self.today(at))

    def _values(self, cells: pd.DataFrame, column: str, url: str) -> Any:
        """The numbers of a column. With a decimal comma a point is none, nor anything else."""
        texts = written = cells[column]
        if self.decimal == ",":
            texts = texts.where(texts.isin(MISSING), texts.str.translate(COMMA_FOR_POINT))

        def shown(place: int) -> str:
            dated = cells[self.date_column].iloc[place]
            return f"{str(written.iloc[place])[:40]!r} in the row of {dated}"

        return numbers(texts, url, shown).to_numpy()
