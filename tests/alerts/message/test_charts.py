"""Drawings and the pages that hold them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pytest

from alerts.message.charts import Format, draw_figure, draw_timeline
from alerts.message.gallery import Gallery, Picture, gallery_document
from rules.figure import Figure, Line, parts_of
from rules.terms import Severity
from tests.slow import quick_where

DAYS = np.array(["2025-04-08", "2025-04-09", "2025-04-10"], dtype="datetime64[D]")


def figure(kind: str, *lines: Line) -> Figure:
    return Figure(1, "A title", kind, "%", lines, "It says.", "Now.", "A source")


@pytest.mark.parametrize(
    ("form", "kind"),
    quick_where(
        {("svg", "lines"), ("png", "bars")}.__contains__,
        product(("svg", "png"), ("lines", "stack", "bars")),
    ),
)
def test_every_kind_is_drawn_and_the_same_numbers_make_the_same_bytes(
    kind: str, form: Format
) -> None:
    lines = (Line("a", DAYS, np.array([1.0, 2.0, 3.0])), Line("b", DAYS, np.array([2.0, 1.0, 1.0])))
    drawn = draw_figure(figure(kind, *lines), form)
    assert drawn == draw_figure(figure(kind, *lines), form)
    if form == "svg":
        words = [element.text for element in ET.fromstring(drawn).iter() if element.text]
        assert "%" in words
        assert kind == "bars" or {"a", "b"} <= set(words)
    else:
        assert drawn[:8] == b"\x89PNG\r\n\x1a\n"


def test_layers_are_stacked_on_the_days_that_all_have() -> None:
    short = Line("b", DAYS[1:], np.array([1.0, 1.0]))
    assert draw_figure(figure("stack", Line("a", DAYS, np.ones(3)), short), "svg")


@pytest.mark.parametrize("kind", ["lines", "stack", "bars"])
def test_a_figure_without_numbers_is_an_empty_frame(kind: str) -> None:
    assert draw_figure(figure(kind), "svg")


def test_a_timeline_has_a_row_a_rule_and_a_colour_a_severity() -> None:
    marks = {
        "Joint selloff": [(date(2025, 4, 10), Severity.CRITICAL)],
        "Nothing told": [],
    }
    drawn = draw_timeline(marks, date(2025, 4, 1), date(2025, 4, 30), "svg").decode()
    assert "Joint selloff" in drawn
    assert "Nothing told" in drawn
    assert "#c4262e" in drawn


def test_what_comes_from_outside_is_escaped_in_a_gallery() -> None:
    svg = draw_figure(figure("lines", Line("a", DAYS, np.ones(3))), "svg")
    evil = '<script>alert("x")</script>'
    page = gallery_document(
        Gallery(evil, evil, evil, (Picture(evil, svg, evil, ((evil, evil),)),), evil)
    )
    assert "<script>" not in page
    assert page.count("<svg") == 1
    assert "<?xml" not in page


def test_a_line_of_a_figure_ends_where_data_are_missing() -> None:
    months = np.array(["2011-11-30", "2011-12-31", "2012-01-31", "2022-01-31", "2022-02-28"])
    line = Line("Japan", months.astype("datetime64[D]"), np.arange(5.0))
    drawn = draw_figure(figure("lines", line, Line("b", DAYS, np.ones(3))), "svg").decode()
    assert [line.days[part].tolist() for part in parts_of(line.days)] == [
        line.days[:3].tolist(),
        line.days[3:].tolist(),
    ]
    words = [element.text for element in ET.fromstring(drawn).iter() if element.text]
    assert words.count("Japan") == 1


def test_a_year_that_is_not_whole_is_marked() -> None:
    years = np.array(["2024-01-01", "2025-01-01"], dtype="datetime64[D]")
    bars = replace(figure("bars", Line("a", years, np.ones(2))), partial=(False, True))
    words = [one.text for one in ET.fromstring(draw_figure(bars, "svg")).iter() if one.text]
    assert "2024" in words
    assert "2025, part" in words


def test_a_stack_ends_where_data_are_missing_and_is_named_once() -> None:
    days = np.array([f"2024-{month:02}-28" for month in (1, 2, 3, 8, 9, 10)], dtype="datetime64[D]")
    layers = [Line(name, days, np.full(6, 50.0)) for name in ("ours", "theirs")]
    drawn = ET.fromstring(draw_figure(figure("stack", *layers), "svg"))
    ids = [element.get("id", "") for element in drawn.iter()]
    assert sum(one.startswith("FillBetweenPolyCollection") for one in ids) == 4
    words = [element.text for element in drawn.iter() if element.text]
    assert (words.count("ours"), words.count("theirs")) == (1, 1)
