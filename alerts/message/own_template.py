"""A desk's own words for a message: a Jinja template over plain values, in a sandbox in which it
reads what it is given, and writes only so much."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any, Final, Self

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from alerts.clean import clean_lines
from alerts.message.message import Message
from alerts.message.sections import Bars, Image, Table, Text

# A message longer than this is a mistake of the template, and so is one that takes so many lines
# of it to write: a loop in a loop in a loop.
MOST_CHARACTERS: Final = 4000
MOST_STEPS: Final = 50_000
MOST_SOURCE: Final = 20_000
NAME: Final = "<template>"
# What makes a text of any length from a short one: as operators and as filters.
GROWING: Final = frozenset({"*", "**", "%"})
FILTERS: Final = (
    "abs", "capitalize", "default", "d", "e", "escape", "first", "float", "int", "join", "last",
    "length", "list", "lower", "map", "reject", "rejectattr", "round", "select", "selectattr",
    "sort", "string", "title", "trim", "truncate", "unique", "upper",
)  # fmt: skip
MOST_NUMBER: Final = 1e9
MOST_SEPARATOR: Final = 20
# How Python writes what has no text of its own: a method, or a filter whose values nobody has taken
# yet. It says where that is in memory, which differs from try to try.
OBJECT: Final = re.compile(r"<[^<>]* at 0x[0-9a-f]+>")
# What would let a text grow from line to line, or read another file.
REFUSED: Final = (
    nodes.Assign,
    nodes.AssignBlock,
    nodes.Block,
    nodes.CallBlock,
    nodes.Extends,
    nodes.FilterBlock,
    nodes.FromImport,
    nodes.Import,
    nodes.Include,
    nodes.Macro,
)


class TemplateFailed(Exception):
    """Why a template gave no message, with its line where that is known."""

    def __init__(self, problem: str, line: int | None = None):
        super().__init__(problem if line is None else f"line {line}: {problem}")


class _Sandbox(ImmutableSandboxedEnvironment):
    """Values, conditions, loops and a few filters; it calls nothing and reads no file."""

    intercepted_binops = GROWING

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        for one in (left, right):
            if not isinstance(one, int | float) or abs(one) > MOST_NUMBER:
                raise TemplateFailed(f"{operator} takes two numbers below 1e9")
        if operator == "**" and abs(right) > 10:
            raise TemplateFailed("** takes an exponent up to 10")
        return super().call_binop(context, operator, left, right)


@dataclass(frozen=True)
class OwnTemplate:
    """The template of one channel."""

    source: str

    @classmethod
    def of(cls, source: str) -> Self:
        """One that can be read. Raises TemplateFailed."""
        if len(source) > MOST_SOURCE:
            raise TemplateFailed(f"it has more than {MOST_SOURCE:,} characters")
        made = cls(source)
        made._compiled()
        return made

    def applied(self, message: Message) -> Message:
        """The message with the template's words in place of its own; its charts stay, and its
        title and subject. Raises TemplateFailed."""
        newest = None if message.newest is None else self.applied(message.newest)
        paragraphs = [one.strip() for one in self.render(message).split("\n\n")]
        body = tuple(Text(one) for one in paragraphs if one)
        if not body:
            raise TemplateFailed("it wrote nothing")
        return replace(
            message,
            sections=(*body, *message.images),
            brief=(),
            newest=newest,
            has_own_words=True,
        )

    def render(self, message: Message) -> str:
        """What the template writes of a message, a plain text. Raises TemplateFailed."""
        written: list[str] = []
        length = 0
        try:
            with _at_most(MOST_STEPS):
                for part in self._compiled().generate(names(message)):
                    length += len(part)
                    if length > MOST_CHARACTERS:
                        raise TemplateFailed(f"it wrote more than {MOST_CHARACTERS:,} characters")
                    written.append(part)
        except TemplateFailed as error:
            raise TemplateFailed(str(error), _line(error)) from None
        except Exception as error:  # noqa: BLE001
            # Whatever is wrong with it, the message goes out in words of ours.
            said = getattr(error, "message", None) or f"{type(error).__name__}: {error}"
            raise TemplateFailed(str(said), _line(error)) from None
        return clean_lines(_of_texts("".join(written)).strip())

    def _compiled(self) -> Any:
        environment = _Sandbox(
            undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
        )
        environment.globals.clear()
        environment.filters = {name: environment.filters[name] for name in FILTERS}
        environment.filters["join"] = _join
        try:
            for node in environment.parse(self.source).find_all(REFUSED):
                what = type(node).__name__.lower()
                raise TemplateFailed(f"{what} is not among what a template may use", node.lineno)
            code = environment.compile(self.source, filename=NAME)
        except TemplateSyntaxError as error:
            raise TemplateFailed(str(error.message), error.lineno) from None
        except (TemplateError, RecursionError) as error:
            raise TemplateFailed(f"{type(error).__name__}: {error}") from None
        return environment.template_class.from_code(environment, code, {})


def names(message: Message) -> dict[str, Any]:
    """Every name that a template may use, as docs/channels.md lists them."""
    about = message.about
    texts = [one for one in message.sections if isinstance(one, Text)]
    bars = [bar for one in message.sections if isinstance(one, Bars) for bar in one.bars]
    return {
        "kind": "alert" if about else message.key.partition("/")[0],
        "kicker": message.kicker,
        "title": message.title,
        "subject_line": message.subject,
        "lines": list(message.brief),
        "changes": [one.body for one in texts if one.strong and not one.heading],
        "texts": [
            {"heading": one.heading, "body": one.body}
            for one in texts
            if one.heading or not one.strong
        ],
        "bars": [{"label": b.label, "value": b.shown, "threshold": b.limit} for b in bars],
        "tables": [
            {"heading": t.heading, "columns": list(t.columns), "rows": [list(r) for r in t.rows]}
            for t in message.sections
            if isinstance(t, Table)
        ],
        "charts": [one.described for one in message.sections if isinstance(one, Image)],
        "link": message.link,
        "footer": message.footer,
        **_of_alert(message),
    }


def _of_alert(message: Message) -> Mapping[str, Any]:
    """What only an alert has; empty for a digest or a test."""
    about = message.about
    if about is None:
        empty = ("alert_id", "rule", "rule_id", "subject", "severity", "state", "reason")
        return dict.fromkeys((*empty, "period", "known_at", "acknowledged_by"), "") | {
            "provisional": False,
            "late": False,
            "evidence": [],
        }
    return {
        "alert_id": about.alert_id,
        "rule": about.rule_title,
        "rule_id": about.rule_id,
        "subject": about.subject,
        "severity": about.severity,
        "state": about.state,
        "reason": about.reason,
        "period": about.period_end.isoformat(),
        "known_at": about.known_at.isoformat(),
        "acknowledged_by": about.acknowledged_by,
        "provisional": about.provisional,
        "late": about.late,
        "evidence": [
            {
                "label": one.label,
                "value": one.value,
                "unit": one.unit,
                "threshold": one.threshold,
                "period": one.period_end.isoformat(),
                "source": one.source,
            }
            for one in about.evidence
        ],
    }


def _join(values: Any, separator: str = "") -> str:
    """Jinja's `join`, with a short separator: by one of any length a text could grow at will."""
    if len(separator) > MOST_SEPARATOR:
        raise TemplateFailed(f"join takes a separator of at most {MOST_SEPARATOR} characters")
    return separator.join(str(one) for one in values)


def _of_texts(written: str) -> str:
    """What was written, where all of it was texts and numbers. Raises TemplateFailed."""
    if found := OBJECT.search(written):
        what = found[0].partition(" at ")[0].strip("<")
        raise TemplateFailed(f"it writes an object ({what}), not its text: use join")
    return written


@contextmanager
def _at_most(steps: int) -> Iterator[None]:
    """Inside it the code of a template may take so many lines, and then fails: a bound that is the
    same on every machine, and cuts a loop short that writes nothing."""
    left, before = steps, sys.gettrace()

    def count(frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ARG001
        nonlocal left
        if frame.f_code.co_filename != NAME:
            return None
        left -= 1
        if left < 0:
            raise TemplateFailed(f"it takes more than {steps:,} steps")
        return count

    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)


def _line(error: BaseException) -> int | None:
    """The line of the template at which it failed."""
    found, step = None, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == NAME:
            found = step.tb_lineno
        step = step.tb_next
    return found
