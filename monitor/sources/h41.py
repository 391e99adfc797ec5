"""The weekly pulse: Treasuries the Fed holds in custody for foreign officials, from H.4.1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Final
from xml.parsers import expat

import pandas as pd

from monitor.errors import BodyRejected
from monitor.ingest.calendars import WEDNESDAYS, custody_release
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
from monitor.ingest.unpacking import member_parts
from rules.model import Series

MEMBER: Final = "H41_data.xml"
# The file has some thousand series of up to 1,250 weeks.
MOST_BYTES: Final = 400_000_000
MOST_ELEMENTS: Final = 5_000_000
MOST_DEPTH: Final = 32
MOST_TAG_BYTES: Final = 1_000_000
MOST_OBSERVATIONS: Final = 10_000
# Wednesday level. RESH4FG_XAW_N.WW beside it is the week's average.
SERIES_NAME: Final = "RESH4FG_N.WW"
# What the Fed itself holds outright: context, so that a file without it is still read.
FED_NAME: Final = "RESPPALGUO_N.WW"
NAMES: Final = {SERIES_NAME: "custody_treasuries", FED_NAME: "fed_treasuries"}
UNIT_MULT: Final = "1000000"
OBSERVED: Final = "A"
FIRST_WEEK: Final = pd.Timestamp("2007-07-04")

CUSTODY = Series(
    series_id="custody_treasuries",
    title="Treasuries in custody for foreign officials",
    unit="usd_mn",
    frequency="week",
    source="Custody: Federal Reserve Board, H.4.1 (face value, Wednesday)",
    plausible=(500_000.0, 10_000_000.0),
    # The largest weekly change from 2007 to 2026 was 105 bn.
    max_step=400_000.0,
)
FED = Series(
    series_id="fed_treasuries",
    title="Treasuries held outright by the Federal Reserve",
    unit="usd_mn",
    frequency="week",
    source="Fed holdings: Federal Reserve Board, H.4.1 (face value, Wednesday)",
    plausible=(300_000.0, 20_000_000.0),
    # The largest weekly change, of March 2020, was 375 bn.
    max_step=800_000.0,
)


@dataclass(frozen=True, kw_only=True)
class H41(WholeFile):
    """A zip of several members; in one of them, namespaced XML, a `Series` by its SERIES_NAME with
    an `Obs` a week. USD mn of face value, Wednesdays, aggregate and officials only. Zeros before
    2007-07 mean that nothing was reported."""

    path: ClassVar[str] = "/releases/h41/data/FRB_h41_xml.zip"
    source_type: ClassVar[str] = "h41"
    publisher: ClassVar[str] = "Federal Reserve Board (H.4.1)"
    licence: ClassVar[str] = "public domain"
    calendar: ClassVar[str] = WEDNESDAYS
    refuse_after_days: ClassVar[int] = 30
    first_day: ClassVar[date] = date(2002, 12, 18)

    base_url: BaseUrl = "https://www.federalreserve.gov"
    user_agent: UserAgent = "havenwatch/0.1"
    poll_at: PollTimes = ("16:40", "09:00")
    stale_after_hours: Hours = 48
    timeout_s: Seconds = 60
    max_mb: Megabytes = 60
    keep_bodies_days: Days = 100

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Column `custody_treasuries` and, where the file has it, `fed_treasuries`, USD mn; index
        the Wednesday."""
        reject_html(body)
        lines = {
            NAMES[name]: _line(observed, body.url) for name, observed in _observations(body).items()
        }
        custody = lines["custody_treasuries"]
        # A zero is "not reported" before the series began, and an error after it.
        lines["custody_treasuries"] = custody.where((custody != 0) | (custody.index >= FIRST_WEEK))
        return pd.DataFrame(lines)

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return tuple(NAMES.values())

    def describe(self, series_id: str) -> Series:
        """One of the two."""
        return {"custody_treasuries": CUSTODY, "fed_treasuries": FED}[series_id]

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """16:30 New York on the Thursday after, or the next day that is no holiday."""
        return pd.DatetimeIndex([custody_release(period.date()) for period in periods])

    def next_period(self, newest: date) -> date:
        """The next Wednesday."""
        return newest + timedelta(days=7)


def _line(observed: list[tuple[str, str]], url: str) -> pd.Series[float]:
    """A series' values by Wednesday."""
    index = dates(pd.Series([day for day, _ in observed], dtype=object), "%Y-%m-%d", url)
    cells = pd.Series([value for _, value in observed], dtype=object, name="OBS_VALUE")
    return pd.Series(numbers(cells, url).to_numpy(), index=index)


class _Reader:
    """Reads the series of NAMES from XML as it is unpacked, of which nothing else is kept."""

    def __init__(self, url: str):
        self._url = url
        self.found: dict[str, list[tuple[str, str]]] = {}
        self._inside: list[tuple[str, str]] | None = None
        self._depth = self._elements = self._fed = 0
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type

    def feed(self, part: bytes, *, is_last: bool = False) -> None:
        """Read on. Raises BodyRejected."""
        try:
            self._parser.Parse(part, is_last)
        except expat.ExpatError as error:
            raise BodyRejected(self._url, expected="whole XML", got=str(error)) from None
        self._bound("elements", self._elements, MOST_ELEMENTS)
        self._fed += len(part)
        # What the parser has not taken yet it keeps: a tag that does not end.
        self._bound("bytes in a tag", self._fed - self._parser.CurrentByteIndex, MOST_TAG_BYTES)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MOST_DEPTH:  # a call for each of a million elements takes a second
            self._bound("elements inside each other", self._depth, MOST_DEPTH)
        name = tag.rpartition("}")[2]
        if name == "Series":
            self._inside = self._opened(attributes)
        elif name == "Obs" and self._inside is not None:
            self._inside.append((attributes.get("TIME_PERIOD", ""), _value(attributes)))
            self._bound("observations of a series", len(self._inside), MOST_OBSERVATIONS)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if tag.rpartition("}")[2] == "Series":
            self._inside = None

    def _opened(self, series: dict[str, str]) -> list[tuple[str, str]] | None:
        """Where the observations of a series are kept, None for one that is not read."""
        name = series.get("SERIES_NAME", "")
        if name not in NAMES:
            return None
        if name in self.found:
            raise BodyRejected(self._url, expected=f"one series {name}", got="2 of them")
        for attribute, wanted in (("UNIT_MULT", UNIT_MULT), ("CURRENCY", "USD")):
            if series.get(attribute, wanted) != wanted:
                got = series[attribute]
                raise BodyRejected(self._url, expected=f"{attribute} {wanted}", got=got)
        self.found[name] = []
        return self.found[name]

    def _refuse_document_type(self, *_: object) -> None:
        # Entities can grow without end.
        raise BodyRejected(self._url, expected="plain XML", got="a document type")

    def _bound(self, what: str, got: int, most: int) -> None:
        if got > most:
            raise BodyRejected(self._url, expected=f"at most {most:,} {what}", got="more")


def _observations(body: Body) -> dict[str, list[tuple[str, str]]]:
    """The days and values of each series of NAMES that is there, as they are written."""
    reader = _Reader(f"{body.url}#{MEMBER}")
    for part in member_parts(body, MEMBER, MOST_BYTES):
        reader.feed(part)
    reader.feed(b"", is_last=True)
    if SERIES_NAME not in reader.found:
        expected = f"one series {SERIES_NAME}"
        raise BodyRejected(f"{body.url}#{MEMBER}", expected=expected, got="0 of them")
    return reader.found


def _value(observed: dict[str, str]) -> str:
    """What an observation says, `ND` where it says that there is none."""
    if observed.get("OBS_STATUS", OBSERVED) != OBSERVED:
        return "ND"
    return observed.get("OBS_VALUE") or "no OBS_VALUE"
