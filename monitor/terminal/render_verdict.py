"""The verdict in the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from rules.verdict.model import QUESTION, Stance, Verdict

READING_STYLES: Final = {
    Stance.SUPPORTS: "bold red",
    Stance.NEUTRAL: "",
    Stance.CONTRADICTS: "green",
    Stance.NOT_ENOUGH: "dim",
}


def print_verdict(verdict: Verdict, *, as_json: bool) -> None:
    """The line, our alerts beside it, then each horizon and each indicator with its number."""
    if as_json:
        print(json.dumps(asdict(verdict), indent=2, default=str, ensure_ascii=False))  # noqa: T201
        return
    terminal = Console()
    terminal.print(Text(QUESTION, style="bold"))
    terminal.print(Text(verdict.line))
    for said in (*verdict.beside, *verdict.notes):
        terminal.print(Padding(Text(said), (0, 0, 0, 2)))
    for horizon in verdict.horizons:
        answer, number = horizon.answer, horizon.number
        _verdict_line(terminal, horizon.name, answer, "", number, horizon.period_end)
        confidence = f"confidence {horizon.confidence}: {horizon.reason}"
        _verdict_details(terminal, (confidence, horizon.source))
    for one in verdict.headings:
        style = READING_STYLES[one.reading]
        _verdict_line(terminal, one.name, one.reading.words, style, one.number, one.period_end)
        _verdict_details(terminal, (f"{one.weight}; {one.rule}", one.record, one.source))


def _verdict_line(
    terminal: Console, name: str, said: str, style: str, number: str, period_end: date | None
) -> None:
    at = "" if period_end is None else f"  as of {period_end}"
    line = Text.assemble("\n", (f"{name:<21}", "bold"), (f"{said:<20}", style), number, (at, "dim"))
    terminal.print(line, soft_wrap=True)


def _verdict_details(terminal: Console, lines: Iterable[str]) -> None:
    for said in lines:
        if said:
            terminal.print(Padding(Text(said, style="dim"), (0, 0, 0, 21)))
