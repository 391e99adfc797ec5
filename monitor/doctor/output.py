"""The report of `doctor`: a line a check for a person, JSON for a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from monitor.doctor.check import Outcome
from monitor.doctor.examine import Line, exit_code
from monitor.terminal.styled import StyledOutput
from rules.wording import plural
from state.instants import to_text

STYLES: Final[Mapping[Outcome, str]] = {
    Outcome.OK: "green",
    Outcome.WARNING: "yellow",
    Outcome.FAILED: "bold red",
    Outcome.SKIPPED: "dim",
}
WIDEST: Final = max(len(one) for one in Outcome)
# Where a terminal is narrower, the text has lines of its own.
NARROWEST_TEXT: Final = 30


def report(lines: Sequence[Line], output: StyledOutput, *, is_wrapped: bool) -> Iterator[str]:
    """A line a check and the summary; longer ones in lines that fit, where a person looks."""
    widest = max((len(one.name) for one in lines), default=0)
    for line in lines:
        outcome = line.finding.outcome
        head = output.styled(outcome.ljust(WIDEST), STYLES[outcome])
        name = line.name.ljust(widest)
        indent = WIDEST + widest + 4
        if not is_wrapped:
            yield f"{head}  {name}  {line.finding.text}"
            continue
        if output.columns - indent < NARROWEST_TEXT:
            yield f"{head}  {line.name}"
            yield from output.wrapped(line.finding.text, indent=2)
            continue
        first, *rest = output.wrapped(line.finding.text, indent=indent)
        yield f"{head}  {name}  {first[indent:]}"
        yield from rest
    parts = list(summary(lines))
    if is_wrapped:
        yield from output.wrapped(*parts)
    else:
        yield "".join(output.styled(text, style) for text, style in parts)


def summary(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """`51 checks: 47 ok, 1 warning, 1 failed, 2 skipped`, in parts with their styles."""
    counts = Counter(line.finding.outcome for line in lines)
    words = {
        Outcome.OK: f"{counts[Outcome.OK]} ok",
        Outcome.WARNING: plural(counts[Outcome.WARNING], "warning"),
        Outcome.FAILED: f"{counts[Outcome.FAILED]} failed",
        Outcome.SKIPPED: f"{counts[Outcome.SKIPPED]} skipped",
    }
    yield f"{plural(len(lines), 'check')}: ", ""
    yield words.pop(Outcome.OK), STYLES[Outcome.OK]
    for outcome, text in words.items():
        if counts[outcome]:
            yield ", ", ""
            yield text, STYLES[outcome]


def as_json(lines: Sequence[Line], at: datetime) -> dict[str, Any]:
    """The report as plain values."""
    counts = Counter(line.finding.outcome for line in lines)
    return {
        "at": to_text(at),
        "exit_code": exit_code(lines),
        "counts": {outcome.value: counts[outcome] for outcome in Outcome},
        "checks": [
            {
                "check": line.check,
                "name": line.name,
                "outcome": line.finding.outcome.value,
                "said": line.finding.said or None,
                "expected": line.finding.expected or None,
                "got": line.finding.got or None,
                "remedy": line.finding.remedy or None,
            }
            for line in lines
        ],
    }
