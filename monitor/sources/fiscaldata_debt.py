"""Federal debt by day, from the US Treasury's Debt to the Penny."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar, Final

import pandas as pd

from monitor.errors import BodyRejected
from monitor.formats.fiscaldata_api import FiscalDataset, rows_of
from monitor.ingest.business_days import known_by
from monitor.ingest.calendars import FED, NEW_YORK, US_OFFICES, next_session
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import dates, numbers
from monitor.ingest.source import Hours, PollTimes
from rules.model import Series

DATE_FIELD: Final = "record_date"
# Series by the publisher's field: what the public holds and all of it.
COLUMNS: Final = {
    "debt_held_public_amt": ("debt_held_public", "Federal debt held by the public"),
    "tot_pub_debt_out_amt": ("debt_total", "Total public debt outstanding"),
}
REST: Final = "intragov_hold_amt"
FIELDS: Final = (DATE_FIELD, *COLUMNS, REST)
USD_A_MILLION: Final = 1e6
ROUNDING_USD_MN: Final = 1.0


@dataclass(frozen=True, kw_only=True)
class FiscaldataDebt(FiscalDataset):
    """JSON pages, dollars as text, the previous business day at about 15:00 New York."""

    source_type: ClassVar[str] = "fiscaldata_debt"
    path: ClassVar[str] = "/v2/accounting/od/debt_to_penny"
    fields: ClassVar[tuple[str, ...]] = FIELDS
    date_field: ClassVar[str] = DATE_FIELD
    order: ClassVar[tuple[str, ...]] = ("-record_date",)
    first_day: ClassVar[date] = date(1993, 4, 1)
    publisher: ClassVar[str] = "US Treasury (Debt to the Penny)"
    calendar: ClassVar[str] = FED
    refuse_after_days: ClassVar[int] = 14

    poll_at: PollTimes = ("15:30", "17:30")
    stale_after_hours: Hours = 24

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Columns `debt_held_public`, `debt_total`, USD mn; the first is missing before 1997."""
        table = rows_of(body, FIELDS, (DATE_FIELD, *COLUMNS))
        index = dates(table[DATE_FIELD], "%Y-%m-%d", body.url)
        usd_mn = pd.DataFrame(
            {
                name: numbers(table[name], body.url).to_numpy() / USD_A_MILLION
                for name in (*COLUMNS, REST)
            },
            index=index,
        )
        public, total = (usd_mn[name] for name in COLUMNS)
        gap = (public + usd_mn[REST] - total).abs()
        if (gap > ROUNDING_USD_MN).any():
            wrong = gap[gap > ROUNDING_USD_MN]
            raise BodyRejected(
                body.url,
                expected="held by the public + intragovernmental = total",
                got=f"a gap of {wrong.iloc[0]:,.0f} mn on {wrong.index[0].date()}",
                state="IMPLAUSIBLE",
            )
        names = {name: series_id for name, (series_id, _) in COLUMNS.items()}
        return usd_mn[list(COLUMNS)].rename(columns=names)

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return tuple(dict(COLUMNS.values()))

    def describe(self, series_id: str) -> Series:
        """One of the two."""
        return Series(
            series_id=series_id,
            title=dict(COLUMNS.values())[series_id],
            unit="usd_mn",
            frequency="session",
            source="Debt: US Treasury, Debt to the Penny",
            plausible=(1_000_000.0, 200_000_000.0),
            max_step=1_000_000.0,
        )

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """15:00 New York on the next business day."""
        return known_by(periods, time(15, 0), 1, NEW_YORK, US_OFFICES)

    def next_period(self, newest: date) -> date:
        """The next day on which the Federal Reserve Banks, which keep the accounts, are open."""
        return next_session(FED, newest)
