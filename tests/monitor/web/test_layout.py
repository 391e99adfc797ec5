"""What stands first on a page, what beside what, and what a printed page has."""

from __future__ import annotations

import re

import pytest

from tests.monitor.web.desk import Browser
from tests.slow import quick_where

ALERT = "/alerts/joint_selloff/us/2025-04-10"
SERIES = "/series/spx"


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        # On a phone the columns of an alert follow one another: its numbers first, then the chart.
        (ALERT, ('<div class="columns">', '<ul class="bars critical">', '<img class="chart"',
                 '<dl class="facts">', '<details class="fold" id="evidence">',
                 '<details class="fold" id="history">')),
        # The values stand beside the line where there is room, and below it on a phone.
        (SERIES, ('<div class="columns">', '<figure class="chart-box', '<dl class="facts">',
                  '<div class="aside">', '<table class="close values">', '<h2 id="revisions">')),
    ],
)  # fmt: skip
def test_the_parts_of_a_page_stand_in_this_order(
    shown: Browser, path: str, parts: tuple[str, ...]
) -> None:
    page = shown.get(path).text.partition("</h1>")[2]
    places = [page.index(one) for one in parts]
    assert places == sorted(places)
    columns = page[places[0] : places[-1]]
    assert columns.count("<div") == columns.count("</div>") >= 3


@pytest.mark.parametrize(
    "path", quick_where(ALERT.__eq__, ["/", ALERT, SERIES, "/figures", "/calendar"])
)
def test_no_drawing_waits_until_it_is_scrolled_to(shown: Browser, path: str) -> None:
    """A browser prints without what it has not loaded."""
    page = shown.get(path).text
    assert "loading=" not in page
    assert path not in (ALERT, "/figures") or re.search(r"<img [^>]*src=", page)


def test_a_line_has_dates_levels_and_its_unit_in_words(shown: Browser) -> None:
    line = shown.get(SERIES).text.partition('<figure class="chart-box')[2].partition("</figure>")[0]
    words = re.findall(r"<text[^>]*>([^<]+)</text>", line)
    assert "5,500" in words
    assert words[-1] == "2025-04-10"
    assert "In index points, " in line


@pytest.mark.parametrize("path", ["/", ALERT, "/alerts", SERIES])
def test_no_page_breaks_an_amount(shown: Browser, path: str) -> None:
    page = re.sub(r"<[^>]+>", " ", shown.get(path).text)
    assert not re.search(r"[+−]\$\d|\d (%|bp|sd|pp|σ|USD bn)(?![\w-])", page)


@pytest.mark.parametrize("path", ["/style.css", "/figures"])
def test_what_is_dark_is_for_screens_and_never_for_paper(shown: Browser, path: str) -> None:
    found = re.findall(r"(.{11})\(prefers-color-scheme: dark\)", shown.get(path).text)
    assert set(found) == {"screen and "}
