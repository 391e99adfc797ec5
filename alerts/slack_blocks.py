"""A page as Slack Block Kit, inside Slack's limits."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, Final

from alerts.page import Bar, Bars, Image, Page, Section, Table, Text
from alerts.plain import draw_bar, table_lines

MAX_BLOCKS: Final = 50
MAX_HEADER: Final = 150
MAX_SECTION: Final = 3000
MARKS: Final = {
    "critical": "\N{LARGE RED CIRCLE}",
    "warning": "\N{LARGE ORANGE CIRCLE}",
    "notice": "\N{LARGE BLUE CIRCLE}",
    "resolved": "\N{LARGE GREEN CIRCLE}",
}
# What a phone shows of a code block without breaking its lines.
PHONE_COLUMNS: Final = 40
BAR_CELLS: Final = 9

Block = dict[str, Any]


def slack_blocks(page: Page) -> list[Block]:
    """The page as blocks: header, sections, and the id in the context line.

    What a phone has no room for, the evidence line by line, is left out, and the last line says
    where it is.
    """
    mark = MARKS.get(page.tone, "")
    blocks: list[Block] = [
        {
            "type": "header",
            "text": {
                "type": "plain_text",
                "text": _cut(f"{mark} {page.title}".strip(), MAX_HEADER),
            },
        },
        _context(escape(page.kicker)),
    ]
    for section in _words_first(page.sections):
        blocks += _section(section)
    return [*blocks[: MAX_BLOCKS - 1], _last_line(page)]


def escape(text: str) -> str:
    """Text from outside with Slack's three control characters escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _words_first(sections: Sequence[Section]) -> list[Section]:
    """The sections with each paragraph before the bars it follows: how unusual it is must be on a
    phone's first screen, and the headline has the sizes already."""
    found: list[Section] = []
    waiting: list[Section] = []
    for section in sections:
        if isinstance(section, Bars | Image):
            waiting.append(section)
        else:
            found += [section, *waiting]
            waiting = []
    return [*found, *waiting]


def _section(section: Section) -> list[Block]:
    if isinstance(section, Text):
        body = escape(section.body)
        if section.strong:
            body = f"*{body}*"
        return [_mrkdwn(f"*{escape(section.heading)}*\n{body}" if section.heading else body)]
    if isinstance(section, Image):
        return []  # it follows as a file
    if isinstance(section, Bars):
        lines = [line for bar in section.bars for line in _bar_lines(bar)]
        return _code(section.heading, lines, " (in brackets)")
    return [] if section.detail else _code(section.heading, _table_lines(section))


def _last_line(page: Page) -> Block:
    left_out = any(isinstance(one, Table) and one.detail for one in page.sections)
    if page.about is None or not left_out:
        return _context(escape(page.footer))
    command = f"`havenwatch alerts {escape(page.about.alert_id)} --json`"
    return _context(f"{escape(page.footer)} · every number: {command}")


def _bar_lines(bar: Bar) -> list[str]:
    """What is measured, and below it the bar, the value, and the threshold in brackets."""
    measured = f"{draw_bar(bar.ratio, BAR_CELLS)}  {bar.shown} ({bar.limit})"
    return [*textwrap.wrap(bar.label.strip(), PHONE_COLUMNS), measured]


def _table_lines(table: Table) -> list[str]:
    """The table where it is narrow enough, else its rows below each other, each cell named."""
    lines = table_lines(table)
    if all(len(line) <= PHONE_COLUMNS for line in lines):
        return lines
    return [line for row in table.rows for line in _stacked(table.columns, row)]


def _stacked(columns: tuple[str, ...], row: tuple[str, ...]) -> list[str]:
    named = [f"{name} {cell}" for name, cell in zip(columns[1:], row[1:], strict=True) if cell]
    below = [
        line
        for one in named
        for line in textwrap.wrap(one, PHONE_COLUMNS, initial_indent="  ", subsequent_indent="    ")
    ]
    return [*textwrap.wrap(row[0], PHONE_COLUMNS), *_joined(below)]


def _joined(lines: list[str]) -> list[str]:
    """Lines that fit beside each other, put there."""
    found: list[str] = []
    for line in lines:
        if found and len(found[-1]) + len(line.strip()) + 3 <= PHONE_COLUMNS:
            found[-1] += f" · {line.strip()}"
        else:
            found.append(line)
    return found


def _code(heading: str, lines: list[str], remark: str = "") -> list[Block]:
    """A code block, split at line ends where it would be longer than a section may be."""
    blocks: list[Block] = []
    head = f"*{escape(heading)}*{remark}\n" if heading else ""
    chunk: list[str] = []
    for line in (escape(line) for line in lines):
        size = len(head) + sum(len(kept) + 1 for kept in chunk) + len(line) + 8
        if chunk and size > MAX_SECTION:
            blocks.append(_mrkdwn(f"{head}```\n{_lines(chunk)}\n```"))
            head, chunk = "", []
        chunk.append(_cut(line, MAX_SECTION - len(head) - 8))
    blocks.append(_mrkdwn(f"{head}```\n{_lines(chunk)}\n```"))
    return blocks


def _lines(lines: list[str]) -> str:
    return "\n".join(lines)


def _mrkdwn(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": _cut(text, MAX_SECTION)}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": _cut(text, 2000)}]}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
