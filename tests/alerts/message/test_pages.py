"""What a person reads, in each form."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from alerts.lifecycle import step
from alerts.message.compose import alert_message, resolved_words
from alerts.message.html import bar_cells, html_document
from alerts.message.message import Message
from alerts.message.plain import draw_bar, plain_text
from alerts.message.sections import Bar, Bars, Image, Section, Table, Text
from alerts.message.values import show
from alerts.release import Release
from alerts.slack.blocks import (
    MAX_BLOCKS,
    MAX_HEADER,
    MAX_SECTION,
    PHONE_COLUMNS,
    slack_blocks,
)
from monitor.ingest.calendars import NEW_YORK
from rules.model import AlertText, Evidence
from rules.terms import Answer, Kind
from tests.slack_preview import slack_page
from tests.support import new_york, signal

HOSTILE = '<script>alert("x")</script> & <!channel> *bold*'


def explained(headline: str = "Something fell.") -> AlertText:
    return AlertText(
        headline,
        "Once a year.",
        "Not that foreigners sold.",
        (
            Evidence("S&P 500", -3.4608, "pct", date(2025, 4, 10), "Cboe", -1.0),
            Evidence("Bills", None, "usd_bn", date(2025, 4, 10), "TIC"),
        ),
    )


def page(headline: str = "Something fell.", *, provisional: bool = False) -> Message:
    known = new_york("2025-04-10 18:30")
    transition = step(
        None,
        signal(explained=explained(headline), known_at=known, provisional=provisional),
        Kind.EVENT,
        timedelta(hours=42),
    )
    assert transition is not None
    releases = (
        Release("TIC for April 2025 (who sold)", new_york("2025-06-18 16:00"), estimated=True),
    )
    return alert_message(transition, "Joint selloff", releases, NEW_YORK)


def test_an_alert_says_what_how_unusual_what_not_when_and_what_next() -> None:
    text = plain_text(page())
    for said in (
        "WARNING · Joint selloff · opened",
        "Something fell.",
        "How unusual\nOnce a year.",
        "What it does not mean\nNot that foreigners sold.",
        "available Thu 10 Apr 2025 18:30 EDT",
        "Cboe",
        "TIC for April 2025 (who sold): Wed 18 Jun 2025 16:00 EDT (estimated)",
        "−3.46%",
        "−1.00%",
        "not published",
        "joint_selloff/us/2025-04-10",
    ):
        assert said in " ".join(text.split(" ")), said


def test_the_subject_says_it_all_in_one_line() -> None:
    assert page().subject == "[WARNING · Joint selloff · opened] Something fell."
    assert "provisional" in page(provisional=True).subject


def test_a_withdrawal_says_so_first() -> None:
    opened = step(None, signal(), Kind.EVENT, timedelta(hours=42))
    assert opened is not None
    gone = step(opened.after, signal(Answer.QUIET), Kind.EVENT, timedelta(hours=42))
    assert gone is not None
    found = alert_message(gone, "Joint selloff", (), NEW_YORK)
    assert found.tone == "resolved"
    first = found.sections[0]
    assert isinstance(first, Text)
    assert first.strong
    assert first.body.startswith("Withdrawn")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        assert not any(name in ("src", "href") for name, _ in attrs), "an external asset"


def test_html_escapes_what_comes_from_outside_and_needs_no_asset() -> None:
    document = html_document(page(HOSTILE))
    tags = Tags()
    tags.feed(document)
    assert "script" not in tags.seen
    assert "&lt;script&gt;" in document
    assert "prefers-color-scheme: dark" in document


def test_a_cell_names_its_column_where_a_phone_stacks_the_table() -> None:
    table = Table("Levels", ("level", 'value "x"'), "lr", (("S&P 500", "5,268.05"),))
    document = html_document(dataclasses.replace(page(), sections=(table,)))
    cells = re.findall(
        r"<td class=\"(.)\" [^>]*data-column=\"([^\"]*)\"[^>]*>([^<]*)</td>", document
    )
    assert cells == [
        ("l", "level", "S&amp;P 500"),
        ("r", "value &#34;x&#34;", "5,268.05"),
    ]
    assert "content: attr(data-column)" in document


def test_a_file_holds_its_charts_in_itself() -> None:
    charted = dataclasses.replace(page(), sections=(Image("Prices", "It fell.", b"png"),))
    assert 'src="data:image/png;base64,cG5n" alt="It fell."' in html_document(charted)


def test_a_bar_is_a_table_whose_mark_is_at_a_third() -> None:
    assert bar_cells(0.0) == [("rest", 33.3), ("mark", 0.0), ("rest", 66.7)]
    assert bar_cells(0.5) == [("fill", 16.7), ("rest", 16.7), ("mark", 0.0), ("rest", 66.7)]
    assert bar_cells(2.0) == [("over", 33.3), ("mark", 0.0), ("over", 33.3), ("rest", 33.3)]
    assert bar_cells(9.0) == [("over", 33.3), ("mark", 0.0), ("over", 66.7)]


def test_a_mail_reads_where_the_styles_of_its_head_are_dropped() -> None:
    bars = Bars("Sizes", (Bar("S&P 500", "−3.46 %", "−1.00 %", 2.0),))
    document = html_document(dataclasses.replace(page(), sections=(bars,)))
    bare = re.sub(r"<style>.*?</style>", "", document, flags=re.DOTALL)
    assert 'class="over" width="33.3%" bgcolor="#d98a0b"' in bare
    assert "background:#ffffff" in bare
    assert "var(" not in document


def test_slack_escapes_what_comes_from_outside() -> None:
    hostile = dataclasses.replace(page(), sections=(Text(HOSTILE), Text(HOSTILE, HOSTILE)))
    said = json.dumps(slack_blocks(hostile))
    assert "<!channel>" not in said
    assert "&lt;!channel&gt;" in said


def test_slack_blocks_stay_inside_slacks_limits_whatever_the_length() -> None:
    long = dataclasses.replace(
        page("x" * 5000),
        kicker="k" * 5000,
        sections=(
            Text("word " * 2000, "h"),
            Table("t", ("a", "b"), "lr", tuple(("c" * 60, "1") for _ in range(300))),
            *(Text("more") for _ in range(80)),
        ),
    )
    blocks = slack_blocks(long)
    assert len(blocks) <= MAX_BLOCKS
    assert blocks[-1]["type"] == "context"
    for block in blocks:
        if block["type"] == "header":
            assert len(block["text"]["text"]) <= MAX_HEADER
        if block["type"] == "section":
            assert len(block["text"]["text"]) <= MAX_SECTION


def said_in_slack(sections: tuple[Section, ...]) -> list[str]:
    """The text of each block."""
    blocks = slack_blocks(dataclasses.replace(page(), sections=sections))
    return [one["text"]["text"] if "text" in one else one["elements"][0]["text"] for one in blocks]


WIDE = Table(
    "What followed",
    ("period", "size", "S&P 500 %", "10-year bp"),
    "lrrr",
    (("2025-03-04", "1.12 sd", "+1.1 / −3.6 / −1.9", "+6 / +6 / −2"),),
)


def test_a_code_block_in_slack_fits_a_phone() -> None:
    label = "ACM 10-year term premium, change over 21 sessions"
    bars = Bars("Sizes", (Bar(label, "−27.6 USD bn", "−20.0 USD bn", 1.4),))
    said = [one for one in said_in_slack((bars, WIDE)) if "```" in one]
    lines = [line for one in said for line in one.split("```")[1].splitlines()]
    assert max(len(line.replace("&amp;", "&")) for line in lines) <= PHONE_COLUMNS
    assert "  S&amp;P 500 % +1.1 / −3.6 / −1.9" in lines
    assert "███│█░░░░░  −27.6 USD bn (−20.0 USD bn)" in lines


def test_a_narrow_table_in_slack_stays_a_table() -> None:
    narrow = Table("Levels", ("level", "value"), "lr", (("S&P 500", "5,268.05"),))
    assert "level       value\nS&amp;P 500  5,268.05" in said_in_slack((narrow,))[2]


def test_slack_leaves_the_evidence_out_and_says_where_it_is() -> None:
    said = said_in_slack(page().sections)
    assert not any("not published" in one for one in said)
    assert said[-1].endswith("`havenwatch show joint_selloff/us/2025-04-10`")


def test_slack_says_how_unusual_it_is_before_it_draws_how_large() -> None:
    said = [one.split("\n")[0] for one in said_in_slack(page().sections)]
    assert said.index("*How unusual*") < said.index(
        "*Against the thresholds* (threshold in brackets)"
    )
    assert "*What it does not mean*" in said


def test_every_block_can_be_looked_at() -> None:
    head = {"ts": "1", "blocks": slack_blocks(page(HOSTILE))}
    reply = {"ts": "2", "thread_ts": "1", "files": [{"id": "F1", "title": "Prices"}]}
    shown = slack_page([head, reply], {"F1": b"png"}, new_york("2025-04-10 18:30"), "desk")
    assert "<script>" not in shown
    assert "1 reply" in shown
    assert "data:image/png;base64,cG5n" in shown


def test_a_value_is_shown_with_its_unit_and_a_real_minus() -> None:
    assert show(-1234.56, "usd_bn") == "−$1,234.6bn"
    assert show(-2430.96, "jpy_bn") == "−¥2,431.0bn"
    assert show(-0.001, "pct") == "0.00%"
    assert show(7.0, "count") == "7"
    assert show(17.36, "count") == "17.4"
    assert show(-412_345.6, "contracts") == "−412,346 contracts"
    assert show(None, "bp") == "not published"


def test_a_bar_marks_its_threshold_at_one_third() -> None:
    assert draw_bar(0.0, 6) == "░░│░░░░"
    assert draw_bar(1.0, 6) == "██│░░░░"
    assert draw_bar(3.0, 6) == "██│████"


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (
            [("10-year", 3.0, "bp", 20.0), ("DXY", -2.5, "pct", -1.5)],
            "Resolved: 10-year 3.0bp (threshold 20.0bp); DXY still −2.50% (threshold −1.50%).",
        ),
        (
            [("Custody", -10.0, "usd_bn", -20.0)],
            "Resolved: Custody −$10.0bn (threshold −$20.0bn).",
        ),
        ([("A number alone", 1.0, "bp", None), ("Unknown", None, "bp", 2.0)], "Resolved."),
    ],
)
def test_a_condition_that_ended_names_what_is_back_and_what_is_not(
    numbers: list[tuple[str, float | None, str, float | None]], said: str
) -> None:
    evidence = tuple(
        Evidence(label, value, unit, date(2025, 5, 9), "source", threshold)
        for label, value, unit, threshold in numbers
    )
    assert resolved_words(evidence) == said
