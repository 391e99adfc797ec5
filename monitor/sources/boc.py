"""The six-currency dollar basket of the same evening, from the Bank of Canada's daily rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Final

import pandas as pd

from monitor.errors import BodyRejected
from monitor.formats.usd_basket import basket, basket_series
from monitor.ingest.business_days import known_by
from monitor.ingest.calendars import BANK_OF_CANADA, NEW_YORK, next_session
from monitor.ingest.http import Body, Request
from monitor.ingest.payload_parsing import dates, json_of, numbers
from monitor.ingest.source import WARM_UP, BaseUrl, Hours, PollTimes, Source, UserAgent
from rules.model import Series

# The dollar index's weights over rates in Canadian dollars per unit.
POWERS: Final = {
    "FXUSDCAD": 1.0,
    "FXEURCAD": -0.576,
    "FXJPYCAD": -0.136,
    "FXGBPCAD": -0.119,
    "FXSEKCAD": -0.042,
    "FXCHFCAD": -0.036,
}
PATH: Final = "/valet/observations/{names}/json?start_date={first}&end_date={last}"
DAY: Final = "d"
# A poll asks for these days again, in case one was corrected.
LOOK_BACK: Final = timedelta(days=14)

BASKET: Final = basket_series("boc.usd_basket", "Bank of Canada average of the day")


@dataclass(frozen=True, kw_only=True)
class Boc(Source):
    """JSON, a row a day: `{"d": "2025-04-10", "FXUSDCAD": {"v": "1.4002"}, ...}`, the average of
    the day in Canadian dollars per unit as text, by 16:30 New York, since 2017; no row on holidays
    of the bank."""

    source_type: ClassVar[str] = "boc"
    publisher: ClassVar[str] = "Bank of Canada"
    first_day: ClassVar[date] = date(2017, 1, 3)
    licence: ClassVar[str] = "free with attribution: Bank of Canada"
    calendar: ClassVar[str] = BANK_OF_CANADA
    refuse_after_days: ClassVar[int] = 14
    grows: ClassVar[bool] = False  # the last two weeks

    base_url: BaseUrl = "https://www.bankofcanada.ca"
    user_agent: UserAgent = "havenwatch/0.1"
    poll_at: PollTimes = ("16:45", "18:30")
    stale_after_hours: Hours = 24

    @property
    def checks(self) -> Mapping[str, str]:
        """The dollar index, from which the basket differed by 0.7% at most in 2017 to 2021."""
        return {"dxy": BASKET.series_id}

    def requests(self, newest: date | None, at: datetime) -> Sequence[Request]:
        """The last two weeks, or from before the newest stored day on."""
        since = self.today(at) - WARM_UP if newest is None else newest - LOOK_BACK
        return self.history_requests(since, at)

    def history_requests(self, since: date, at: datetime) -> Sequence[Request]:
        """One span from a day to now."""
        first = max(since, self.first_day)
        path = PATH.format(names=",".join(POWERS), first=first, last=self.today(at))
        return (self.request(path),)

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Column `boc.usd_basket`, index points; NaN on a day without one of the six."""
        rows = _observations(body)
        absent = [name for name in POWERS if rows and not any(name in row for row in rows)]
        if absent:
            got = f"no {', '.join(absent)}"
            raise BodyRejected(body.url, expected=f"the rates {', '.join(POWERS)}", got=got)
        days = pd.Series([row[DAY] for row in rows], dtype=object)
        texts = pd.DataFrame({name: [_cell(row.get(name)) for row in rows] for name in POWERS})
        values = basket(texts.apply(numbers, url=body.url), POWERS, body.url)
        return pd.DataFrame({BASKET.series_id: values}, index=dates(days, "%Y-%m-%d", body.url))

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return (BASKET.series_id,)

    def describe(self, series_id: str) -> Series:
        """The one series."""
        return {BASKET.series_id: BASKET}[series_id]

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """16:30 New York on the day."""
        return known_by(periods, time(16, 30), 0, NEW_YORK, BANK_OF_CANADA)

    def next_period(self, newest: date) -> date:
        """The next day on which the bank is open."""
        return next_session(BANK_OF_CANADA, newest)


def _observations(body: Body) -> list[Mapping[str, Any]]:
    answer = json_of(body)
    found = answer.get("observations") if isinstance(answer, dict) else None
    if not isinstance(found, list):
        said = answer.get("message", answer) if isinstance(answer, dict) else answer
        raise BodyRejected(body.url, expected="a list `observations`", got=repr(str(said)[:120]))
    for row in found:
        if not isinstance(row, dict) or not isinstance(row.get(DAY), str):
            raise BodyRejected(
                body.url, expected=f"a day `{DAY}` in every row", got=repr(str(row)[:80])
            )
    return found


def _cell(rate: object) -> str:
    """The text of `{"v": "1.4002"}`; empty where there is no rate."""
    if rate is None:
        return ""
    return str(rate.get("v", "")) if isinstance(rate, dict) else repr(rate)
