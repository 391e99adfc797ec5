"""A page as one HTML document that reaches for nothing outside: a mail's body, a digest's file."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from alerts.message.message import MORE, Message
from alerts.message.sections import Bars, Image, Table, Text
from rules.wording import SPARKS

# A bar is full at three times its threshold, which is marked at a third.
FULL_RATIO: Final = 3.0

# Where a line may break inside an amount: after its sign, and before its unit.
SIGN_OF_MONEY: Final = re.compile(r"(?<=[+\u2212])(?=[$¥]\d)")
BEFORE_UNIT: Final = re.compile(r"(?<=\d) (?=(?:%|bp|pp|sd|bn|trn|USD bn|USD mn)(?![\w-]))")
WORD_JOINER: Final = "\u2060"
NO_BREAK_SPACE: Final = "\u00a0"


@cache
def template(name: str) -> Template:
    """A template of this package; it escapes what it is given."""
    environment = Environment(
        loader=PackageLoader("alerts"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=keep_amounts_whole,
    )
    environment.tests["sparkline"] = lambda cell: bool(cell) and set(cell) <= set(SPARKS)
    environment.tests["text"] = lambda section: isinstance(section, Text)
    environment.tests["bars"] = lambda section: isinstance(section, Bars)
    environment.tests["table"] = lambda section: isinstance(section, Table)
    environment.tests["image"] = lambda section: isinstance(section, Image)
    environment.globals["cells"] = bar_cells
    environment.globals["more"] = MORE
    environment.globals["sides"] = {"l": "left", "r": "right"}
    return environment.get_template(name)


def html_document(message: Message, sources: Sequence[str] | None = None) -> str:
    """The page as HTML; every text from outside is escaped by the template engine.

    `sources` are where its charts are found, one each in order (`cid:` in a mail); without them
    the charts are in the document itself.
    """
    found = [_as_data(one) for one in message.images] if sources is None else sources
    return template("message.html.j2").render(message=message, sources=found)


def keep_amounts_whole(value: Any) -> Any:
    """A text in which no line breaks between the parts of an amount, `\u2212$17.4bn` or `+6 bp`;
    any other value as it is. What is safe already was made of such texts, or is a drawing."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    if not any(sign in value for sign in " $¥"):
        return value
    return BEFORE_UNIT.sub(NO_BREAK_SPACE, SIGN_OF_MONEY.sub(WORD_JOINER, value))


def bar_cells(ratio: float) -> list[tuple[str, float]]:
    """A bar as the cells of a table, which every mail client draws: each its kind and its width in
    percent; the mark of the threshold has none."""
    share = min(max(ratio, 0.0), FULL_RATIO) / FULL_RATIO
    limit = 1.0 / FULL_RATIO
    kind = "over" if ratio >= 1 else "fill"
    cells = [
        (kind, min(share, limit)),
        ("rest", max(limit - share, 0.0)),
        ("mark", 0.0),
        (kind, max(share - limit, 0.0)),
        ("rest", 1.0 - max(share, limit)),
    ]
    return [
        (name, round(100.0 * size, 1)) for name, size in cells if name == "mark" or size > 0.0005
    ]


def _as_data(image: Image) -> str:
    return f"data:image/png;base64,{base64.b64encode(image.png).decode()}"
