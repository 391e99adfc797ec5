"""The terminal, or the journal of a service: the channel that needs no secret."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from rich import box
from rich.console import Console as Terminal
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table as RichTable
from rich.text import Text as RichText

from alerts.channel import Reached, Sent
from alerts.message.forms import Form, in_form
from alerts.message.message import Message
from alerts.message.plain import draw_bar
from alerts.message.sections import Bars, Image, Section, Table, Text

STYLES: Final = {
    "critical": "bold red",
    "warning": "bold yellow",
    "notice": "bold blue",
    "resolved": "bold green",
    "plain": "bold",
}
MOST_COLUMNS: Final = 110


@dataclass(frozen=True, kw_only=True)
class Console:
    """Prints each page to standard output; colour where that is a terminal."""

    channel_type: ClassVar[str] = "console"
    shows_images: ClassVar[bool] = False

    enabled: bool = True
    show_evidence: bool = False
    message: Form = "full"
    template: str = ""

    @property
    def secret_names(self) -> tuple[str, ...]:
        """None."""
        return ()

    def reach(self, secrets: Mapping[str, str], at: datetime) -> Reached:
        """Always there."""
        return Reached("prints to standard output")

    def send(
        self, message: Message, secrets: Mapping[str, str], at: datetime, *, again: bool
    ) -> Sent:
        """Always `printed`."""
        message = in_form(message, self.message)
        terminal = Terminal(highlight=False)
        style = STYLES[message.tone]
        parts: list[RenderableType] = [RichText(message.title, style="bold")]
        parts += [RichText(line) for line in message.brief]
        for section in message.sections:
            if isinstance(section, Table) and section.detail and not self.show_evidence:
                continue
            parts += [RichText(""), *_section(section, style)]
        if message.link:
            parts += [RichText(""), RichText(message.link, style="dim")]
        panel = Panel(
            Group(*parts),
            title=RichText(f" {message.kicker} ", style=style),
            title_align="left",
            subtitle=RichText(f" {message.footer} ", style="dim"),
            subtitle_align="right",
            border_style=style,
            box=box.ROUNDED,
            width=min(terminal.width, MOST_COLUMNS),
        )
        # Drawn first and written through sys.stdout, so that a progress bar makes room for it.
        with terminal.capture() as drawn:
            terminal.print(panel)
        sys.stdout.write(drawn.get())
        return Sent("printed")


def _section(section: Section, style: str) -> list[RenderableType]:
    if isinstance(section, Text):
        if section.strong:
            return [RichText(section.body, style=style)]
        head = f"[dim]{escape(section.heading)}:[/dim] " if section.heading else ""
        return [RichText.from_markup(f"{head}{escape(section.body)}")]
    if isinstance(section, Image):
        return [RichText(section.described, style="dim")]
    if isinstance(section, Bars):
        return [_bars(section, style)]
    return [RichText(section.heading, style="dim"), _table(section)]


def _bars(section: Bars, style: str) -> RichTable:
    grid = RichTable.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(justify="right")
    grid.add_column(no_wrap=True)
    grid.add_column(style="dim")
    for bar in section.bars:
        drawn = RichText(draw_bar(bar.ratio, 18), style=style if bar.ratio >= 1 else "dim")
        grid.add_row(RichText(bar.label), RichText(bar.shown), drawn, f"│ {bar.limit}")
    return grid


def _table(section: Table) -> RichTable:
    table = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
    for column, side in zip(section.columns, section.align, strict=True):
        table.add_column(column, justify="right" if side == "r" else "left", overflow="fold")
    for row in section.rows:
        table.add_row(*(RichText(cell) for cell in row))
    return table
