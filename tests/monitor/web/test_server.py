"""The server: what every answer carries, who is refused, and what errors look like."""

from __future__ import annotations

import re

from tests.monitor.web.desk import Browser


def test_the_first_page_answers(shown: Browser) -> None:
    answer = shown.get("/")
    assert answer.status == 200
    assert "<h1>" in answer.text


def test_nothing_from_elsewhere_is_ever_allowed(shown: Browser) -> None:
    for path in ("/", "/there-is-none", "/style.css"):
        headers = shown.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_a_page_is_not_kept_by_a_browser_and_its_style_is(shown: Browser) -> None:
    assert shown.get("/").headers["cache-control"] == "no-store"
    assert "immutable" in shown.get("/style.css").headers["cache-control"]


def test_a_page_that_is_not_there_says_where_to_go(shown: Browser) -> None:
    answer = shown.get("/there-is-none")
    assert answer.status == 404
    assert "Page not found" in answer.text


def test_another_name_than_this_machines_is_refused(shown: Browser) -> None:
    assert shown.get("/", Host="evil.example").status == 403
    assert shown.get("/", Host="evil.example:8321").status == 403
    assert shown.get("/", Host="localhost:1").status == 200
    assert shown.get("/", Host="[::1]:8321").status == 200


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb`, as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_every_ink_reads_on_its_ground_by_day_and_by_night(shown: Browser) -> None:
    style = shown.get("/style.css").text
    modes = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    assert len(modes) == 2
    for mode in modes:
        tone = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", mode))
        tones = ("critical", "warning", "notice", "ok", "unknown")
        for ink in ("ink", "quiet", "link", *tones):
            for ground in ("ground", "card"):
                assert contrast(tone[ink], tone[ground]) >= 4.5, (ink, ground)
        for badge in (*tones, "link"):
            assert contrast(tone["on-tone"], tone[badge]) >= 4.5, badge
        assert contrast(tone["fill"], tone["faint"]) >= 2, "a bar and its rest"
