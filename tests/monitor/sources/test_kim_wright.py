"""The Kim-Wright file, as the Federal Reserve Board writes it."""

from __future__ import annotations

import pandas as pd
import pytest

from monitor.errors import BodyRejected
from monitor.sources.kim_wright import KimWright
from tests.support import body, new_york

AT = new_york("2025-04-15 16:00")
PREAMBLE = '\ufeff"Three-Factor Model"\n\n"Updated, and not official"\n'
HEADER = "Date,THREEFF1.B,THREEFYTP1000.B\n"


def parsed(text: str) -> list[float]:
    values: list[float] = KimWright().parse(body(text), AT)["kw_tp10y"].tolist()
    return values


def test_the_table_begins_wherever_the_row_with_date_is_and_na_is_missing() -> None:
    rows = "2025-04-10,4.1,0.6523\n2025-04-11,NA,NA\n"
    values = parsed(PREAMBLE + HEADER + rows)
    assert values[0] == 0.6523
    assert pd.isna(values[1])
    assert parsed(HEADER + rows)[0] == 0.6523, "without a preamble too"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PREAMBLE, "a row that begins with Date"),
        (PREAMBLE + HEADER.replace("TP1000", "TP0500"), "no THREEFYTP1000.B"),
        (PREAMBLE + HEADER + "2025-04-10,4.1,0.0065\n", "a premium in percent"),
        (PREAMBLE + HEADER + "04/10/2025,4.1,0.65\n", "dates like 2025-04-21"),
    ],
)
def test_another_format_is_refused(text: str, said: str) -> None:
    with pytest.raises(BodyRejected, match=said):
        parsed(text)


def test_the_fitted_yield_is_read_where_it_is_there() -> None:
    header = "Date,THREEFY1000.B,THREEFFTP1000.B,THREEFYTP1000.B\n"
    table = KimWright().parse(body(f"{PREAMBLE}{header}2025-04-10,4.35,9.9,0.65\n"), AT)
    assert table.iloc[0].to_dict() == {"kw_tp10y": 0.65, "kw_y10y": 4.35}
    assert KimWright().describe("kw_y10y").one_vintage


def test_a_week_is_known_on_the_tuesday_after_it() -> None:
    days = pd.DatetimeIndex(["2025-04-07", "2025-04-11", "2025-04-14"])
    known = KimWright().assumed_known_at(days)
    assert [moment.to_pydatetime() for moment in known] == [
        new_york("2025-04-15 15:00"),
        new_york("2025-04-15 15:00"),
        new_york("2025-04-22 15:00"),
    ]


def test_it_is_never_compared_across_vintages_nor_with_another_model() -> None:
    assert KimWright().describe("kw_tp10y").one_vintage
    assert not KimWright().substitutes
    assert not KimWright().checks
