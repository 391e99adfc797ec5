"""Everything that is known of one alert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.message.compose import alert_message
from alerts.message.message import Message
from alerts.message.sections import Bars, Table, Text
from alerts.message.settled import last_answers, settled_message
from alerts.model import Alert, Transition
from alerts.release import Release
from alerts.states import AlertState, Reason
from monitor.evaluate.alert_actions import how_answered
from monitor.views.came_since import CameSince
from monitor.views.evidence import Row, rows
from monitor.views.read_model import ReadModel
from rules.plot import not_drawn
from rules.terms import Answer
from state.alert_store import AlertStore
from state.delivery import Delivery
from state.outbox import Outbox
from state.suppressions import Suppressions

EVIDENCE = "Evidence"


@dataclass(frozen=True)
class Step:
    """One transition, to whom it was told, or why to nobody."""

    transition: Transition
    deliveries: Sequence[Delivery]
    not_told: str

    @property
    def moved(self) -> str:
        """`notice → critical`, or the severity where it stayed."""
        before, after = self.transition.before, self.transition.after
        if before is None or before.severity is after.severity:
            return after.severity.label
        return f"{before.severity.label} → {after.severity.label}"


@dataclass(frozen=True)
class AlertView:
    """An alert as it is now: `page` what it last said, `last` the transition that said it,
    `answers` what the transactions of its month answered; `has_chart` whether there is a chart: not
    of what is about the program itself; `not_drawn` the series that it has no room for, by id with
    their titles."""

    alert: Alert
    title: str
    page: Message
    last: Transition
    answers: Sequence[Message]
    evidence: Sequence[Row]
    steps: Sequence[Step]
    answered: str
    has_chart: bool
    not_drawn: Mapping[str, str]

    @property
    def texts(self) -> list[Text]:
        """What it said in words; of one that is over without how it had changed."""
        found = [one for one in self.page.sections if isinstance(one, Text)]
        return [one for one in found if not (one.strong and self.alert.closed_at)]

    @property
    def deliveries(self) -> list[Delivery]:
        """Every message about it, in the order of its steps."""
        return [one for step in self.steps for one in step.deliveries]

    @property
    def bars(self) -> Bars | None:
        """The numbers against their thresholds."""
        return next((one for one in self.page.sections if isinstance(one, Bars)), None)

    @property
    def tables(self) -> list[Table]:
        """The tables of what it last said, without the evidence, which is shown with its origin."""
        found = [one for one in self.page.sections if isinstance(one, Table)]
        return [one for one in found if one.heading != EVIDENCE]

    @property
    def can_be_acknowledged(self) -> bool:
        """Whether it is open and nobody answers for it."""
        return self.alert.state is AlertState.OPEN and not self.alert.acknowledged_by


def story(reading: ReadModel, alert_id: str, at: datetime) -> AlertView | None:
    """The story of an alert as it reads at an instant, None where there is no such alert."""
    alert_store = AlertStore(reading.database)
    alert, told = alert_store.alert(alert_id), alert_store.transitions_of(alert_id)
    if alert is None or not told:
        return None
    title = reading.report.titles.get(alert.rule_id, alert.rule_id)
    zone = reading.config.desk.zone
    last, releases = last_message(told)
    by_transition: dict[str | None, list[Delivery]] = {}
    for one in Outbox(reading.database).of_alert(alert_id):
        by_transition.setdefault(one.transition_id, []).append(one)
    rule = next((one for one in reading.rules if one.rule_id == alert.rule_id), None)
    untold = Suppressions(reading.database).of_alert(alert_id)
    return AlertView(
        alert=alert,
        title=title,
        page=CameSince(reading, at).message(alert_message(last, title, releases, zone), releases),
        last=last,
        answers=[settled_message(one, title, zone) for one in last_answers(one for one, _ in told)],
        evidence=rows(reading, last.signal),
        steps=[
            Step(
                one,
                by_transition.get(one.transition_id, ()),
                untold.get(one.transition_id, ""),
            )
            for one, _ in told
        ],
        answered=how_answered(alert, zone),
        has_chart=rule is not None,
        not_drawn=_titled(reading, () if rule is None else not_drawn(rule, alert.subject)),
    )


def _titled(reading: ReadModel, series_ids: Sequence[str]) -> dict[str, str]:
    titles = reading.series_titles() if series_ids else {}
    return {one: titles.get(one, one) for one in series_ids}


def last_message(
    told: Sequence[tuple[Transition, Sequence[Release]]],
) -> tuple[Transition, Sequence[Release]]:
    """The last transition with numbers that fired, or the first of all."""
    firing = [
        one
        for one in told
        if one[0].signal.answer is Answer.FIRING
        and one[0].reason not in (Reason.ACKNOWLEDGED, Reason.PAST, Reason.SETTLED)
    ]
    return firing[-1] if firing else told[0]
