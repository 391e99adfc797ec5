"""The questions of `rules new`: each answered from what is stored, unless somebody says more."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import click

from alerts.titles import OWN_TITLES
from monitor.cli.questions import Questions
from monitor.config.blocks import block_of, unknown_name
from monitor.config.desk_rules import condition_problems, name_problems
from monitor.config.load import Config
from monitor.config.series_catalog import SeriesCatalog
from monitor.errors import ConfigInvalid, Problem
from monitor.history.proposed_sizes import ProposedSizes
from monitor.history.proposed_sizes_said import proposal_said, unit_said
from rules.declared.condition import Condition
from rules.declared.rule import ConditionsRule
from rules.declared.transforms import LEVEL, TRANSFORMS
from rules.markets.market import desk_name
from rules.terms import Kind, Severity
from rules.wording import capitalized, plural

Settings = dict[str, Any]
Propose = Callable[[Condition], ProposedSizes]

NONE: Final = "none"
WAYS: Final = ("above", "below")
# Series that many rules are about, of those that the sources give.
COMMON: Final = (
    "spx", "ust2y", "ust10y", "ust30y", "ust10y_real", "dxy", "vix", "acm_tp10y",
    "custody_treasuries", "tic.99996.for_lt_treas_net",
)  # fmt: skip
MOST_LISTED: Final = 20
# Usual windows by how often a series comes: of a change, of a sum, and of what compares.
WINDOWS: Final[Mapping[str, tuple[int, int, int]]] = {
    "session": (5, 21, 252), "auction": (1, 3, 12), "week": (1, 4, 52), "month": (1, 3, 60),
}  # fmt: skip
MOVES: Final = ("change", "change_pct")
# In these units a number may be at zero or below, of which no percent can be said.
MOVED_BY_DIFFERENCE: Final = ("pct", "bp", "sd", "ratio", "usd_mn", "usd_bn", "jpy_bn")


class RuleQuestions:
    """Asks for a rule. `propose` gives the sizes that a condition reached in what is stored."""

    def __init__(self, questions: Questions, config: Config, propose: Propose):
        self._questions = questions
        self._config = config
        self._catalog = SeriesCatalog(config.sources.values(), config.chains, config.series)
        self._propose = propose

    def name_problems(self, name: str) -> list[Problem]:
        """What is wrong with a name for a rule."""
        taken = (*self._config.rules, *OWN_TITLES)
        return name_problems(f"rules.{name}", name, taken)

    def ask(self, name: str) -> tuple[str, Settings]:
        """The name, asked for where it is empty, and the settings of a rule. Raises ConfigInvalid
        and HavenwatchError."""
        click.echo("\n".join(["Common series, of all that the sources give:", *self._common()]))
        first = self._graded()
        every = [first]
        while (
            series := self._series("Another series whose condition must hold too", NONE)
        ) != NONE:
            every.append(self._single(series))
        settings: Settings = {"all": every, "kind": self._kind(first)}
        if settings["kind"] == Kind.CONDITION and (close := self._close(first)):
            settings["close_when"] = close
        settings["title"] = self._questions.text("title", "Title", self._title(first))
        caveat = self._questions.text("caveat", "What it does not mean", ConditionsRule.caveat)
        if caveat != ConditionsRule.caveat:
            settings["caveat"] = caveat
        return name or self._name(first), settings

    def _common(self) -> list[str]:
        own = [
            *self._config.series,
            *(n for one in self._config.sources.values() if one.source_type == "table"
              for n in one.series_ids),
        ]  # fmt: skip
        known = [one for one in COMMON if self._catalog.problem("series", one) is None]
        return [f"  {one:<28} {self._named(one)}" for one in (*own, *known)[:MOST_LISTED]]

    def _graded(self) -> Settings:
        """The condition that the rule is about, with sizes by severity."""
        measured, way = self._measured(self._series("Series", None))
        setting = self._size_setting(measured, way)
        proposed = self._proposed(measured, setting)
        unit = self._unit(measured, setting)
        click.echo(proposal_said(proposed, unit))

        def sizes() -> Settings:
            asked = {one.label: self._size(one, proposed, unit) for one in Severity}
            given = {name: size for name, size in asked.items() if size is not None}
            return {**measured, setting: given}

        return self._questions.until_right(sizes, self._check)

    def _single(self, series: str) -> Settings:
        """Another condition, with one size for every severity."""
        measured, way = self._measured(series)
        setting = self._size_setting(measured, way)
        usual, unit = self._proposed(measured, setting).usual, self._unit(measured, setting)
        default = None if usual is None else f"{usual:g}"
        said = "" if usual is None else f", reached on a quarter of the periods: {default}"
        question = f"At or {way} which size ({unit_said(unit)}{said})"
        return self._questions.until_right(
            lambda: {**measured, setting: self._number(setting, question, default)}, self._check
        )

    def _series(self, question: str, default: str | None) -> str:
        def check(answer: str) -> None:
            wrong = self._catalog.problem("series", answer)
            if wrong is not None and answer != default:
                raise ConfigInvalid([wrong])

        return self._questions.until_right(
            lambda: self._questions.text("series", question, default), check
        )

    def _measured(self, series: str) -> tuple[Settings, str]:
        """What is measured, without a size, and whether it fires above or below one."""
        by_difference = self._catalog.unit(series) in MOVED_BY_DIFFERENCE
        statistic = self._one_of(
            "statistic",
            "What of it (docs/own-rules.md explains them)",
            [*TRANSFORMS],
            "change" if by_difference else "change_pct",
        )
        measured: Settings = {"series": series}
        if statistic != LEVEL:
            default = self._window(series, statistic)
            measured = self._questions.until_right(
                lambda: {"series": series, statistic: self._whole(series, default)},
                lambda found: self._check({**found, "above": 1.0}),
            )
        usual_way = "below" if statistic == "drawdown" else "above"
        return measured, self._one_of("way", "Fires above or below a size", [*WAYS], usual_way)

    def _window(self, series: str, statistic: str) -> int:
        of_change, of_sum, of_others = WINDOWS[self._frequency(series)]
        if any(one.one_vintage for one in self._catalog.described(series)):
            of_others = min(of_others, WINDOWS["month"][2])
        return {"sum": of_sum, **dict.fromkeys(MOVES, of_change)}.get(statistic, of_others)

    def _whole(self, series: str, default: int) -> int | str:
        question = f"Over how many {self._frequency(series)}s"
        answer = self._questions.text("window", question, str(default))
        return int(answer) if answer.isascii() and answer.isdecimal() else answer

    def _size(self, severity: Severity, proposed: ProposedSizes, unit: str) -> float | None:
        found = proposed.by_severity.get(severity)
        needs_answer = severity is Severity.NOTICE and not proposed.by_severity
        default = None if needs_answer else NONE if found is None else f"{found.size:g}"
        question = f"{capitalized(severity.label)} size ({unit_said(unit)}, or {NONE})"
        return self._number(severity.label, question, default)

    def _number(self, name: str, question: str, default: str | None) -> float | None:
        def check(answer: str) -> None:
            try:
                is_number = answer == NONE or math.isfinite(float(answer))
            except ValueError:
                is_number = False
            if not is_number:
                what = f"expected a number or {NONE}, got {answer!r}"
                raise ConfigInvalid(
                    [Problem(name, what, "write it without its unit, such as -2.5")]
                )

        answer = self._questions.until_right(
            lambda: self._questions.text(name, question, default), check
        )
        return None if answer == NONE else float(answer)

    def _kind(self, first: Settings) -> str:
        is_dated = any(first.get(one) == 1 for one in MOVES)
        default = Kind.EVENT if is_dated else Kind.CONDITION
        question = "Dated event, or condition that lasts"
        return self._one_of("kind", question, [one.value for one in Kind], default.value)

    def _close(self, first: Settings) -> Settings | None:
        """The condition that closes it: the same number, back on the other side of a size."""
        setting = next(one for one in first if one.startswith(WAYS))
        measured = {name: one for name, one in first.items() if name != setting}
        here, there = WAYS if setting.startswith("above") else reversed(WAYS)
        back = setting.replace(here, there, 1)

        def ask() -> Settings:
            question = f"Closes at or {there} which size ({NONE}: half of the way back)"
            size = self._number("close_when", question, NONE)
            return {} if size is None else {**measured, back: size}

        return self._questions.until_right(ask, lambda found: self._check(found) if found else None)

    def _name(self, first: Settings) -> str:
        plain = re.sub(r"[^a-z0-9]+", "_", first["series"].lower())
        statistic, window = _statistic(first)
        default = plain.strip("_")[:30] + (f"_{statistic}_{window}" if window else "_level")
        default = default if default[0].isalpha() else f"rule_{default}"
        while self.name_problems(default):
            default += "_new"

        def check(name: str) -> None:
            if problems := self.name_problems(name):
                raise ConfigInvalid(problems)

        return self._questions.until_right(
            lambda: self._questions.text("name", "Name of the rule", default), check
        )

    def _title(self, first: Settings) -> str:
        statistic, window = _statistic(first)
        name = capitalized(self._named(first["series"]))
        if not window:
            return f"{name} {'high' if any(n.startswith('above') for n in first) else 'low'}"
        span = plural(window, self._frequency(first["series"]))
        return f"{name}, {TRANSFORMS[statistic].said.format(window=span)}"

    def _one_of(self, name: str, question: str, known: list[str], default: str) -> str:
        def check(answer: str) -> None:
            if answer not in known:
                raise ConfigInvalid([unknown_name(name, answer, known)])

        asked = f"{question} ({', '.join(known)})"
        return self._questions.until_right(
            lambda: self._questions.text(name, asked, default), check
        )

    def _named(self, series: str) -> str:
        titles = {one.series_id: one.title for one in self._catalog.described(series)}
        made = self._config.series.get(series)
        return desk_name(series, titles if made is None else {series: made.title})

    def _frequency(self, series: str) -> str:
        often = {one.frequency for one in self._catalog.described(series)}
        return next((one for one in WINDOWS if one in often), "session")

    def _size_setting(self, measured: Settings, way: str) -> str:
        """The setting of a size in the unit that a desk would say it in."""
        fits = _condition(measured, way).size_settings(self._catalog.unit(measured["series"]))
        is_move = _statistic(measured)[0] in ("change", "sum")
        return way + ("_bp" if is_move and "_bp" in fits else fits[-1])

    def _unit(self, measured: Settings, setting: str) -> str:
        return _condition(measured, setting).unit(self._catalog.unit(measured["series"]))

    def _proposed(self, measured: Settings, setting: str) -> ProposedSizes:
        return self._propose(_condition(measured, setting))

    def _check(self, settings: Settings) -> None:
        """Raise ConfigInvalid for a condition that `config check` would not accept."""
        problems: list[Problem] = []
        one = block_of("condition", Condition, settings, problems)
        if one is not None:
            problems += [Problem(".".join(filter(None, ["condition", setting])), what, fix)
                         for setting, what, fix in one.problems()]  # fmt: skip
            problems += [] if problems else condition_problems("condition", one, self._catalog)
        if problems:
            raise ConfigInvalid(problems)


def _condition(measured: Settings, setting: str) -> Condition:
    """What is measured, with a size that does not matter."""
    return Condition(**{**measured, setting: 1.0})


def _statistic(settings: Settings) -> tuple[str, int]:
    """The statistic of a condition and its window; 0 of the number itself."""
    return next(((name, settings[name]) for name in TRANSFORMS if name in settings), (LEVEL, 0))
