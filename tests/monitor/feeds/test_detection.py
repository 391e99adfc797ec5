"""What a desk's own file is found to be, in the shapes that desks have."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from monitor.errors import BodyRejected
from monitor.feeds.detection import Detected, detect
from tests.support import body
from tests.table_files import xls, xlsx

TODAY = date(2025, 4, 10)
DAYS = [date(2025, 4, 7), date(2025, 4, 8), date(2025, 4, 9)]


def found(content: bytes | str, **named: str) -> Detected:
    return detect(body(content), TODAY, **named)


def rows(style: str = "%Y-%m-%d", mark: str = ";", value: str = "102.9") -> str:
    return "".join(f"{day.strftime(style)}{mark}{value}\n" for day in DAYS)


SHAPES: dict[str, tuple[bytes | str, dict[str, Any], list[str], str]] = {
    "a plain CSV": ("date,close\n" + rows(mark=","), {"delimiter": ","}, ["close"], "iso"),
    "tabs": ("date\tclose\n" + rows(mark="\t"), {"delimiter": "\t"}, ["close"], "iso"),
    "semicolons and decimal commas": (
        "date;close\n" + rows(value="102,9"), {"delimiter": ";", "decimal": ","}, ["close"], "iso",
    ),
    "a preamble, a ticker and a header of its own": (
        "Terms apply\nField;PX_LAST\n\nDate;Ticker;Last\n"
        "20/03/2025;DXY;1\n21/03/2025;DXY;1\n24/03/2025;DXY;1\n",
        {"delimiter": ";"}, ["Last"], "%d/%m/%Y",
    ),
    "an index without a name": (",close\n" + rows(mark=","), {"delimiter": ","}, ["close"], "iso"),
    "newest first": (
        "date;close\n" + "".join(reversed(rows("%d.%m.%Y").splitlines(keepends=True))),
        {"delimiter": ";"}, ["close"], "%d.%m.%Y",
    ),
    "words for missing": (
        "date;close\n" + rows() + "2025-04-10;N/A\n", {"delimiter": ";"}, ["close"], "iso",
    ),
    "names of months": (
        "date;close\n" + rows("%d-%b-%Y"), {"delimiter": ";"}, ["close"], "%d-%b-%Y"
    ),
    "a list deep in JSON": (
        json.dumps({"meta": {"tags": ["a"]}, "data": {"items": [
            {"t": f"{day}T20:00:00Z", "px": {"last": "102.9", "currency": "USD"}} for day in DAYS
        ]}}),
        {"format": "json", "rows": "data.items"}, ["px.last"], "iso",
    ),
    "seconds since 1970 in JSON": (
        json.dumps([{"t": 1_744_000_000 + 86_400 * one, "v": 1.5} for one in range(3)]),
        {"format": "json"}, ["v"], "epoch_s",
    ),
    "the sheet with the table": (
        xlsx({"Notes": [["nothing"]], "Data": [["Date", "Last"], *([day, 1.5] for day in DAYS)]}),
        {"format": "xlsx", "sheet": "Data"}, ["Last"], "iso",
    ),
    "a sheet of Excel 97": (
        xls({"Data": [["By hand"], ["Date", "Last"], *([day, 1.5] for day in DAYS)]}),
        {"format": "xls", "sheet": "Data"}, ["Last"], "iso",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_layout_is_found(name: str) -> None:
    content, settings, numeric, style = SHAPES[name]
    one = found(content)
    assert one.settings == settings
    assert list(one.numeric) == numeric
    assert [reading.style for reading in one.readings] == [style]


@pytest.mark.parametrize(
    ("style", "days", "readings"),
    [
        ("%d/%m/%Y", DAYS, ["%d/%m/%Y"]),  # by months they are months apart, and in the future
        ("%d/%m/%Y", [date(2025, one, 1) for one in (1, 2, 3, 4)], ["%d/%m/%Y"]),  # a Saturday
        ("%m/%d/%Y", [date(2025, 1, one) for one in (2, 3, 6, 7)], ["%m/%d/%Y"]),
        ("%d/%m/%Y", [date(2024, one, 1) for one in (2, 3, 4, 5)], ["%d/%m/%Y", "%m/%d/%Y"]),
    ],
)
def test_days_and_months_are_told_apart_where_the_calendar_can(
    style: str, days: list[date], readings: list[str]
) -> None:
    content = "date,close\n" + "".join(f"{day.strftime(style)},1\n" for day in days)
    assert [one.style for one in found(content).readings] == readings


@pytest.mark.parametrize(
    ("named", "numeric"),
    [({"sheet": "B"}, ["y"]), ({}, ["x"]), ({"date_column": "later"}, ["x"])],
)
def test_what_is_named_is_taken_in_place_of_the_largest(
    named: dict[str, str], numeric: list[str]
) -> None:
    first: list[list[Any]] = [["Date", "Later", "x"], *([day, day, 1] for day in DAYS)]
    content = xlsx({"A": first, "B": [["Date", "y"], *([day, 1] for day in DAYS[:2])]})
    dated = named.pop("date_column", "")
    one = found(content, **named, dated=dated)
    assert list(one.numeric) == numeric
    assert one.date_column == ("Later" if dated else "Date")


REFUSED = {
    "an error page": ("<html>no</html>", "a page of markup"),
    "nothing": ("", "an empty body"),
    "text": ("hello\n", "no column of dates"),
    "no header": (rows(), "no column of dates below a header"),
    "no numbers": ("date;name\n" + rows(value="abc"), "no column of numbers beside 'date'"),
    "thousands": (
        'date;v\n' + rows(value='"1,234.5"'), r"'v' has '1,234\.5' in the row of 2025-04-07, which"
    ),
    "one bad cell": (
        'date,close\n2025-04-08,4.5\n2025-04-09,"4,943.30"\n',
        r"'close' has '4,943\.30' in the row of 2025-04-09, which is no plain number",
    ),
    "a row a series": ("date;v\n" + rows() + rows(), "'2025-04-07' twice in 'date'"),
    "a footer": ("date;v\n" + rows() + "Source: ours\n", "its last row is 'Source: ours'"),
    "a short row": ("date;v;w\n" + rows(value="1;2") + "2025-04-10;1\n", "2 cells under a header"),
    "days of the future": ("date;v\n" + rows().replace("2025", "2035"), "or of the future"),
    "years": ("date;v\n2023-01-02;1\n2024-01-02;1\n2025-01-02;1\n", "not business days, weeks"),
    "weekends": (
        "date;v\n" + "".join(f"2025-03-{one:02d};1\n" for one in range(1, 20)), "business days"
    ),
    "columns as JSON lists": ('{"t": ["2025-04-09"], "v": [1]}', "a list of objects, got none"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_such_table_is_said(name: str) -> None:
    content, said = REFUSED[name]
    with pytest.raises(BodyRejected, match=said):
        found(content)


def test_a_column_with_one_bad_cell_is_left_out_with_that_cell() -> None:
    one = found('date,open,close,note\n2025-04-08,1,1.5,"day 1"\n2025-04-09,1,"4,943.30",calm\n')
    assert list(one.numeric) == ["open"]
    cell = "'4,943.30' in the row of 2025-04-09"
    assert one.others == {"close": cell, "note": ""}


def test_a_column_of_dates_or_a_list_that_is_not_there_is_said() -> None:
    with pytest.raises(BodyRejected, match="dates named 'when' below"):
        found("date;v\n" + rows(), dated="when")
    with pytest.raises(BodyRejected, match=r"a list of objects at 'a\.b', got none"):
        found('[{"a": 1}]', rows="a.b")
