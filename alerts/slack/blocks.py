"""A page as Slack Block Kit, inside Slack's limits."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from typing import Any, Final, TypeGuard

from alerts.message.message import MORE, Message
from alerts.message.plain import draw_bar, table_lines
from alerts.message.sections import Bar, Bars, Image, Section, Table, Text

MAX_BLOCKS: Final = 50
MAX_HEADER: Final = 150
MAX_SECTION: Final = 3000
MAX_ALT_TEXT: Final = 2000
# Of all blocks together as JSON. Slack documents no such limit and refuses some 13 000 characters
# as msg_blocks_too_long.
MAX_MESSAGE: Final = 12_000
LEFT_OUT: Final = "the rest does not fit into a message"
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


def slack_blocks(
    message: Message, last: Sequence[Block] = (), charts: Sequence[Block] = ()
) -> list[Block]:
    """The page as blocks: header, sections, its charts where they are uploaded, the id in the
    context line, and `last` at the end.

    What a phone has no room for, the evidence line by line, is left out, and the context line says
    where it is. It also says where sections did not fit into a message.
    """
    mark = MARKS.get(message.tone, "")
    first = [_header(f"{mark} {message.title}"), _context(escape(message.kicker))]
    body = [block for section in _words_first(message.sections) for block in _section(section)]
    whole = [*first, *body, *charts, _last_line(message), *last]
    if len(whole) <= MAX_BLOCKS and _size(whole) <= MAX_MESSAGE:
        return whole
    end = [*charts, _last_line(message, LEFT_OUT), *last]
    room = MAX_MESSAGE - _size([*first, *end])
    return [*first, *_fitting(body, MAX_BLOCKS - len(first) - len(end), room), *end]


def slack_head(
    message: Message, last: Sequence[Block] = (), charts: Sequence[Block] = ()
) -> list[Block]:
    """What is read at a glance: severity, rule and day, what moved, how rare it is and what it says
    of who sold, and its charts where they are uploaded; the rest is for its thread."""
    mark = MARKS.get(message.tone, "")
    strong = [one.body for one in message.sections if _is_of_head(one, message)]
    lines = [f"*{escape(message.title)}*", *map(escape, (*strong, *message.brief))]
    return [
        _header(f"{mark} {message.kicker}"),
        _mrkdwn("\n".join(lines)),
        *charts,
        _last_line(message),
        *last,
    ]


def slack_details(message: Message) -> list[Block]:
    """All that a head leaves out, for the thread below it; empty where that is nothing."""
    rest = [one for one in message.sections if not _is_of_head(one, message)]
    body = [block for section in _words_first(rest) for block in _section(section)]
    return _fitting(body, MAX_BLOCKS, MAX_MESSAGE)


def _is_of_head(section: Section, message: Message) -> TypeGuard[Text]:
    """Whether a section is read at a glance: what changed, and all that a desk's template wrote."""
    return isinstance(section, Text) and (section.strong or message.has_own_words)


def slack_image(file_id: str, described: str) -> Block:
    """A file that Slack has, as a block of a message."""
    alt_text = _cut(described, MAX_ALT_TEXT) or "Chart"
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": alt_text}


def escape(text: str) -> str:
    """Text from outside with Slack's three control characters escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _size(blocks: Sequence[Block]) -> int:
    """How long blocks are as JSON."""
    return len(json.dumps(blocks, ensure_ascii=False))


def _fitting(blocks: Sequence[Block], most: int, room: int) -> list[Block]:
    """The first blocks, at most so many, that fit into so many characters."""
    kept: list[Block] = []
    for block in blocks[:most]:
        room -= _size([block])
        if room < 0:
            break
        kept.append(block)
    return kept


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
        return []  # it follows as a file, and is put in when Slack has it
    if isinstance(section, Bars):
        lines = [line for bar in section.bars for line in _bar_lines(bar)]
        return _code(section.heading, lines, " (threshold in brackets)")
    return [] if section.detail else _code(section.heading, _table_lines(section))


def _last_line(message: Message, remark: str = "") -> Block:
    parts = [escape(message.footer)]
    if message.about is not None and message.about.acknowledged_by:
        parts.append(f"acknowledged by {escape(message.about.acknowledged_by)}")
    if message.about is not None and any(
        isinstance(s, Table) and s.detail for s in message.sections
    ):
        command = f"`havenwatch show {escape(message.about.alert_id)}`"
        parts.append(f"all inputs: {command}")
    if message.link:
        parts.append(f"<{escape(message.link)}|{MORE}>")
    return _context(" · ".join([*parts, remark] if remark else parts))


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


def _header(text: str) -> Block:
    shown = _cut(text.strip(), MAX_HEADER)
    return {"type": "header", "text": {"type": "plain_text", "text": shown}}


def _lines(lines: list[str]) -> str:
    return "\n".join(lines)


def _mrkdwn(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": _cut(text, MAX_SECTION)}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": _cut(text, 2000)}]}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
