"""The H.4.1 zip: namespaces, neighbours, and what is no number."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pandas as pd
import pytest

from monitor.errors import BodyRejected
from monitor.ingest.calendars import custody_release, next_custody_release
from monitor.sources.h41 import H41
from tests.support import body, new_york

AT = new_york("2025-04-10 17:00")
OBS = '<f:Obs OBS_STATUS="A" OBS_VALUE="{value}" TIME_PERIOD="{day}"/>'


def series(name: str, *observed: tuple[str, str], unit: str = "1000000") -> str:
    inside = "".join(OBS.format(day=day, value=value) for day, value in observed)
    return f'<k:Series CURRENCY="USD" UNIT_MULT="{unit}" SERIES_NAME="{name}">{inside}</k:Series>'


def parsed(*inside: str, head: str = "", member: str = "H41_data.xml") -> dict[date, float]:
    text = f'{head}<m:G xmlns:m="m" xmlns:k="k" xmlns:f="f">{"".join(inside)}</m:G>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "")
        archive.writestr(member, text)
    table = H41().parse(body(packed.getvalue(), "application/zip"), AT)
    values = table["custody_treasuries"].dropna()
    days = [stamp.date() for stamp in pd.DatetimeIndex(values.index)]
    return dict(zip(days, values.tolist(), strict=True))


LEVEL = series("RESH4FG_N.WW", ("2025-04-02", "2908651"), ("2025-04-09", "2899000"))


def test_the_wednesday_level_is_read_and_the_average_beside_it_is_not() -> None:
    average = series("RESH4FG_XAW_N.WW", ("2025-04-02", "1"), ("2025-04-09", "2"))
    assert parsed(average, LEVEL, average) == {
        date(2025, 4, 2): 2908651.0,
        date(2025, 4, 9): 2899000.0,
    }


def test_zeros_before_2007_and_values_that_were_not_observed_are_missing() -> None:
    mixed = series("RESH4FG_N.WW", ("2007-06-27", "0"), ("2025-04-09", "2899000"))
    not_there = OBS.replace('"A"', '"ND"').format(day="2025-04-16", value="-9999")
    mixed = mixed.replace("</k:Series>", f"{not_there}</k:Series>")
    assert parsed(mixed) == {date(2025, 4, 9): 2899000.0}


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ((), "one series RESH4FG_N.WW, got 0 of them"),
        ((LEVEL, LEVEL), "got 2 of them"),
        ((series("RESH4FG_N.WW", unit="1000"),), "UNIT_MULT 1000000, got 1000"),
        ((LEVEL.replace("USD", "EUR"),), "CURRENCY USD, got EUR"),
        ((LEVEL.replace("2899000", "many"),), "OBS_VALUE"),
        (("<open>",), "whole XML"),
        ((LEVEL.replace('OBS_VALUE="2899000"', ""),), "no OBS_VALUE"),
    ],
)
def test_what_is_not_the_series_is_refused(inside: tuple[str, ...], said: str) -> None:
    with pytest.raises(BodyRejected, match=said):
        parsed(*inside)


def test_entities_are_refused_before_they_are_read() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    for before in ("", f"<!-- {'x' * 9000} -->"):
        with pytest.raises(BodyRejected, match="a document type"):
            parsed(LEVEL, head=before + bomb)


def test_a_zero_of_today_is_kept_to_be_refused_as_implausible() -> None:
    zero = series("RESH4FG_N.WW", ("2025-04-02", "0"), ("2025-04-09", "2899000"))
    assert parsed(zero)[date(2025, 4, 2)] == 0.0


def test_a_zip_without_the_member_is_refused() -> None:
    with pytest.raises(BodyRejected, match=r"a member H41_data.xml"):
        parsed(LEVEL, member="H42_data.xml")


def test_it_comes_on_thursday_and_on_friday_after_a_thursday_holiday() -> None:
    assert custody_release(date(2025, 4, 9)) == new_york("2025-04-10 16:30")
    assert custody_release(date(2025, 11, 26)) == new_york("2025-11-28 16:30")
    assert next_custody_release(new_york("2025-04-10 16:29")) == new_york("2025-04-10 16:30")
    assert next_custody_release(new_york("2025-04-10 16:30")) == new_york("2025-04-17 16:30")
    assert next_custody_release(new_york("2025-11-27 18:00")) == new_york("2025-11-28 16:30")
