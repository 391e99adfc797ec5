"""Why a rule said what it said: the rule, every step, every input with its vintage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from alerts.message.compose import alert_message
from alerts.message.message import Message
from alerts.message.sections import Section, Table, Text
from alerts.message.values import local_time, show
from alerts.model import Transition
from monitor.config.definitions import definitions
from monitor.errors import HavenwatchError
from monitor.evaluate.alert_lookup import resolve_alert_id
from monitor.evaluate.evaluation import decide_rule
from monitor.evaluate.evaluation_result import EvaluationResult
from monitor.evaluate.known import Known
from monitor.history.tune import thresholds
from monitor.ingest.releases import coming_releases
from monitor.known_names import did_you_mean
from monitor.terminal.explain_health import explain_own
from monitor.views.about_rule import about
from monitor.views.basis import basis_of
from rules.evaluation import Evaluations, Rule
from rules.model import to_date, to_instant
from rules.terms import Kind
from state.alert_names import alert_ids
from state.alert_store import AlertStore
from state.health import Health
from state.vintages import Version, Vintages

if TYPE_CHECKING:
    from monitor.views.read_model import ReadModel

# So many periods of each series are shown up to the one that is explained.
PERIODS: Final = 3
LONGEST_GAP: Final = timedelta(days=120)


def explain(reading: ReadModel, what: str, as_of: datetime) -> Message:
    """Everything behind an alert (`rule/subject/episode`) or a rule's newest answers, as known at
    an instant. Raises HavenwatchError for what is neither."""
    # A whole id may be of an alert that a replay alone finds; a part of one is of those stored.
    if what.count("/") == 1:
        what = resolve_alert_id(alert_ids(reading.database), what)
    name, _, rest = what.partition("/")
    rule = next((one for one in reading.rules if one.rule_id == name), None)
    if rule is None:
        title = reading.report.titles.get(name, name)
        own = explain_own(reading.database, what, title, as_of, reading.config.desk.zone)
        if own is not None:
            return own
        rules = [one.rule_id for one in reading.rules]
        raise HavenwatchError(
            "explain",
            expected="the id of an alert or of a rule",
            got=repr(what),
            remedy=f"{did_you_mean(name, rules)}; list alerts with: havenwatch alerts",
        )
    numbers = Known.of_rules([rule], partial(reading.archive.history, until=as_of))
    remind_after = reading.config.follow_up.remind_after
    verdicts = decide_rule(numbers, rule, {}, {}, None, as_of, remind_after)
    told = [one.explained() for one in verdicts.decided if one.outline.after.alert_id == what]
    if rest and not told:
        raise HavenwatchError(
            "explain",
            expected=f"an alert that existed at {as_of:%Y-%m-%dT%H:%M:%SZ}",
            got=repr(what),
            remedy="explain the rule alone, or use a later --at",
        )
    last = told[-1].signal.period_end if told else _newest_period(verdicts)
    sections = [
        *_rule_sections(rule, reading.series_titles()),
        *(_alert_sections(reading, rule, told) if told else [_answers(verdicts, reading)]),
        _inputs(reading, rule, last, as_of),
    ]
    known = local_time(as_of, reading.config.desk.zone)
    return Message(
        key=f"explain/{what}",
        tone="plain",
        kicker=f"EXPLAIN · {rule.title}",
        title=what if told else f"{rule.title}: latest results",
        subject=what,
        sections=tuple(sections),
        footer=f"data as of {known}. {_basis(reading, told)}".rstrip(),
    )


def _basis(reading: ReadModel, told: Sequence[Transition]) -> str:
    """Whether the alert stands on numbers that were loaded later."""
    beat = Health(reading.database).heartbeat()
    since = None if beat is None else beat.watching_since
    return basis_of(since, told[0].at) if told else ""


def _rule_sections(rule: Rule, titles: Mapping[str, str]) -> list[Section]:
    rows = tuple((name, f"{value:g}") for name, value in thresholds(rule).items())
    return [
        *(
            Text(part, "Rule" if place == 0 else "")
            for place, part in enumerate(about(rule, titles))
        ),
        Table("Thresholds", ("setting", "value"), "lr", rows),
    ]


def _alert_sections(reading: ReadModel, rule: Rule, told: Sequence[Transition]) -> list[Section]:
    """The steps of the lifecycle, and the words and numbers of the last of them."""
    zone = reading.config.desk.zone
    steps = tuple(
        (
            local_time(one.signal.known_at, zone),
            one.reason.value + (", late" if one.late else ""),
            one.after.severity.label + (", provisional" if one.after.provisional else ""),
            one.signal.period_end.isoformat(),
            " / ".join(
                show(said.value, said.unit)
                for said in one.signal.explained.evidence
                if said.threshold is not None
            ),
        )
        for one in told
    )
    columns = ("known", "change", "severity", "period", "values tested")
    releases = coming_releases(told[-1].signal, rule.awaits)
    page = alert_message(told[-1], rule.title, releases, zone)
    kind = "event: one alert per period" if rule.kind is Kind.EVENT else "condition"
    opened_by = AlertStore(reading.database).opened_by(told[0].after.alert_id)
    return [
        Table(f"History ({kind})", columns, "lllll", steps),
        Text(_defined(opened_by, definitions(reading.config)[rule.rule_id]), "Definition"),
        Text(page.title, "Latest message", strong=True),
        *page.sections,
    ]


def _defined(opened_by: str, in_force: str) -> str:
    """Which definition of the rule opened the alert, and which is in force."""
    if not opened_by:
        return f"{in_force} in force; that which opened the alert was not stored."
    if opened_by == in_force:
        return f"{in_force}, the one in force."
    return (
        f"{opened_by} opened the alert; {in_force} is in force: the rule or a series it reads was "
        "changed since. The values above are evaluated by the one in force."
    )


def _answers(verdicts: EvaluationResult, reading: ReadModel) -> Table:
    """The newest answer of each subject."""
    rows = []
    for one in verdicts.answered:
        if not len(one.rows):
            continue
        row = int(one.rows[np.argmax(one.judged.period_end[one.rows])])
        rows.append(_answer(one.judged, row, reading))
    columns = ("subject", "period", "result", "value", "known", "headline")
    return Table("Latest results", columns, "lllrll", tuple(rows)).without_empty_columns()


def _answer(judged: Evaluations, row: int, reading: ReadModel) -> tuple[str, ...]:
    signal = judged.signal(row)
    measure = float(judged.measure[row])
    return (
        judged.subject,
        signal.period_end.isoformat(),
        signal.answer.value if signal.severity is None else signal.severity.label,
        show(None if np.isnan(measure) else measure, judged.measure_unit),
        local_time(to_instant(judged.known_at[row]), reading.config.desk.zone),
        signal.explained.headline,
    )


def _newest_period(verdicts: EvaluationResult) -> date:
    periods = [one.judged.period_end[one.rows].max() for one in verdicts.answered if len(one.rows)]
    return to_date(max(periods)) if periods else date.min + LONGEST_GAP


def _inputs(reading: ReadModel, rule: Rule, last: date, as_of: datetime) -> Table:
    """The newest versions of what was read up to a period, each with when and how it was known."""
    vintages = Vintages(reading.database)
    rows = []
    for series_id in reading.archive.expanded(rule.series):
        known = [
            one
            for one in vintages.versions(series_id, last - LONGEST_GAP, last)
            if one.known_at <= as_of
        ]
        periods = sorted({one.period_end for one in known})[-PERIODS:]
        rows += [_version(series_id, one, reading) for one in known if one.period_end in periods]
    columns = ("series", "period", "value", "known", "vintage", "from")
    return Table(
        f"Inputs: last {PERIODS} periods of each series to {last}, all vintages",
        columns,
        "llrlrl",
        tuple(rows),
    )


def _version(series_id: str, one: Version, reading: ReadModel) -> tuple[str, ...]:
    basis = " (assumed)" if one.assumed else ""
    return (
        series_id,
        one.period_end.isoformat(),
        f"{one.value:,.10g}",
        f"{local_time(one.known_at, reading.config.desk.zone)}{basis}",
        str(one.vintage_id),
        " ".join(url.rpartition("/")[2].partition("?")[0] for url in one.urls),
    )
