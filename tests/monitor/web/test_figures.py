"""The figures: said, drawn in two inks, and drawn once."""

from __future__ import annotations

import re
import threading
import xml.etree.ElementTree as ET
from collections.abc import Mapping

from monitor.web.stale_cache import StaleWhileRevalidate
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
