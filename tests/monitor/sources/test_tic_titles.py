"""What the series of the TIC files are called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.config.load import build
from monitor.formats.flows import is_flow
from monitor.formats.tic_tables import TicFile
from monitor.terminal.vintages import _with_name
from rules.tic.areas import COUNTRIES, SUMS
from tests.support import SHARED

SOURCES = build({}, {}, Path()).sources


@pytest.mark.parametrize(
    ("source", "series_id", "title"),
    [
        ("treasury_tic", "tic.41408.for_lt_treas_net", "China: net long-term Treasury purchases"),
        ("treasury_tic", "tic.99996.for_treas_pos", "All foreigners: Treasury holdings"),
        (
            "treasury_tic",
            "tic.42609.for_treas_net",
            "Japan: net Treasury purchases, bills included",
        ),
        (
            "treasury_tic",
            "tic.99990.for_st_treas_net",
            "Foreign officials: change in Treasury bill holdings",
        ),
        (
            "tic_assets",
            "tic_lt.99990.for_lt_eqty_net",
            "Foreign officials: net purchases of equities",
        ),
        ("tic_assets", "tic_lt.29998.for_lt_treas_pos", "Canada: long-term Treasury holdings"),
        (
            "tic_form_s",
            "form_s.43001.treas_sales",
            "South Korea: gross sales of Treasury bonds and notes (Form S)",
        ),
    ],
)
def test_a_series_is_called_by_its_area_and_its_measure(
    source: str, series_id: str, title: str
) -> None:
    described = SOURCES[source].describe(series_id)
    assert described.title == title
    assert described.unit == "usd_mn"


@pytest.mark.parametrize("source", ["treasury_tic", "tic_assets", "tic_holdings", "tic_form_s"])
def test_the_note_of_the_configuration_stands_in_the_label(source: str) -> None:
    plain = SOURCES[source]
    assert isinstance(plain, TicFile)
    series_id = {
        "treasury_tic": "tic.41408.for_treas_net",
        "tic_assets": "tic_lt.41408.for_lt_treas_net",
        "tic_holdings": "mfh.japan",
        "tic_form_s": "form_s.41408.treas_sales",
    }[source]
    noted = replace(plain, note="as revised to June 2026").describe(series_id)
    assert noted.source.endswith(", as revised to June 2026")
    assert "revised" not in plain.describe(series_id).source


def test_every_area_of_the_files_has_a_name() -> None:
    if not SHARED.is_dir():
        pytest.skip("the real files (../shared/data) are not here")
    named = {**COUNTRIES, **SUMS}
    for file in ("slt_table3@2026-06-18.txt", "slt_table1@2026-06-18.txt"):
        lines = (SHARED / "tic" / file).read_text("ascii").splitlines()
        cells = [line.split("\t") for line in lines]
        codes = {one[1] for one in cells if len(one) > 2 and one[1].isdigit() and len(one[1]) == 5}
        assert codes <= set(named), codes - set(named)


def test_the_change_of_a_flow_is_not_shown_and_names_are_suggested() -> None:
    assert is_flow("tic.41408.for_lt_treas_net")
    assert is_flow("form_s.41408.treas_sales")
    assert not is_flow("tic.41408.for_treas_pos")
    assert not is_flow("custody_treasuries")
    assert is_flow("mof.long_debt_net")
    assert _with_name("tic.41408.for_lt_treas_net") == "tic.china.for_lt_treas_net"
