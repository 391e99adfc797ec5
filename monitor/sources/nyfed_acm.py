"""Term premium, from the New York Fed's ACM model (Adrian, Crump and Moench)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar, Final

import numpy as np
import pandas as pd
import xlrd

from monitor.errors import BodyRejected
from monitor.formats.workbook import sheet_rows
from monitor.ingest.business_days import known_by
from monitor.ingest.calendars import NEW_YORK, US_BONDS, next_session
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import dates, numbers, reject_html
from monitor.ingest.source import (
    BaseUrl,
    Days,
    Hours,
    Megabytes,
    PollTimes,
    Seconds,
    UserAgent,
    WholeFile,
)
from rules.model import Series

SHEET: Final = "ACM Daily"
LAG_BUSINESS_DAYS: Final = 2
# 1960-03-25 and 2199-12-31 as a spreadsheet counts days.
DAY_NUMBERS: Final = (22_000.0, 109_574.0)

# Series by the publisher's column name: title, plausible level in percent.
COLUMNS: Final = {
    "ACMY10": ("acm_y10y", "ACM fitted 10-year yield", (0.25, 20.0)),
    "ACMTP10": ("acm_tp10y", "ACM 10-year term premium", (-4.0, 8.0)),
    "ACMRNY10": ("acm_rny10y", "ACM risk-neutral 10-year yield", (-2.0, 20.0)),
}
LARGEST_STEP_PCT: Final = 1.5
# yield = premium + risk-neutral yield holds to the rounding of six decimals.
IDENTITY_TOLERANCE_PCT: Final = 1e-4


@dataclass(frozen=True, kw_only=True)
class NyFedAcm(WholeFile):
    """A real OLE2 .xls whose sheet `ACM Daily` holds text dates (28-Aug-2026) and percents since
    1961. The model is re-estimated, so the whole history moves a little at every release."""

    path: ClassVar[str] = "/medialibrary/media/research/data_indicators/ACMTermPremium.xls"
    source_type: ClassVar[str] = "nyfed_acm"
    publisher: ClassVar[str] = "Federal Reserve Bank of New York"
    first_day: ClassVar[date] = date(1961, 6, 14)
    licence: ClassVar[str] = "free with attribution: Federal Reserve Bank of New York"
    calendar: ClassVar[str] = US_BONDS
    refuse_after_days: ClassVar[int] = 30

    base_url: BaseUrl = "https://www.newyorkfed.org"
    user_agent: UserAgent = "havenwatch/0.1"
    poll_at: PollTimes = ("09:30", "17:30")
    stale_after_hours: Hours = 120
    timeout_s: Seconds = 60
    max_mb: Megabytes = 20
    keep_bodies_days: Days = 30  # some ten megabytes, rewritten whole each day

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Columns `acm_y10y`, `acm_tp10y`, `acm_rny10y`, percent."""
        reject_html(body)
        rows = _rows(body)
        header = [str(cell).strip().upper() for cell in rows[0]]
        absent = [name for name in ("DATE", *COLUMNS) if name not in header]
        if absent:
            raise BodyRejected(
                body.url,
                expected=f"columns DATE, {', '.join(COLUMNS)} in sheet {SHEET!r}",
                got=f"no {', '.join(absent)} in {','.join(header)[:120]!r}",
            )
        place = {name: header.index(name) for name in ("DATE", *COLUMNS)}
        dated = [row for row in rows[1:] if str(row[place["DATE"]]).strip()]
        index = _dates([row[place["DATE"]] for row in dated], body.url)
        frame = pd.DataFrame(
            {
                series_id: _percent([row[place[name]] for row in dated], name, body.url).to_numpy()
                for name, (series_id, _, _) in COLUMNS.items()
            },
            index=index,
        )
        _check_identity(frame, body.url)
        return frame

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return tuple(name for name, _, _ in COLUMNS.values())

    def describe(self, series_id: str) -> Series:
        """One of the three."""
        title, plausible = next(
            (title, plausible) for known, title, plausible in COLUMNS.values() if known == series_id
        )
        return Series(
            series_id=series_id,
            title=title,
            unit="pct",
            frequency="session",
            source="Term premium: New York Fed, ACM model",
            plausible=plausible,
            max_step=LARGEST_STEP_PCT,
            one_vintage=True,
        )

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """09:30 New York two sessions later."""
        return known_by(periods, time(9, 30), LAG_BUSINESS_DAYS, NEW_YORK, US_BONDS)

    def next_period(self, newest: date) -> date:
        """The next session of the US government bond market."""
        return next_session(US_BONDS, newest)


def _rows(body: Body) -> list[list[Any]]:
    """The sheet's rows from the header row on."""
    rows = sheet_rows(body, SHEET)
    for number, row in enumerate(rows[:20]):
        if any(str(cell).strip().upper() == "DATE" for cell in row):
            return rows[number:]
    raise BodyRejected(
        body.url, expected=f"a header row with DATE in sheet {SHEET!r}", got="none in 20 rows"
    )


def _percent(cells: list[Any], name: str, url: str) -> pd.Series[float]:
    texts = [str(cell).strip() for cell in cells]
    return numbers(pd.Series(texts, name=name, dtype=object), url)


def _dates(cells: list[Any], url: str) -> pd.DatetimeIndex:
    """The dates: text as published, or day numbers should the publisher turn to real dates."""
    texts = [
        f"{xlrd.xldate_as_datetime(cell, 0):%d-%b-%Y}"
        if isinstance(cell, float) and DAY_NUMBERS[0] < cell <= DAY_NUMBERS[1]
        else str(cell).strip()
        for cell in cells
    ]
    return dates(pd.Series(texts, dtype=object), "%d-%b-%Y", url)


def _check_identity(frame: pd.DataFrame, url: str) -> None:
    gap = (frame["acm_y10y"] - frame["acm_tp10y"] - frame["acm_rny10y"]).abs()
    wrong = gap[gap > IDENTITY_TOLERANCE_PCT]
    if len(wrong):
        raise BodyRejected(
            url,
            expected="ACMY10 = ACMTP10 + ACMRNY10",
            got=f"a gap of {float(np.round(wrong.iloc[-1], 6))} on {wrong.index[-1].date()}",
            state="IMPLAUSIBLE",
        )
