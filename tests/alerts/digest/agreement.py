"""Whether a digest agrees with itself: its title with its lines, its tables, its verdict and all
that it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from alerts.digest.fit import CHARTS_WORDS, MOST_WORDS, words
from alerts.message.message import Message
from alerts.message.plain import plain_text
from alerts.message.sections import Image, Section, Table, Text
from rules.verdict.model import QUESTION

# Slack's header.
LONGEST_TITLE: Final = 150
LINES: Final = 5
MOVES: Final = {"S&P": "%", "10y": "bp", "DXY": "%"}
NUMBER: Final = r"([+−]?[\d.]+)"
LEVELS: Final = {"S&P": ("S&P 500",), "10y": ("10-year",), "DXY": ("DXY",)}


def disagreements(message: Message) -> list[str]:
    """What a digest says that contradicts something else that it says; empty where nothing does."""
    return list(_found(message))


def moves_of(title: str) -> dict[str, float]:
    """The moves of stocks, the 10-year and the dollar that a title has."""
    found = {}
    for name, unit in MOVES.items():
        said = re.search(rf"(?:^|[\s:;,]){re.escape(name)} {NUMBER}{unit}", title)
        if said is not None:
            found[name] = float(said.group(1).replace("−", "-"))
    return found


def _found(message: Message) -> Iterator[str]:
    title, text = message.title, plain_text(message)
    charts = [one for one in message.sections if isinstance(one, Image)]
    most = MOST_WORDS if charts else MOST_WORDS - CHARTS_WORDS
    if words(message) > most:
        yield f"{words(message)} words"
    if len(title) > LONGEST_TITLE:
        yield f"a title of {len(title)} characters"
    moves = moves_of(title)
    shown, behind = _tables(message.sections), _tables(message.rest)
    alerts = [row[-1] for row in shown["Alerts"].rows] if "Alerts" in shown else []
    yield from _counts(title, alerts)
    yield from _levels(moves, shown.get("Levels"))
    yield from _name(title, moves, alerts, message)
    yield from _open(title, text, alerts, message, behind)
    if ("All sources current" in text) == ("Sources" in behind):
        yield "whether all sources are current"


def _counts(title: str, alerts: list[str]) -> Iterator[str]:
    """Whether as many changes are counted in the title as there are rows, or left-out ones."""
    more = re.search(r"; (\d+) (more )?changes?\b", title)
    settled = re.search(r"[;,] (\d+) (?:alerts? )?settled\b", title)
    if more is None and settled is None:
        return
    cut = [int(one.removeprefix("more: ")) for one in alerts if one.startswith("more: ")]
    rows = len(alerts) - len(cut) + sum(cut)
    told = int(more.group(1)) if more else 0
    leads = more.group(2) is not None if more else not _are_answers(alerts)
    # Several alerts may share an answer, which is one row.
    answers = int(settled.group(1)) if settled else 0
    least, most = told + leads + min(answers, 1), told + leads + answers
    if not least <= rows <= most:
        yield f"{title!r} counts {least} to {most} changes, the table {rows}"


def _are_answers(alerts: list[str]) -> bool:
    """Whether nothing but answers changed."""
    return all("; answers " in one for one in alerts)


def _levels(moves: dict[str, float], table: Table | None) -> Iterator[str]:
    for name, move in moves.items():
        for row in table.rows if table is not None else ():
            if row[0] in LEVELS[name]:
                there = float(row[2].strip("%bp").replace("−", "-"))
                if there != move:
                    yield f"{name} {move} in the title, {there} among the levels"


def _name(
    title: str, moves: dict[str, float], alerts: list[str], message: Message
) -> Iterator[str]:
    spx, ust, dxy = (moves.get(name, 0.0) for name in MOVES)
    if title.startswith("Quiet"):
        if alerts:
            yield f"quiet, and {alerts}"
        if abs(spx) > 1.0 or abs(ust) > 5.0 or abs(dxy) > 0.5:
            yield f"quiet, and {moves}"
        lines = [one for one in message.sections if isinstance(one, Text)]
        if len(lines) + 1 > LINES or _tables(message.sections):
            yield "a quiet day of more than five lines"
        if sum(isinstance(one, Image) for one in message.sections) > 1:
            yield "a quiet day with more than one chart"
    if title.startswith("Joint selloff") and not re.match(r"Joint selloff\S* of ", title):
        of_session = re.match(r"Joint selloff[^:;]*: S&P", title) and ", weekly" not in title
        if of_session and not (spx <= 0 <= ust and dxy <= 0):
            yield f"a joint selloff with {moves}"
    hedged = "Treasuries hedged" in title
    if hedged and (spx > 0 or ust > 0):
        yield f"hedged with {moves}"
    for rule in ("Joint selloff:", "Haven failure:") if hedged else ():
        if any(one.startswith(rule) for one in alerts):
            yield f"hedged, and {alerts}"


def _open(
    title: str, text: str, alerts: list[str], message: Message, behind: dict[str, Table]
) -> Iterator[str]:
    said = {
        kind: re.search(rf"(\d+) {kind}[^:]* open\b", title) for kind in ("critical", "warning")
    }
    rows = behind["Open alerts"].rows if "Open alerts" in behind else ()
    severities = [cell for row in rows for cell in row if cell in said]
    for kind, found in said.items():
        if found is not None and int(found.group(1)) > severities.count(kind):
            yield f"{found.group(0)} of {severities}"
    if "nothing open" in text and rows:
        yield f"nothing open, and {rows}"
    verdict = next(
        one.body for one in message.rest if isinstance(one, Text) and one.heading == QUESTION
    )
    loud = [row for row in rows if row[2] in ("critical", "warning")]
    judged = [row for row in loud if not row[0].startswith(("Source", "Rule health", "Machine"))]
    if "nothing else points to it" in verdict and judged:
        yield f"nothing else points to it, and {judged}"
    if "nothing else points to it" in verdict and any("Joint selloff" in one for one in alerts):
        yield f"nothing else points to it, and {alerts}"
    first = next(one for one in message.sections if isinstance(one, Text))
    if first.heading != QUESTION or first.body.split(" ")[0] != verdict.split(" ")[0]:
        yield f"the verdict {first.body!r} for {verdict!r}"


def _tables(sections: tuple[Section, ...]) -> dict[str, Table]:
    return {one.heading: one for one in sections if isinstance(one, Table)}
