"""Walk every source through years of polls: is it ever called stale while nothing is late, or fresh
when something is? `python -m tests.staleness [FIRST_YEAR [LAST_YEAR]]` prints a line a source."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console

from monitor.config.load import build
from monitor.formats.yahoo_chart import YahooChart
from monitor.ingest.http import Body
from monitor.ingest.source import Source
from tests import publication_model as model
from tests.publication_model import NEW_YORK, Publication, at, publications

# How long after the latest moment and the hours of grace a missing number may go unnoticed: until
# the next poll, and the time a poll takes.
TICK: Final = timedelta(minutes=5)
STAMP: Final = "%a %m-%d %H:%M"
# When trading ends on a full day and on a half day, and when it begins, New York.
HOURS: Final = {
    "yahoo": ((0, 0), (17, 0), (13, 45)),
    "yahoo_spx": ((9, 30), (16, 0), (13, 0)),
    "yahoo_tnx": ((8, 20), (15, 0), (14, 0)),
}

ZONES: Final = {"yahoo_tnx": "America/Chicago"}


@dataclass(frozen=True)
class Walked:
    """One source over a span."""

    source: str
    publications: int
    polls: int
    false_stale: tuple[str, ...]
    false_fresh: tuple[str, ...]


def sources() -> dict[str, Source]:
    """Every source of the default configuration that is not complete."""
    return {n: s for n, s in build({}, {}, Path()).sources.items() if not s.is_complete}


def walk(source: Source, first: date, last: date) -> Walked:
    """Poll a source as it asks to be polled, over what its publisher publishes in a span."""
    coming = publications(source.name, first, last)
    if not coming:
        return Walked(source.name, 0, 0, (), ())
    stored, polled = coming[0], coming[0].comes_at
    found = _seen_by(source, coming)
    stale, fresh, polls = [], [], 0
    for due in coming[1:]:
        deadline = source.stale_at(stored.period)
        grace = timedelta(hours=source.stale_after_hours)
        noticed = source.next_poll(due.latest + grace - timedelta(seconds=1), stored.period) + TICK
        if deadline > noticed:
            fresh.append(f"{due.period}: until {deadline:{STAMP}}, not {noticed:{STAMP}}")
        while (newest := found(polled)) < due.period:
            polled = source.next_poll(polled, stored.period)
            polls += 1
        if polled > deadline:
            stale.append(f"{due.period}: from {deadline:{STAMP}} to {polled:{STAMP}}")
        assert newest >= due.period
        stored = due
    return Walked(source.name, len(coming), polls, tuple(stale), tuple(fresh))


def _seen_by(source: Source, coming: Sequence[Publication]) -> Callable[[datetime], date]:
    """The newest period that a poll at an instant stores."""
    if isinstance(source, YahooChart):
        return lambda moment: _newest_close(source, moment)
    place = 0

    def newest(moment: datetime) -> date:
        nonlocal place
        while place + 1 < len(coming) and coming[place + 1].comes_at <= moment:
            place += 1
        return coming[place].period

    return newest


def _newest_close(source: YahooChart, moment: datetime) -> date:
    """The last of the closes that the source reads from the bars of an instant."""
    body = Body("http://yahoo/chart", _chart(source, moment), "application/json", None, None)
    frame = source.parse(body, moment)
    newest: date = frame.index[-1].date()
    return newest


def _chart(source: YahooChart, moment: datetime) -> bytes:
    """Five bars up to the running one: some bodies name their session's end, some bars carry the
    last trade's time, and in the weeks round a clock change those of the dollar are stamped 23:00
    of the day before."""
    day = moment.astimezone(NEW_YORK).date()
    opens, usual, early = HOURS[source.name]
    if moment < at(day, *opens):
        day -= model.DAY
    days: list[date] = []
    while len(days) < 5:
        if model.is_stock_day(day):
            days.insert(0, day)
        day -= model.DAY
    last = days[-1]
    ends = at(last, *(early if model.is_half_day(last) else usual))
    traded = min(moment, ends - timedelta(seconds=8))
    stamps = [int(at(one, *opens).timestamp()) for one in days]
    if source.name == "yahoo" and _is_near_clock_change(last):
        stamps = [stamp - 3600 for stamp in stamps]
    if last.day % 2:
        stamps[-1] = int(traded.timestamp())
    meta: dict[str, object] = {
        "symbol": source.symbol,
        "dataGranularity": "1d",
        "exchangeTimezoneName": ZONES.get(source.name, "America/New_York"),
        "regularMarketTime": int(traded.timestamp()),
    }
    if last.day % 3:
        regular = {"start": int(at(last, *opens).timestamp()), "end": int(ends.timestamp())}
        meta["currentTradingPeriod"] = {"regular": regular}
    closes = [4.0 + 0.01 * (one.toordinal() % 7) for one in days]
    result = {"meta": meta, "timestamp": stamps, "indicators": {"quote": [{"close": closes}]}}
    return json.dumps({"chart": {"result": [result], "error": None}}).encode()


def _is_near_clock_change(day: date) -> bool:
    offsets = {at(day + n * model.DAY, 12).astimezone(NEW_YORK).utcoffset() for n in (-7, 7)}
    return len(offsets) > 1


def main() -> int:
    """Print a line a source; 1 where anything was called wrongly."""
    years = [int(word) for word in sys.argv[1:]] or [2015, 2027]
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    terminal = Console(highlight=False, width=120)
    terminal.print(f"{first} to {last}")
    wrong = 0
    for source in sources().values():
        one = walk(source, first, last)
        terminal.print(
            f"{one.source:20} {one.publications:5} publications {one.polls:6} polls "
            f"{len(one.false_stale):3} false stale {len(one.false_fresh):3} false fresh"
        )
        for what in (*one.false_stale[:3], *one.false_fresh[:3]):
            terminal.print(f"    {what}")
        wrong += len(one.false_stale) + len(one.false_fresh)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
