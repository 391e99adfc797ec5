"""The search: what it finds, in which order, and what cannot be done with it."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from monitor.web.search import MOST_FOUND, MOST_LETTERS, Entry, asked_words, find
from tests.monitor.web.desk import Browser
from tests.monitor.web.pages import Message

ALERT = "/alerts/joint_selloff/us/2025-04-10"


def links(browser: Browser, query: str, more: str = "") -> list[str]:
    answer = browser.get(f"/search?q={quote(query)}{more}")
    assert answer.status == 200
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return Message(main).links


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("spx", "/series/spx"),
        ("10y", "/series/ust10y"),
        ("s&p 500 close", "/series/spx"),
        ("CHINA", "/tic/areas/41408"),
        ("china treasuries", "/series/tic.41408."),
        ("japan holdings", "/series/tic.42609.for_"),
        ("2025-04-10 joint", ALERT),
        ("term premium day", "/alerts?rule=term_premium_day"),
        ("outbox", "/outbox"),
        ("heat map", "/calendar"),
    ],
)  # fmt: skip
def test_what_a_desk_types_is_found(shown: Browser, query: str, first: str) -> None:
    assert links(shown, query)[0].startswith(first)


def test_everything_of_an_area_is_found_by_its_name_or_its_code(shown: Browser) -> None:
    by_name, by_code = links(shown, "china"), links(shown, "41408")
    series = [one for one in by_code if one.startswith("/series/tic.41408.")]
    assert len(series) >= 3
    assert set(series) <= set(by_name)


def test_every_word_must_be_there(shown: Browser) -> None:
    assert links(shown, "china nonsense") == []
    assert "Nothing has all of these words" in shown.get("/search?q=china+nonsense").text
    assert "Series by name and area" in shown.get("/search").text


def test_what_is_typed_is_cleaned_and_bounded(shown: Browser) -> None:
    assert asked_words(" a\u202eb \x1b[31mc\n d ") == "ab c d"
    assert len(asked_words("x" * 10_000)) == MOST_LETTERS
    page = shown.get(f"/search?q={quote('<script>alert(1)</script>' + chr(27) + '[31m')}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert shown.get(f"/search?q={'y' * 5000}").status == 200


def test_many_are_counted_and_not_all_shown() -> None:
    entries = [Entry(f"China {n}", "", "home.home", words=f"china {n}") for n in range(50)]
    (found,) = find({"Series": entries}, "chin")
    assert (len(found.entries), found.more) == (MOST_FOUND, 50 - MOST_FOUND)
    assert find({"Series": entries}, "hi") == []  # short, and at no word's beginning
    (found,) = find({"Series": [*entries, Entry("Hi", "", "x", words="hi")]}, "HI")
    assert [one.title for one in found.entries] == ["Hi"]


def test_accents_are_not_needed() -> None:
    curacao = Entry("Curaçao: holdings", "", "x", words="curacao holdings")
    for typed in ("curacao", "Curaçao", "CURAÇAO"):
        assert find({"Series": [curacao]}, typed)[0].entries == [curacao]


def test_of_an_instant_only_what_was_there_is_found(shown: Browser) -> None:
    asked = "2025-04-10 joint"
    before = links(shown, asked, "&at=2025-04-10T18:00-04:00")
    after = links(shown, asked, "&at=2025-04-10T19:00-04:00")
    assert not [one for one in before if one.startswith("/alerts/joint")]
    assert [one for one in after if one.startswith(f"{ALERT}?at=")]


def test_every_page_has_the_form_and_a_search_its_words(shown: Browser) -> None:
    for path in ("/", "/alerts", "/calendar", "/there-is-none"):
        assert '<form class="find" role="search" method="get" action="/search">' in (
            shown.get(path).text
        )
    page = Message(shown.get("/search?q=fed+custody").text)
    (field,) = [one for one in page.all("input") if one.get("name") == "q"]
    assert field["value"] == "fed custody"
