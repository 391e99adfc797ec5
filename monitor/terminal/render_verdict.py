"""The verdict in the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from typing import Final

from monitor.terminal.styled import StyledOutput
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
    output = StyledOutput()
    output.print(
        (
            *output.wrapped((QUESTION, "bold")),
            *output.wrapped(verdict.line),
            *(
                line
                for said in (*verdict.beside, *verdict.notes)
                for line in output.wrapped(said, indent=2)
            ),
            *_horizons(output, verdict),
            *_indicators(output, verdict),
        )
    )


def _horizons(output: StyledOutput, verdict: Verdict) -> Iterator[str]:
    for one in verdict.horizons:
        confidence = f"confidence {one.confidence}: {one.reason}"
        yield from _line(output, one.name, (one.answer, ""), one.number, one.period_end)
        yield from _details(output, (confidence, one.source))


def _indicators(output: StyledOutput, verdict: Verdict) -> Iterator[str]:
    for one in verdict.headings:
        reading = (one.reading.words, READING_STYLES[one.reading])
        yield from _line(output, one.name, reading, one.number, one.period_end)
        yield from _details(output, (f"{one.weight}; {one.rule}", one.record, one.source))


def _line(
    output: StyledOutput, name: str, said: tuple[str, str], number: str, period_end: date | None
) -> Iterator[str]:
    """A blank line, and what is said with its number, however wide the terminal is."""
    at = "" if period_end is None else f"  as of {period_end}"
    words, style = said
    parts = (output.styled(f"{name:<21}", "bold"), output.styled(f"{words:<20}", style))
    yield ""
    yield f"{''.join(parts)}{number}{output.styled(at, 'dim')}"


def _details(output: StyledOutput, lines: Iterable[str]) -> Iterator[str]:
    for said in lines:
        if said:
            yield from output.wrapped((said, "dim"), indent=21)
