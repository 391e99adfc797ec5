"""What a desk may type after the slash command, and what a line of it asks for."""

from __future__ import annotations

import difflib
import enum
from dataclasses import dataclass
from typing import Final

from monitor.errors import HavenwatchError
from monitor.slack.payload import LONGEST_TEXT, Command

SHARE: Final = "share"


class Verb(enum.StrEnum):
    """What is asked for: the first word of a line."""

    STATUS = "status"
    VERDICT = "verdict"
    WHY = "why"
    CHART = "chart"
    TUNE = "tune"
    ACK = "ack"
    MUTE = "mute"
    UNMUTE = "unmute"
    HELP = "help"


@dataclass(frozen=True)
class Usage:
    """How a verb is written and what it does. `waiting` is said at once where the answer may take
    longer than a moment, `acts`: it changes something, so that it is never shared."""

    written: str
    does: str
    least_words: int = 0
    waiting: str = ""
    acts: bool = False


USAGES: Final[dict[Verb, Usage]] = {
    Verb.STATUS: Usage("", "verdict, open alerts, levels and health"),
    Verb.VERDICT: Usage("verdict", "the verdict with each horizon and indicator"),
    Verb.WHY: Usage(
        "why ID|RULE", "explains an alert or a rule: thresholds, calculation, inputs", 1,
        "Reading every input ...",
    ),
    Verb.CHART: Usage(
        "chart SERIES [1m|6m|1y|5y|max]", "draws a series and sends it to you", 1, "Drawing ...",
    ),
    Verb.TUNE: Usage(
        "tune RULE [SETTING=V1,V2]", "alerts per year at other thresholds", 1,
        "Backtesting, up to half a minute ...",
    ),
    Verb.ACK: Usage("ack ID [NOTE]", "acknowledges an alert in your name", 1, acts=True),
    Verb.MUTE: Usage(
        "mute RULE[/SUBJECT] 2h [WHY]", "silences a rule; it is still evaluated", 2, acts=True
    ),
    Verb.UNMUTE: Usage("unmute RULE[/SUBJECT]|ID", "expires a silence", 1, acts=True),
    Verb.HELP: Usage("help", "shows this"),
}  # fmt: skip
# What else people call them.
ALSO: Final = {
    "explain": Verb.WHY,
    "show": Verb.WHY,
    "acknowledge": Verb.ACK,
    "silence": Verb.MUTE,
    "snooze": Verb.MUTE,
    "unsilence": Verb.UNMUTE,
}


@dataclass(frozen=True)
class Asked:
    """A line taken apart; `share`: the answer is for the whole conversation."""

    verb: Verb
    words: tuple[str, ...]
    share: bool

    @property
    def usage(self) -> Usage:
        """How it is written and what it does."""
        return USAGES[self.verb]


def parse(command: Command) -> Asked:
    """What a command asks for. Raises HavenwatchError that says how to write it."""
    if len(command.text) > LONGEST_TEXT:
        raise _wrong(command, f"at most {LONGEST_TEXT} characters", f"{len(command.text)}", "help")
    words = command.text.split()
    share = bool(words) and words[-1].lower() == SHARE
    words = words[:-1] if share else words
    verb = _verb(command, words[0].lower()) if words else Verb.STATUS
    asked = Asked(verb, tuple(words[1:]), share)
    if len(asked.words) < asked.usage.least_words:
        raise _wrong(command, f"{command.name} {asked.usage.written}", repr(command.text), "help")
    if share and (asked.usage.acts or verb is Verb.HELP):
        raise _wrong(command, f"{verb} without share", repr(command.text), "help")
    return asked


def help_lines(name: str) -> str:
    """Every line that can be typed, with what it does."""
    lines = [
        f"`{f'{name} {one.written}'.strip()}`: {one.does}"
        for verb, one in USAGES.items()
        if verb is not Verb.HELP
    ]
    lines.append(f"Only you see the answer; with `{SHARE}` at the end everybody here does.")
    lines.append("A part of an ID, RULE or SERIES that matches only one is enough.")
    return "\n".join(lines)


def _verb(command: Command, word: str) -> Verb:
    named = {**{one.value: one for one in Verb}, **ALSO}
    if word in named:
        return named[word]
    close = difflib.get_close_matches(word, named, n=1, cutoff=0.5)
    known = ", ".join(Verb)
    remedy = f"did you mean `{command.name} {close[0]}`?" if close else ""
    raise _wrong(command, f"one of {known}", repr(word), remedy or "help")


def _wrong(command: Command, expected: str, got: str, remedy: str) -> HavenwatchError:
    remedy = f"see `{command.name} help`" if remedy == "help" else remedy
    return HavenwatchError(command.name, expected=expected, got=got, remedy=remedy)
