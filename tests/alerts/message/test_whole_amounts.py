"""No line of a page or a mail breaks inside an amount, and a sparkline reads on either ground."""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup

from alerts.message.html import html_document, keep_amounts_whole
from alerts.message.message import Message
from alerts.message.sections import Table, Text
from rules.wording import signed_jpy_bn, signed_usd_bn, sparkline

JOIN, SPACE = "\u2060", "\u00a0"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("−$17.4bn", f"−{JOIN}$17.4bn"),
        ("+$128.0bn, Japan −$3.2bn.", f"+{JOIN}$128.0bn, Japan −{JOIN}$3.2bn."),
        (signed_usd_bn(-17.4), f"−{JOIN}$17.4bn"),
        (signed_jpy_bn(-2431.0), f"−{JOIN}¥2,431bn"),
        ("S&P 500 −3.5 %, 10-year +6 bp", f"S&P 500 −3.5{SPACE}%, 10-year +6{SPACE}bp"),
        ("0.97 sd; −0.4 pp; −38.2 of −42.0 USD bn",
         f"0.97{SPACE}sd; −0.4{SPACE}pp; −38.2 of −42.0{SPACE}USD bn"),
        # Nothing else is held together.
        ("$17.4bn sold in 21 sessions", "$17.4bn sold in 21 sessions"),
        ("A+ $5 note, 10 bpm, 3 sd-like", "A+ $5 note, 10 bpm, 3 sd-like"),
        ("", ""),
    ],
)  # fmt: skip
def test_an_amount_is_kept_whole(text: str, wanted: str) -> None:
    assert keep_amounts_whole(text) == wanted
    safe = Markup("<b>{}</b>").format(text)
    assert keep_amounts_whole(safe) is safe


@pytest.mark.parametrize("value", [None, 3, 1.5, True])
def test_what_is_no_text_is_left_as_it_is(value: object) -> None:
    assert keep_amounts_whole(value) is value


def page(*sections: Text | Table) -> Message:
    amount = "China sold net −$17.4bn"
    return Message("alert/1", "critical", "CRITICAL", amount, amount, tuple(sections), "as of now")


def test_a_mail_breaks_no_amount_wherever_it_stands() -> None:
    table = Table("Evidence", ("number", "value −$1.0bn"), "lr", (("net", "−$17.4bn"),))
    document = html_document(page(Text("Bills +$2.0bn, then −$3.0bn.", "−$4.0bn"), table))
    assert not re.search(r"[+−]\$\d", document)
    assert document.count(f"−{JOIN}$17.4bn") == 3


def test_a_sparkline_has_a_colour_for_either_ground_and_is_not_read_out() -> None:
    course = sparkline([1.0, 2.0, 3.0])
    table = Table("Levels", ("level", "21 sessions"), "ll", (("S&P 500", course), ("DXY", "")))
    document = html_document(page(table))
    spark = re.findall(r'<span class="spark" aria-hidden="true" style="color:(#\w+)', document)
    assert spark == ["#2f6fbd"]
    dark = document.partition("prefers-color-scheme: dark")[2]
    assert ".spark { color: #8abaf4 !important; }" in dark
