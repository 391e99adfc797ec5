"""The weekly pulse: Treasuries the Fed holds in custody for foreign officials, from H.4.1."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

import pandas as pd

from monitor.bodies import dates, numbers, zip_member
from monitor.calendars import custody_release
from monitor.errors import BodyRejected
from monitor.http import Body
from monitor.source import BaseUrl, Days, Hours, Megabytes, PollTimes, Seconds, UserAgent, WholeFile
from rules.model import Series

MEMBER: Final = "H41_data.xml"
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
        member = zip_member(body, MEMBER)
        lines = {
            NAMES[name]: _line(observed, member.url)
            for name, observed in _observations(member).items()
        }
        custody = lines["custody_treasuries"]
        # A zero is "not reported" before the series began, and an error after it.
        lines["custody_treasuries"] = custody.where((custody != 0) | (custody.index >= FIRST_WEEK))
        return pd.DataFrame(lines)

    def describe(self, series_id: str) -> Series:
        """One of the two."""
        return {"custody_treasuries": CUSTODY, "fed_treasuries": FED}[series_id]

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """16:30 New York on the Thursday after, or Friday where that is a holiday."""
        return pd.DatetimeIndex([custody_release(period.date()) for period in periods])

    def next_period(self, newest: date) -> date:
        """The next Wednesday."""
        return newest + timedelta(days=7)


def _line(observed: list[tuple[str, str]], url: str) -> pd.Series[float]:
    """A series' values by Wednesday."""
    index = dates(pd.Series([day for day, _ in observed], dtype=object), "%Y-%m-%d", url)
    cells = pd.Series([value for _, value in observed], dtype=object, name="OBS_VALUE")
    return pd.Series(numbers(cells, url).to_numpy(), index=index)


def _observations(member: Body) -> dict[str, list[tuple[str, str]]]:
    """The days and values of each series of NAMES that is there, as they are written."""
    # Entities can grow without end. In UTF-16 they would not be found, and the file is UTF-8.
    if b"<!" in member.content.replace(b"<!--", b"") or b"\x00" in member.content[:4]:
        raise BodyRejected(member.url, expected="plain XML", got="a document type or UTF-16")
    found: dict[str, list[tuple[str, str]]] = {}
    inside: list[tuple[str, str]] | None = None
    try:
        for event, element in ET.iterparse(io.BytesIO(member.content), events=("start", "end")):
            name = element.tag.rpartition("}")[2]
            if name == "Series" and event == "start":
                inside = _opened(element, found, member.url)
            elif name == "Obs" and event == "end" and inside is not None:
                inside.append((element.get("TIME_PERIOD", ""), _value(element)))
            elif name == "Series":
                inside = None
                element.clear()  # some thousand other series would stay in memory
    except ET.ParseError as error:
        raise BodyRejected(member.url, expected="whole XML", got=str(error)) from None
    if SERIES_NAME not in found:
        raise BodyRejected(member.url, expected=f"one series {SERIES_NAME}", got="0 of them")
    return found


def _opened(
    series: ET.Element, found: dict[str, list[tuple[str, str]]], url: str
) -> list[tuple[str, str]] | None:
    """Where the observations of a series are kept, None for one that is not read."""
    name = series.get("SERIES_NAME", "")
    if name not in NAMES:
        return None
    if name in found:
        raise BodyRejected(url, expected=f"one series {name}", got="2 of them")
    _check_unit(series, url)
    found[name] = []
    return found[name]


def _value(observed: ET.Element) -> str:
    """What an observation says, `ND` where it says that there is none."""
    if observed.get("OBS_STATUS", OBSERVED) != OBSERVED:
        return "ND"
    return observed.get("OBS_VALUE") or "no OBS_VALUE"


def _check_unit(series: ET.Element, url: str) -> None:
    for attribute, wanted in (("UNIT_MULT", UNIT_MULT), ("CURRENCY", "USD")):
        if series.get(attribute, wanted) != wanted:
            got = f"{series.get(attribute)}"
            raise BodyRejected(url, expected=f"{attribute} {wanted}", got=got)
