"""The figures: said, drawn in two inks, and drawn once."""

from __future__ import annotations

import html
import json
import re
import threading
import xml.etree.ElementTree as ET
from collections.abc import Mapping

import numpy as np
import pytest

from alerts.message.html import NO_BREAK_SPACE, WORD_JOINER
from monitor.web.figure_store import draw
from monitor.web.stale_cache import StaleWhileRevalidate
from rules.figure import Figure, Line
from tests.monitor.web.desk import Browser

# Only what hangs takes so long.
PATIENCE_S = 60.0


def test_each_figure_has_its_words_its_source_and_its_drawing(shown: Browser) -> None:
    answer = shown.get("/figures")
    assert answer.status == 200
    assert re.findall(r"<h2>Figure (\d)\.", answer.text) == ["1", "2", "3", "4", "5", "6"]
    for words in ("The article:", "Today:", "Source:"):
        assert answer.text.count(f"<b>{words}</b>") == 6, words
    assert "<details>" in answer.text
    assert "680 of 13,632 (5.0%)" in answer.text
    assert (
        'media="screen and (prefers-color-scheme: dark)" srcset="/figures/2.svg?ink=dark"'
        in answer.text
    )


def test_a_drawing_is_for_one_ground_and_is_sent_once(shown: Browser) -> None:
    light, dark = (shown.get(f"/figures/2.svg?ink={ink}") for ink in ("light", "dark"))
    for one in (light, dark):
        assert one.status == 200
        assert one.headers["content-type"] == "image/svg+xml"
        assert "style-src 'unsafe-inline'" in one.headers["content-security-policy"]
        assert ET.fromstring(one.body).tag.endswith("svg")
        assert b"<script" not in one.body
    assert light.body != dark.body
    again = shown.get("/figures/2.svg?ink=dark", **{"If-None-Match": dark.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_its_numbers_are_those_that_are_drawn(shown: Browser) -> None:
    page = shown.get("/figures").text
    for number in range(1, 7):
        assert f'data-sources="/figures/{number}.json"' in page
        answer = shown.get(f"/figures/{number}.json", **{"Accept-Encoding": "gzip"})
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["etag"]
    shares = json.loads(shown.get("/figures/4.json").body)
    foreign, fed, private = shares["lines"]
    assert shares["unit"] == "% of the debt held by the public"
    assert {one["drawn_as"] for one in shares["lines"]} == {"stack"}
    assert foreign["periods"] == fed["periods"] == private["periods"]
    for layers in zip(foreign["values"], fed["values"], private["values"], strict=True):
        assert sum(layers) == pytest.approx(100.0)
    (count,) = json.loads(shown.get("/figures/2.json").body)["lines"]
    assert (count["steps"], count["partial"]) == ("years", [len(count["periods"]) - 1])
    # Ten years without data are none in the line.
    japan = json.loads(shown.get("/figures/6.json").body)["lines"][0]
    assert japan["gaps"]
    assert shown.get("/figures/7.json").status == 404


@pytest.mark.parametrize("kind", ["lines", "stack", "bars"])
def test_a_figure_without_numbers_has_words_in_place_of_a_chart(kind: str) -> None:
    nothing = Line("", np.array([], dtype="datetime64[D]"), np.array([]))
    empty = draw(Figure(3, "The term premium", kind, "USD bn", (nothing,), "", "Nothing", ""))
    assert json.loads(empty.numbers.body)["lines"] == []
    assert not empty.has_numbers


def test_the_captions_quote_the_article_and_no_more(shown: Browser) -> None:
    page = html.unescape(re.sub(r"<[^>]+>", "", shown.get("/figures").text))
    page = page.replace(NO_BREAK_SPACE, " ").replace(WORD_JOINER, "")
    for quoted in (
        "picked up through the hiking cycle of 2022.",
        "680 of 13,632 days (5%), 109 of 2,725 weeks (4%) and 36 of 626 months (5.8%)",
        "The term premium is back.",
        "Foreigners 30%, the Fed 15%, domestic private holders 55%; the foreign share peaked in "
        "the 2000s.",
        "Foreign holdings are mostly equities, about USD 17 trn.",
        "Japan's holdings are structural; China's have declined for a decade.",
    ):
        assert quoted in page, quoted


def test_another_figure_or_ink_is_not_there(shown: Browser) -> None:
    for path in ("/figures/7.svg", "/figures/0.svg", "/figures/1.svg?ink=red", "/figures/x.svg"):
        assert shown.get(path).status == 404, path


def test_who_comes_while_it_is_made_anew_gets_the_one_before() -> None:
    kept: StaleWhileRevalidate[str] = StaleWhileRevalidate()
    assert kept.of(1, lambda: "first") == "first"
    began, go_on = threading.Event(), threading.Event()
    got: dict[str, str] = {}

    def slow() -> str:
        began.set()
        assert go_on.wait(PATIENCE_S)
        return "second"

    maker = threading.Thread(target=lambda: got.update(maker=kept.of(2, slow)))
    maker.start()
    assert began.wait(PATIENCE_S)
    assert kept.of(2, lambda: "never") == "first"
    go_on.set()
    maker.join(PATIENCE_S)
    assert got == {"maker": "second"}
    assert kept.of(2, lambda: "never") == "second"


def test_it_is_made_once_for_all_who_ask_first() -> None:
    kept: StaleWhileRevalidate[Mapping[str, int]] = StaleWhileRevalidate()
    made: list[int] = []

    def make() -> Mapping[str, int]:
        made.append(1)
        return {"made": len(made)}

    threads = [threading.Thread(target=lambda: kept.of(1, make)) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(PATIENCE_S)
    assert len(made) == 1


def test_what_cannot_be_made_is_tried_again() -> None:
    kept: StaleWhileRevalidate[str] = StaleWhileRevalidate()

    def broken() -> str:
        raise ValueError("broken")

    for _ in range(2):
        try:
            kept.of(1, broken)
        except ValueError:
            continue
        raise AssertionError("it was not told")
    assert kept.of(1, lambda: "mended") == "mended"
