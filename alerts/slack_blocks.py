"""A page as Slack Block Kit, inside Slack's limits."""

from __future__ import annotations

from typing import Any, Final

from alerts.page import Bars, Image, Page, Section, Table, Text
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
BAR_CELLS: Final = 15

Block = dict[str, Any]


def slack_blocks(page: Page) -> list[Block]:
    """The page as blocks: header, sections, evidence in a code block, id in the context line."""
    mark = MARKS.get(page.tone, "")
    blocks: list[Block] = [
        {
            "type": "header",
            "text": {
                "type": "plain_text",
                "text": _cut(f"{mark} {page.title}".strip(), MAX_HEADER),
            },
        },
        _context(page.kicker),
    ]
    for section in page.sections:
        blocks += _section(section)
    return [*blocks[: MAX_BLOCKS - 1], _context(page.footer)]


def escape(text: str) -> str:
    """Text from outside with Slack's three control characters escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _section(section: Section) -> list[Block]:
    if isinstance(section, Text):
        body = escape(section.body)
        if section.strong:
            body = f"*{body}*"
        return [_mrkdwn(f"*{escape(section.heading)}*\n{body}" if section.heading else body)]
    if isinstance(section, Image):
        return []  # it follows as a file
    if isinstance(section, Bars):
        return _code(section.heading, _bar_lines(section))
    return _code(section.heading, table_lines(_narrow(section)))


def _narrow(table: Table) -> Table:
    """The table without its source column, which is too wide for a phone; the sources are named
    in the line above it."""
    return table.of_columns([i for i, name in enumerate(table.columns) if name != "source"])


def _bar_lines(section: Bars) -> list[str]:
    wide = max((len(bar.label) for bar in section.bars), default=0)
    shown = max((len(bar.shown) for bar in section.bars), default=0)
    return [
        f"{bar.label.ljust(wide)}  {bar.shown.rjust(shown)}  {draw_bar(bar.ratio, BAR_CELLS)}"
        for bar in section.bars
    ]


def _code(heading: str, lines: list[str]) -> list[Block]:
    """A code block, split at line ends where it would be longer than a section may be."""
    blocks: list[Block] = []
    head = f"*{escape(heading)}*\n" if heading else ""
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
    shown = _cut(escape(text), 2000)
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": shown}]}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
