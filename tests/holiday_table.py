"""The table of closed days and early closes that ships with the program, from the `holidays`
library: looking something up in a table costs a command less than starting the library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import holidays

from monitor.ingest.calendars import (
    BANK_OF_CANADA,
    FED,
    JAPAN_OFFICES,
    NYSE,
    TARGET,
    US_BONDS,
    US_OFFICES,
)

TABLE: Final = Path(__file__).parents[1] / "monitor" / "ingest" / "calendars_holidays.json"
# As far as days are counted in either direction.
YEARS: Final = range(1950, 2051)
WITH_EARLY_CLOSES: Final = (NYSE, US_BONDS)
# Japan's offices close by law over the new year, on more days than the holidays among them.
NEW_YEAR_IN_JAPAN: Final = ((12, 29), (12, 30), (12, 31), (1, 2), (1, 3))
CLOSE_IN_NAME: Final = re.compile(r"close at (\d+):(\d\d)\s*(am|pm)")


def holiday_table() -> str:
    """The table as JSON, a line for each year of a calendar."""
    closed = {
        US_OFFICES: _by_year(holidays.country_holidays("US", years=YEARS)),
        BANK_OF_CANADA: _by_year(_bank_of_canada()),
        JAPAN_OFFICES: _by_year(_japan()),
        **{
            name: _by_year(holidays.financial_holidays(name, years=YEARS))
            for name in (NYSE, US_BONDS, TARGET, FED)
        },
    }
    early_closes = {name: _early_closes(name) for name in WITH_EARLY_CLOSES}
    return json.dumps({"closed": closed, "early_closes": early_closes}, indent=1) + "\n"


def _bank_of_canada() -> Iterable[date]:
    """Ontario's holidays of every kind but Easter Monday, on which the bank publishes: so the days
    without its rates from 2017 to 2021 were, and no others."""
    found = holidays.country_holidays(
        "CA", subdiv="ON", years=YEARS, categories=("public", "government", "optional")
    )
    return [day for day, name in found.items() if name != "Easter Monday"]


def _japan() -> set[date]:
    new_year = {date(year, *day) for year in YEARS for day in NEW_YEAR_IN_JAPAN}
    return new_year.union(holidays.country_holidays("JP", years=YEARS))


def _by_year(days: Iterable[date]) -> Mapping[str, str]:
    found: dict[str, list[str]] = {}
    for day in sorted(days):
        found.setdefault(f"{day:%Y}", []).append(f"{day:%m-%d}")
    return {year: " ".join(in_year) for year, in_year in found.items()}


def _early_closes(market: str) -> Mapping[str, Mapping[str, str]]:
    """By the time of the close, New York, the days by year."""
    half_days = holidays.financial_holidays(market, years=YEARS, categories=("half_day",))
    found: dict[str, list[date]] = {}
    for day, name in half_days.items():
        if close := CLOSE_IN_NAME.search(name):
            hour = int(close[1]) % 12 + 12 * (close[3] == "pm")
            found.setdefault(f"{hour:02}:{close[2]}", []).append(day)
    return {clock_time: _by_year(found[clock_time]) for clock_time in sorted(found)}


def main() -> None:
    """Write the table."""
    TABLE.write_text(holiday_table(), encoding="utf-8")


if __name__ == "__main__":
    main()
