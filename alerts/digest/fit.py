"""A digest cut to the words that a person reads: what can be asked for goes first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from alerts.message.message import Message
from alerts.message.plain import plain_text
from alerts.message.sections import Section, Table, Text

# What a digest may have on any day, with its charts' descriptions, its link and that it is late.
MOST_WORDS: Final = 220
# Of these, what its charts are described with, and what a link and a late delivery add.
CHARTS_WORDS: Final = 52
ADDED_WORDS: Final = 14
OWN_WORDS: Final = MOST_WORDS - CHARTS_WORDS - ADDED_WORDS
# Tables keep so many rows as long as anything else can go.
LEAST_ROWS: Final = 3
# A word has a letter or a digit: a dot between two amounts is none.
WORD: Final = re.compile(r"\S*\w\S*")
ALERTS, LEVELS = "Alerts", "Levels"
# Before how many rows of a table are left out.
MORE: Final = "more: "
ASIDE: Final = re.compile(r" \([^()]*\)")
BESIDE: Final = re.compile(r"; beside it: [^.]*")
HAVENS: Final = re.compile(r" ?Against the dollar at the ECB fix .*")
CURVE: Final = re.compile(r"^Curve: .*")


def words(message: Message) -> int:
    """How many words a message has as plain text, all of them."""
    return len(WORD.findall(plain_text(message)))


def fitted(message: Message) -> Message:
    """The message with at most OWN_WORDS. Its verdict loses the numbers in brackets first; then go
    rows of levels, the havens, rows of alerts, what stands beside the verdict and the curve; at
    last the longest line its end. What is cut is in `rest`."""
    for step in STEPS:
        while words(message) > OWN_WORDS and (shorter := step(message)) != message:
            message = shorter
    return message


def _without_asides(message: Message) -> Message:
    """What the verdict rests on is in the full digest."""
    return _in_verdict(message, ASIDE)


def _without_beside(message: Message) -> Message:
    """Which rules fired of late is in the full digest."""
    return _in_verdict(message, BESIDE)


def _without_havens(message: Message) -> Message:
    return _without_line(message, HAVENS)


def _without_curve(message: Message) -> Message:
    return _without_line(message, CURVE)


def _without_line(message: Message, needless: re.Pattern[str]) -> Message:
    """Only of a digest with alerts: on a quiet day what markets did is what there is to say."""
    if not any(one.heading == ALERTS for one in message.sections):
        return message
    cut = (
        replace(one, body=needless.sub("", one.body)) if isinstance(one, Text) else one
        for one in message.sections
    )
    filled = tuple(one for one in cut if not isinstance(one, Text) or one.body)
    return replace(message, sections=filled)


def _in_verdict(message: Message, needless: re.Pattern[str]) -> Message:
    first, *others = message.sections
    assert isinstance(first, Text)
    return replace(message, sections=(replace(first, body=needless.sub("", first.body)), *others))


def _fewer_levels(message: Message) -> Message:
    return _in_table(message, LEVELS, lambda table: _fewer(table, LEAST_ROWS))


def _fewer_alerts(message: Message) -> Message:
    return _in_table(message, ALERTS, lambda table: _counted(table, LEAST_ROWS))


def _without_levels(message: Message) -> Message:
    """The title has the moves."""
    return replace(message, sections=tuple(s for s in message.sections if s.heading != LEVELS))


def _one_alert(message: Message) -> Message:
    return _in_table(message, ALERTS, lambda table: _counted(table, 1))


def _cut(message: Message) -> Message:
    """The longest paragraph or row without its last word."""
    longest = max(message.sections, key=_length)
    cut = _less(longest)
    return replace(message, sections=tuple(cut if s is longest else s for s in message.sections))


STEPS: Final[tuple[Callable[[Message], Message], ...]] = (
    _without_asides,
    _fewer_levels,
    _without_havens,
    _fewer_alerts,
    _without_beside,
    _without_levels,
    _without_curve,
    _one_alert,
    _cut,
)


def _in_table(message: Message, heading: str, change: Callable[[Table], Table]) -> Message:
    changed = tuple(
        change(one) if isinstance(one, Table) and one.heading == heading else one
        for one in message.sections
    )
    return replace(message, sections=changed)


def _fewer(table: Table, least: int) -> Table:
    return replace(table, rows=table.rows[:-1]) if len(table.rows) > least else table


def _counted(table: Table, least: int) -> Table:
    """The table without its last row, and how many are left out so far in a row of its own."""
    rows, left_out = table.rows, 0
    if rows and rows[-1][-1].startswith(MORE):
        left_out = int(rows[-1][-1].removeprefix(MORE))
        rows = rows[:-1]
    if len(rows) <= least:
        return table
    more = (*("" for _ in table.columns[1:]), f"{MORE}{left_out + 1}")
    return replace(table, rows=(*rows[:-1], more))


def _length(section: Section) -> int:
    """Words of a paragraph, or of the longest row."""
    if isinstance(section, Text):
        return len(section.body.split())
    if isinstance(section, Table):
        return max(len(" ".join(row).split()) for row in section.rows)
    return 0


def _less(section: Section) -> Section:
    if isinstance(section, Text):
        return replace(section, body=_without_last_word(section.body))
    assert isinstance(section, Table)
    longest = max(section.rows, key=lambda row: len(" ".join(row).split()))
    shorter = (*longest[:-1], _without_last_word(longest[-1]))
    return replace(section, rows=tuple(shorter if row is longest else row for row in section.rows))


def _without_last_word(text: str) -> str:
    return f"{text.rstrip(' …').rpartition(' ')[0].rstrip(' ;,:·')} …"
