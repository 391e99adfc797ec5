"""The weekly flows of Japan: full-width weeks, heads of many rows, and sums that must hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from monitor.errors import BodyRejected
from monitor.ingest.calendars import JAPAN_OFFICES, TOKYO, is_session
from monitor.ingest.source import next_at
from monitor.sources.mof_flows import FLOWS, MofFlows
from tests.japan_holidays import is_japan_office_day
from tests.standins.mof_flows import HEADER, document
from tests.support import body, new_york

AT = new_york("2025-04-16 20:00")
UPDATED = date(2025, 4, 17)
# Acquisition, disposition and net of equities and of bonds, their net, the same of bills, and all.
ABROAD = ("10,000", "8,000", "2,000", "90,000", "99,000", "-9,000", "-7,000", "5", "6", "-1")
IN_JAPAN = ("1", "1", "0", "30", "10", "20", "20", "-", "-", "-")
WEEK = (*ABROAD, "-7,001", *IN_JAPAN, "-")


def written(
    *weeks: str, cells: tuple[str, ...] = WEEK, kinds: list[str] = HEADER, updated: date = UPDATED
) -> bytes:
    return document(kinds, [[week, *(f"{cell} " for cell in cells)] for week in weeks], updated)


def parsed(content: bytes) -> pd.DataFrame:
    return MofFlows().parse(body(content, "text/csv"), AT)


def changed(place: int, cell: str) -> tuple[str, ...]:
    return (*WEEK[:place], cell, *WEEK[place + 1 :])


BLANK = b"\r\n" + b"," * 22
LAST_WEEK, WEEK_BEFORE = "2025．4．6～4．12", "2025．3．30～ 4．5"


def test_net_purchases_are_in_billions_of_yen_by_saturday() -> None:
    table = parsed(written(WEEK_BEFORE, LAST_WEEK))
    assert [stamp.date() for stamp in pd.DatetimeIndex(table.index)] == [
        date(2025, 4, 5),
        date(2025, 4, 12),
    ]
    assert table.iloc[-1].dropna().to_dict() == {
        "mof.equities_net": 200.0,
        "mof.long_debt_net": -900.0,
        "mof.short_debt_net": -0.1,
        "mof.total_net": -700.1,
        "mof.inward_equities_net": 0.0,
        "mof.inward_long_debt_net": 2.0,
    }
    assert list(table.columns) == [f"mof.{name}" for name in FLOWS]


def test_a_week_over_the_new_year_names_the_year_of_its_end() -> None:
    table = parsed(written("2024．12．22～12．28", "2024．12．29～2025．1．4"))
    assert str(table.index[-1].date()) == "2025-01-04"


@pytest.mark.parametrize(
    ("weeks", "said"),
    [
        (("2025．4．6～4．11",), "weeks from a Sunday to the Saturday after it, got '2025.4.6"),
        (("2025．4．7～4．13",), "weeks from a Sunday to the Saturday after it"),
        (("2025．4．6～4．19",), "weeks from a Sunday to the Saturday after it"),
        (("2024．12．29～1．4",), "weeks from a Sunday to the Saturday after it"),
        (("2025．2．23～2．31",), "a week like 2026.8.2~8.8, got '2025.2.23~2.31'"),
        (("April 2025",), "a week like 2026.8.2~8.8, got 'April 2025'"),
        (("2025．3．23～3．29", LAST_WEEK), "the week to 2025-04-05 after that to 2025-03-29"),
        ((LAST_WEEK, LAST_WEEK), "the week to 2025-04-19 after that to 2025-04-12"),
        ((LAST_WEEK, WEEK_BEFORE), "the week to 2025-04-19 after that to 2025-04-12"),
        ((), "weeks below the head, then a blank row"),
    ],
)
def test_weeks_follow_each_other_from_sunday_to_saturday(weeks: tuple[str, ...], said: str) -> None:
    with pytest.raises(BodyRejected, match=said):
        parsed(written(*weeks))


@pytest.mark.parametrize(
    ("place", "cell", "said"),
    [
        (2, "2,002", "net equity and investment fund shares to be acquisition less disposition"),
        (5, "-9,002", "net long-term debt securities to be acquisition less disposition"),
        (6, "-7,002", "subtotal to be equity and investment fund shares and long-term debt"),
        (9, "-3", "net short-term debt securities to be acquisition less disposition"),
        (10, "-7,003", "total to be subtotal and short-term debt securities"),
        (16, "22", "net long-term debt securities to be acquisition less disposition"),
        (17, "22", "subtotal to be equity"),
        (5, "-", "net long-term debt securities to be acquisition less disposition .* got nan"),
        (6, "-", "subtotal to be equity"),
        (7, "-5", "acquisition of short-term debt securities of zero or more, got -5 in 2025"),
        (8, "-6", "disposition of short-term debt securities of zero or more, got -6 in 2025"),
        (3, "90000.4", "whole numbers of 100 million yen, got 90000.4 in .* long-term debt"),
        (3, "9,0000", "a number or a word for missing"),
        (3, "n/m", "a number or a word for missing in column '.* long-term debt securities acq"),
    ],
)
def test_parts_that_do_not_make_their_sum_are_refused(place: int, cell: str, said: str) -> None:
    with pytest.raises(BodyRejected, match=said):
        parsed(written(LAST_WEEK, cells=changed(place, cell)))


@pytest.mark.parametrize(("place", "cell"), [(2, "2,001"), (6, "-6,999"), (10, "-7,000")])
def test_a_rounding_is_let_in(place: int, cell: str) -> None:
    assert len(parsed(written(LAST_WEEK, cells=changed(place, cell)))) == 1


def replaced(old: str, new: str) -> bytes:
    text = written(WEEK_BEFORE, LAST_WEEK).decode("cp932")
    assert old in text
    return text.replace(old, new).encode("cp932")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (replaced("Unit: 100 million Yen", "Unit: billion Yen"), "got Unit: billion Yen"),
        (replaced("Unit: 100 million Yen", ""), "Unit: 100 million Yen, got no unit"),
        (replaced("Final Update", "Updated"), "a date like 'Final Update August 14 , 2026'"),
        (replaced("April  17", "Apr  17"), "a date like 'Final Update August 14 , 2026', got 'apr"),
        (replaced("1. Portfolio Investment Assets", "1. Assets"), "names 'portfolio investment as"),
        (replaced("Subtotal", "Sum"), "22 columns by name, got none for .* / subtotal / net"),
        (replaced(" Long-term debt", " Long debt"), "a head that names 'long-term debt securities"),
        (replaced("Acquisition", "Purchase"), "one row of Acquisition, Disposition and Net"),
        (written(LAST_WEEK, updated=date(2025, 4, 12)), "weeks that ended before the update"),
        (written(LAST_WEEK, kinds=[*HEADER[:22], ""]), "22 columns by name, got none for .*total"),
        (written(LAST_WEEK).replace(b"\xef\xbc", b"\x81\xff", 1) + b"\x81", "cp932 text"),
    ],
)  # fmt: skip
def test_a_file_of_another_form_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(BodyRejected, match=said):
        parsed(content)


def test_a_file_that_is_cut_off_in_a_week_or_torn_in_two_is_refused() -> None:
    whole, last = written(WEEK_BEFORE, LAST_WEEK), LAST_WEEK.encode("cp932")
    weeks = whole[: whole.rindex(BLANK)]
    with pytest.raises(BodyRejected, match="then a blank row and notes, got 2 rows"):
        parsed(weeks)
    with pytest.raises(BodyRejected, match=r"23 cells in every week, got 13 in '2025\.4\.6"):
        parsed(weeks.rsplit(b",", 10)[0] + BLANK)
    with pytest.raises(BodyRejected, match=r"notes below a blank row, got the week '2025\.4\.6"):
        parsed(whole.replace(b"\r\n" + last, BLANK + b"\r\n" + last))


def test_columns_are_found_by_their_heads_and_not_by_their_places() -> None:
    swap: Any = [0, 1, 2, 3, 5, 4, *range(6, 23)]  # disposition of bonds before acquisition
    kinds = [HEADER[place] for place in swap]
    cells = tuple(WEEK[place - 1] for place in swap[1:])
    table = parsed(written(LAST_WEEK, cells=cells, kinds=kinds))
    assert table["mof.long_debt_net"].tolist() == [-900.0]


@pytest.mark.parametrize(
    ("saturday", "out"),
    [
        ("2025-04-05", "2025-04-09 19:50"),  # Thursday morning in Tokyo
        ("2025-01-11", "2025-01-16 18:50"),  # Monday was a holiday: Friday
        ("2026-08-08", "2026-08-13 19:50"),  # so was Tuesday; the file names 14 August
        # Offices are closed from 29 December to 3 January: two weeks at once.
        ("2025-12-27", "2026-01-07 18:50"),
        ("2026-01-03", "2026-01-07 18:50"),
    ],
)
def test_a_week_is_out_on_the_fourth_day_that_offices_in_japan_are_open(
    saturday: str, out: str
) -> None:
    assert MofFlows().release(date.fromisoformat(saturday))[0] == new_york(out)


def test_it_is_polled_soon_after_the_release_in_winter_and_in_summer() -> None:
    for saturday in ("2025-01-18", "2025-07-05"):
        out, _ = MofFlows().release(date.fromisoformat(saturday))
        assert next_at(out, MofFlows().poll_at) - out <= timedelta(minutes=10)
        assert (out.astimezone(TOKYO).hour, out.astimezone(TOKYO).minute) == (8, 50)


def test_japans_offices_are_closed_as_its_laws_say() -> None:
    days = pd.date_range("2015-01-01", "2027-12-31")
    differ = [
        str(stamp.date())
        for stamp in days
        if is_session(JAPAN_OFFICES, stamp.date()) is not is_japan_office_day(stamp.date())
    ]
    assert differ == []


def test_what_is_described_is_wide_enough_for_every_flow() -> None:
    for name in FLOWS:
        series = MofFlows().describe(f"mof.{name}")
        assert (series.unit, series.frequency) == ("jpy_bn", "week")
        assert series.plausible is not None
        assert np.isclose(sum(series.plausible), 0.0)
