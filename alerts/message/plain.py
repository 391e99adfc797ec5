"""A page as plain text that stands alone: mails, logs, terminals without colour."""

from __future__ import annotations

import textwrap
from itertools import chain, zip_longest

from alerts.clean import clean_lines
from alerts.message.message import MORE, Message
from alerts.message.sections import Bars, Image, Section, Table, Text

WIDTH = 78
# With a column of dates or severities beside it, a wrapped cell stays inside a terminal.
CELL_WIDTH = 68


def plain_text(message: Message) -> str:
    """The whole page, at most 78 columns wide except where a table needs more."""
    parts = [message.kicker, textwrap.fill(message.title, WIDTH)]
    parts += (
        ["\n".join(textwrap.fill(one, WIDTH) for one in message.brief)] if message.brief else []
    )
    parts += [_section(section) for section in message.sections]
    parts += [f"{MORE}: {message.link}"] if message.link else []
    parts.append(f"-- {message.footer}")
    return clean_lines("\n\n".join(parts)) + "\n"


def table_lines(table: Table) -> list[str]:
    """The table's header and rows, columns padded to their widest line; a long cell is wrapped
    inside its column."""
    cells = [[_wrapped(cell) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(map(len, chain(*column))) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            part.rjust(width) if side == "r" else part.ljust(width)
            for part, width, side in zip(parts, widths, table.align, strict=True)
        ).rstrip()
        for row in cells
        for parts in zip_longest(*row, fillvalue="")
    ]


def _wrapped(cell: str) -> list[str]:
    if len(cell) <= CELL_WIDTH:
        return [cell]
    return textwrap.wrap(cell, CELL_WIDTH, break_on_hyphens=False)


def draw_bar(ratio: float, cells: int) -> str:
    """A bar of `cells` characters for a ratio of 0 to 3, the threshold marked at one third."""
    filled = round(ratio / 3.0 * cells)
    at = round(cells / 3)
    drawn = ["█" if i < filled else "░" for i in range(cells)]
    return "".join([*drawn[:at], "│", *drawn[at:]])


def _section(section: Section) -> str:
    if isinstance(section, Text):
        body = textwrap.fill(section.body, WIDTH)
        return f"{section.heading}\n{body}" if section.heading else body
    if isinstance(section, Image):
        return f"{section.heading}\n{textwrap.fill(section.described, WIDTH)}"
    if isinstance(section, Bars):
        return _section(_as_table(section))
    return "\n".join([section.heading, *table_lines(section)])


def _as_table(bars: Bars) -> Table:
    rows = tuple((bar.label, bar.shown, bar.limit) for bar in bars.bars)
    return Table(bars.heading, ("", "now", "threshold"), "lrr", rows)
