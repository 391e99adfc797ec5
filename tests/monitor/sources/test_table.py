"""A desk's own feed, in the shapes that desks have."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.clock import SimulatedClock
from monitor.config.load import build
from monitor.errors import BodyRejected, FetchFailed, NotFound
from monitor.ingest.http import Http
from monitor.sources.table import Table
from tests.support import TABLE, body, new_york

AT = new_york("2025-04-10 18:00")


def feed(**settings: Any) -> Table:
    block = {"base_url": "https://feed.example.org", **TABLE, "type": "table", **settings}
    source = build({"sources": {"desk": block}}, {"FEED_TOKEN": "secret"}, Path()).sources["desk"]
    assert isinstance(source, Table)
    return source


def test_columns_are_mapped_scaled_and_named_after_the_block() -> None:
    column = {"column": "PX_LAST", "title": "DXY", "unit": "index", "scale": 0.01}
    source = feed(columns={"dxy": column})
    table = source.parse(body("TICKER;px_last;Date\nDXY;10287;09.04.2025\n"), AT)
    assert table["desk.dxy"].to_dict() == {table.index[0]: 102.87}
    assert table.index[0].date() == date(2025, 4, 9)
    assert source.describe("desk.dxy").source == "DXY: ICE through a vendor"


def test_json_rows_are_found_by_their_path_with_numbers_or_text_and_null() -> None:
    source = feed(format="json", rows="data.items", date_column="t", date_format="iso")
    rows = [
        {"t": "2025-04-08", "PX_LAST": 102.9},
        {"t": "2025-04-09", "PX_LAST": "102.97"},
        {"t": "2025-04-10", "PX_LAST": None},
    ]
    table = source.parse(body(json.dumps({"data": {"items": rows}})), AT)
    assert table["desk.dxy"].tolist()[:2] == [102.9, 102.97]
    assert table["desk.dxy"].isna().tolist() == [False, False, True]


def test_a_json_value_may_lie_deeper_than_its_row() -> None:
    column = {"column": "FXUSDCAD.v", "title": "USD/CAD", "unit": "index"}
    source = feed(
        format="json",
        rows="observations",
        date_column="d",
        date_format="iso",
        columns={"cad": column},
    )
    rows = [
        {"d": "2025-04-08", "FXUSDCAD": {"v": "1.4215"}},
        {"d": "2025-04-09", "FXUSDCAD": {"v": None}},
    ]
    table = source.parse(body(json.dumps({"observations": rows})), AT)
    assert table["desk.cad"].to_list()[0] == 1.4215
    assert table["desk.cad"].isna().tolist() == [False, True]
    for wrong in ({"v": {"w": 1}}, {"w": "1"}, "1.42", None):
        content = json.dumps({"observations": [{"d": "2025-04-08", "FXUSDCAD": wrong}]})
        with pytest.raises(BodyRejected, match=r"rows without FXUSDCAD\.v"):
            source.parse(body(content), AT)


def test_the_header_is_looked_for_below_a_preamble() -> None:
    column = {"column": "FXUSDCAD", "title": "USD/CAD", "unit": "index"}
    source = feed(delimiter=",", date_column="date", date_format="iso", columns={"cad": column})
    content = (
        '\ufeff"TERMS AND CONDITIONS"\n"https://bank.example.org/terms/"\n\n"SERIES"\n'
        '"id","label"\n"FXUSDCAD","USD/CAD"\n\n"OBSERVATIONS"\n'
        '"date","FXEURCAD","FXUSDCAD"\n"2025-04-08","1.55","1.4215"\n"2025-04-09","1.56","1.4180"\n'
    )
    assert source.parse(body(content), AT)["desk.cad"].tolist() == [1.4215, 1.418]


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("iso", "2025-04-09T23:30:00-04:00"),
        ("iso", "2025-04-10T03:30:00Z"),
        ("epoch_s", "1744255800"),
        ("epoch_ms", "1744255800000"),
    ],
)
def test_an_instant_belongs_to_its_day_in_the_feeds_zone(style: str, written: str) -> None:
    table = feed(date_format=style).parse(body(f"Date;PX_LAST\n{written};102.9\n"), AT)
    assert [stamp.date() for stamp in table.index] == [date(2025, 4, 9)]


def test_a_row_that_is_usually_not_known_yet_is_unfinished_and_left_out() -> None:
    content = body("Date;PX_LAST\n09.04.2025;102.9\n10.04.2025;101.2\n")
    assert len(feed().parse(content, new_york("2025-04-10 16:00"))) == 1
    assert len(feed().parse(content, new_york("2025-04-10 17:10"))) == 2


def test_a_row_of_a_later_day_is_left_in_to_be_refused() -> None:
    content = body("Date;PX_LAST\n09.04.2025;102.9\n11.04.2025;101.2\n")
    assert len(feed().parse(content, AT)) == 2


@pytest.mark.parametrize(
    ("settings", "content", "said"),
    [
        ({}, "Date;PX\n09.04.2025;1\n", "no PX_LAST"),
        ({}, "Date;PX_LAST\n2025-04-09;1\n", "dates like 21.04.2025"),
        ({"date_format": "epoch_s"}, "Date;PX_LAST\nsoon;1\n", "format epoch_s, got 'soon'"),
        ({"format": "json"}, "{", "expected JSON"),
        ({"format": "json", "rows": "data"}, '{"items": []}', "a list of objects at 'data'"),
        ({"format": "json"}, '[{"Date": "09.04.2025"}]', "rows without PX_LAST"),
        ({"format": "json"}, "<html></html>", "a page of markup"),
    ],
)
def test_what_is_not_the_table_described_is_refused(
    settings: dict[str, Any], content: str, said: str
) -> None:
    with pytest.raises(BodyRejected, match=said):
        feed(**settings).parse(body(content), AT)


def test_the_next_period_follows_from_the_frequency() -> None:
    source = feed()
    assert source.next_period(date(2025, 4, 17)) == date(2025, 4, 21)  # Good Friday
    assert replace(source, frequency="week").next_period(date(2025, 4, 9)) == date(2025, 4, 16)
    assert replace(source, frequency="month").next_period(date(2025, 4, 30)) == date(2025, 5, 31)


def test_a_dropped_file_is_read_and_a_missing_one_is_said(tmp_path: Path) -> None:
    source = feed(base_url=f"file://{tmp_path}")
    http = Http(SimulatedClock(AT))
    (request,) = source.requests(None, AT)
    with pytest.raises(NotFound, match=r"dxy.csv: expected a file, got none"):
        http.get(request)
    (tmp_path / "dxy.csv").write_text("Date;PX_LAST\n09.04.2025;102.9\n")
    dropped = http.get(request)
    assert dropped is not None
    assert len(source.parse(dropped, AT)) == 1
    with pytest.raises(FetchFailed, match="at most 10 bytes"):
        http.get(replace(request, max_bytes=10))


def test_the_token_is_named_in_a_request_and_never_shown_in_it() -> None:
    (request,) = feed(token_env="FEED_TOKEN").requests(None, AT)
    assert request.token_env == "FEED_TOKEN"
    assert "secret" not in repr(request)
