"""What a slash command is answered with, from the views that the commands of the terminal show."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

from alerts.digest.full import verdict_sections
from alerts.message.message import Message
from alerts.message.sections import Image, Section, Table, Text
from alerts.message.source_notes import with_source_notes
from alerts.message.values import local_time
from monitor.clock import Clock
from monitor.errors import HavenwatchError
from monitor.evaluate.alert_lookup import chosen
from monitor.evaluate.durations import parse_duration
from monitor.history.tune import Tuned, main_thresholds, tune
from monitor.slack.charts import chart_of
from monitor.slack.command import Asked, Verb, help_lines
from monitor.slack.first_screen import first_screen
from monitor.slack.payload import Command
from monitor.terminal.explain import explain
from monitor.terminal.render_backtest import tuned_table, tuned_words
from monitor.views.glance import Glance
from monitor.views.status import read_status
from rules.verdict.model import QUESTION, Verdict

if TYPE_CHECKING:
    from monitor.app import App
    from rules.evaluation import Rule

# So long a backtest goes on for an answer, and so far back it looks.
TUNE_S: Final = 25.0
TUNE_FROM: Final = datetime.fromisoformat("1973-01-31T00:00:00+00:00")
MUTED: Final = "muted from Slack"
FORCE: Final = ("force", "--force")


@dataclass(frozen=True)
class Answer:
    """A sentence; or a message, or a chart under its title, of which it is the short form."""

    said: str
    message: Message | None = None
    chart: Image | None = None


class CommandReplies:
    """Answers over one database. `places`: the conversations that alerts go to, from where alone
    somebody may act, as only there are buttons."""

    def __init__(self, app: App, places: frozenset[str]):
        self._config = app.config
        self._zone = app.config.desk.zone
        self._actions = app.answers
        self._clock: Clock = app.clock
        self._stop = app.stop
        self._full = app.reading
        self._places = places
        reading = app.reading
        # Looks first for what the program keeps of what takes long to compute.
        self._reading = Glance(
            app.database, reading.settings, lambda: reading, reading.fingerprint, reading.limits
        )

    def answer(self, command: Command, asked: Asked) -> Answer:
        """What a command is answered with. Raises HavenwatchError."""
        answers: Mapping[Verb, Callable[[Command, Asked, datetime], Answer]] = {
            Verb.STATUS: self._status,
            Verb.VERDICT: self._verdict,
            Verb.WHY: self._why,
            Verb.CHART: self._chart,
            Verb.TUNE: self._tune,
            Verb.ACK: self._acknowledge,
            Verb.MUTE: self._mute,
            Verb.UNMUTE: self._unmute,
            Verb.HELP: self._help,
        }
        if asked.usage.acts:
            self._refuse_elsewhere(command)
        found = answers[asked.verb](command, asked, self._clock.now())
        if not asked.share or found.message is None:
            return found
        footer = f"{found.message.footer} · shared by {command.by}"
        return replace(found, message=replace(found.message, footer=footer))

    def first_screen(self) -> Message:
        """The desk at one glance."""
        status = read_status(self._reading, self._clock.now())
        return first_screen(status, self._zone, self._config.web.public_url)

    def _status(self, command: Command, asked: Asked, at: datetime) -> Answer:  # noqa: ARG002
        if asked.words:
            raise HavenwatchError(
                command.name, expected="nothing after status", got=repr(" ".join(asked.words)),
                remedy=f"see `{command.name} help`",
            )  # fmt: skip
        page = self.first_screen()
        return Answer(page.subject, page)

    def _verdict(self, command: Command, asked: Asked, at: datetime) -> Answer:  # noqa: ARG002
        found = self._reading.verdict(at)
        first, *rest = map(_in_lines(found), verdict_sections(found))
        page = Message(
            key="verdict",
            tone="plain",
            kicker="VERDICT",
            title=QUESTION,
            subject=found.line,
            # Its heading is the title already.
            sections=(replace(first, heading="") if isinstance(first, Text) else first, *rest),
            footer=with_source_notes(f"As of {local_time(at, self._zone)}", found.sources),
            link=self._config.web.public_url,
        )
        return Answer(found.line, page)

    def _why(self, command: Command, asked: Asked, at: datetime) -> Answer:  # noqa: ARG002
        wanted = " ".join(asked.words)
        known = [one.rule_id for one in self._full.rules]
        page = explain(
            self._full, wanted if wanted in known else self._actions.alert_id(wanted), at
        )
        return Answer(page.subject, page)

    def _chart(self, command: Command, asked: Asked, at: datetime) -> Answer:  # noqa: ARG002
        title, image = chart_of(self._reading, asked.words, at)
        return Answer(title, chart=image)

    def _tune(self, command: Command, asked: Asked, at: datetime) -> Answer:
        name, *varied = asked.words
        rules = {one: rule for one, rule in self._config.rules.items() if rule.enabled}
        rule = rules[chosen(list(rules), name, "rule", "havenwatch config check")]
        vary = dict(map(_values, varied))
        found, tried_all = self._tuned(rule, vary, at)
        said = tuned_words(rule.title, [one.alert_rates for one in found])
        page = Message(
            key="tune",
            tone="plain",
            kicker="BACKTEST",
            title=rule.title,
            subject=said,
            sections=(Text(said), *_tables(found)),
            footer=f"As of {local_time(at, self._zone)}"
            + ("" if tried_all else f"; stopped after {TUNE_S:.0f} s, vary fewer values")
            + ("" if vary else f"; for others: {command.name} {asked.usage.written}"),
        )
        return Answer(said, page)

    def _tuned(
        self, rule: Rule, vary: Mapping[str, list[float]], at: datetime
    ) -> tuple[list[Tuned], bool]:
        """What was tried before its time was over, and whether that is all."""
        path = self._reading.database.path
        assert path is not None
        until, found = self._clock.monotonic_s() + TUNE_S, []
        for one in tune(self._config, path, rule, TUNE_FROM, at, vary, main_thresholds(rule)):
            found.append(one)
            if self._clock.monotonic_s() > until or self._stop.is_told:
                return found, False
        return found, True

    def _acknowledge(self, command: Command, asked: Asked, at: datetime) -> Answer:
        wanted, *note = asked.words
        force = bool(note) and note[0].lower() in FORCE
        alert_id = self._actions.alert_id(wanted)
        said = " ".join(note[1:] if force else note)
        return Answer(
            self._actions.acknowledge(alert_id, command.by, said, at, force=force).replace(
                "ack --force", f"`{command.name} ack {alert_id} force`"
            )
        )

    def _mute(self, command: Command, asked: Asked, at: datetime) -> Answer:
        wanted, length, *why = asked.words
        named, _, rest = wanted.partition("/")
        rule_id = chosen(self._actions.rule_ids, named, "rule", "havenwatch config check")
        try:
            until = at + parse_duration(length.lower())
        except ValueError as error:
            raise HavenwatchError(
                command.name, expected="a length of time", got=str(error),
                remedy=f"write `{command.name} {asked.usage.written}`",
            ) from None  # fmt: skip
        subject = rest.partition("/")[0] or None
        why_said = " ".join(why) or MUTED
        return Answer(self._actions.silence(rule_id, subject, until, command.by, why_said, at))

    def _unmute(self, command: Command, asked: Asked, at: datetime) -> Answer:  # noqa: ARG002
        wanted = " ".join(asked.words)
        return Answer(self._actions.unsilence(self._actions.silence_of(wanted, at), at))

    def _help(self, command: Command, asked: Asked, at: datetime) -> Answer:  # noqa: ARG002
        return Answer(help_lines(command.name))

    def _refuse_elsewhere(self, command: Command) -> None:
        """Raise HavenwatchError where a command that acts comes from outside the conversations of
        the alerts: who may act is who can press their buttons."""
        if command.conversation in self._places:
            return
        raise HavenwatchError(
            command.name,
            expected="the conversation that the alerts are in",
            got="another one",
            remedy="write it there; nothing was changed",
        )


def _in_lines(verdict: Verdict) -> Callable[[Section], Section]:
    """What puts each sentence of a verdict's paragraphs on a line of its own."""
    lines = {" ".join(said): "\n".join(said) for said in (verdict.beside, verdict.notes)}

    def split(one: Section) -> Section:
        return replace(one, body=lines.get(one.body, one.body)) if isinstance(one, Text) else one

    return split


def _tables(found: Sequence[Tuned]) -> list[Table]:
    """The table of the command in parts that a phone has room for: one for each threshold where
    they were changed one at a time."""
    if any(len(one.changes) > 1 for one in found):
        return [tuned_table(found)]
    tables = []
    for name, group in groupby(found, key=lambda one: next(iter(one.changes))):
        whole = tuned_table(tuple(group))
        rows = tuple((f"{value}{mark or ' '}", *rates) for mark, value, *rates in whole.rows)
        columns = ("value ", *whole.columns[2:])
        tables.append(Table(name, columns, "r" + whole.align[2:], rows))
    return tables


def _values(text: str) -> tuple[str, list[float]]:
    """`warning_spx_fall_pct=2,2.5` as a name and its values."""
    name, _, values = text.partition("=")
    try:
        return name, [float(one) for one in values.split(",")]
    except ValueError:
        raise HavenwatchError(
            "tune", expected="SETTING=V1,V2", got=repr(text),
            remedy="write it without spaces, such as warning_weakest_leg_sd=0.4,0.5",
        ) from None  # fmt: skip


# What a command of the terminal is called in Slack.
IN_SLACK: Final = (
    (re.compile(r"havenwatch (alerts|silences)"), "{0}"),
    (re.compile(r"havenwatch config check"), "{0} help"),
)


def in_slack(error: HavenwatchError, name: str) -> str:
    """An error with what to do in the words of the slash command."""
    said = str(error)
    for pattern, instead in IN_SLACK:
        said = pattern.sub(f"`{instead.format(name)}`", said)
    return said
