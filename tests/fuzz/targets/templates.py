"""A desk's own words for a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from alerts.clean import clean_lines
from alerts.message.message import Message
from alerts.message.own_template import MOST_CHARACTERS, OwnTemplate, TemplateFailed
from alerts.message.sections import Text
from tests.fuzz.target import Target
from tests.fuzz.texts import text_of

TEMPLATES: Final = (
    "{{ kicker }}: {{ title }}\n\n{% for one in lines %}{{ one }}\n{% endfor %}",
    "{% if kind == 'alert' %}{{ severity | upper }} {{ rule }}{% else %}{{ title }}{% endif %}",
    "{{ texts | map(attribute='body') | join('; ') | truncate(80) }}",
    "{{ evidence | selectattr('value', '>', 1) | list | length }} {{ 2 ** 3 }} {{ 7 % 4 }}",
    "{{ title.__class__ }} {{ title.format(1) }} {{ ''['join'] }}",
)
WORDS: Final = (
    "{{", "}}", "{%", "%}", "for ", " in ", "if ", "endif", "endfor", "|", "map", "join", "title",
    "texts", "lines", "__class__", "range(9)", "self", "loop", "float", "round", "%s", "**", "sort",
)  # fmt: skip


def targets() -> Iterator[Target]:
    """The one."""
    yield Target("template", _render, _seeds, ("alerts.message.own_template",), WORDS, share=3.0)


def _seeds() -> Iterator[bytes]:
    yield from (one.encode() for one in TEMPLATES)


@cache
def _message() -> Message:
    return Message(
        key="test/1",
        tone="plain",
        kicker="TEST",
        title="A test of 5 %",
        subject="[TEST] A test",
        sections=(Text("Something fell.", heading="What"), Text("By 2 sd.", strong=True)),
        brief=("first", "second"),
        footer="none",
    )


def _render(content: bytes) -> None:
    try:
        template = OwnTemplate.of(text_of(content))
        written = template.render(_message())
    except TemplateFailed as error:
        str(error).encode("utf-8", "surrogatepass")
        return
    assert len(written) <= MOST_CHARACTERS
    assert clean_lines(written) == written, ascii(written)
    assert not re.search(r" at 0x[0-9a-f]{6}|<class |<function |<built-in ", written), written
