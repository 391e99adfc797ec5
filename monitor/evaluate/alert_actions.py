"""What people answer: acknowledgements and silences, stored when the call returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from alerts.clean import clean
from alerts.lifecycle import acknowledge
from alerts.message.values import local_time
from alerts.model import Alert
from alerts.states import AlertState
from monitor.errors import HavenwatchError
from monitor.evaluate.alert_lookup import chosen, resolve_alert_id
from monitor.evaluate.notification_policy import NotificationPolicy
from monitor.known_names import did_you_mean, listed
from state.alert_store import AlertStore
from state.database import Database
from state.silences import Silence, Silences

# What SQLite holds in a number.
MOST_DIGITS: Final = 18


class AlertActions:
    """Takes answers for the alerts of one database. Each may come twice and counts once."""

    def __init__(
        self,
        database: Database,
        recording: NotificationPolicy,
        rule_ids: Sequence[str],
        acknowledged_for: timedelta,
        zone: ZoneInfo,
        subjects_of: Callable[[str], Sequence[str]],
    ):
        self._database = database
        self._recording = recording
        self._alert_store = AlertStore(database)
        self._silences = Silences(database)
        self._rule_ids = rule_ids
        self._acknowledged_for = acknowledged_for
        self._zone = zone
        self._subjects_of = subjects_of

    @property
    def rule_ids(self) -> Sequence[str]:
        """The rules that can be silenced."""
        return self._rule_ids

    def knows(self, alert_id: str) -> bool:
        """Whether an alert is in this database."""
        return self._alert_store.alert(alert_id) is not None

    def alert_id(self, wanted: str) -> str:
        """The whole id of the alert that a person means by a part of it: of the open ones first.
        Raises HavenwatchError."""
        return meant_alert(self._alert_store.alerts(), wanted)

    def silence_of(self, wanted: str, at: datetime) -> int:
        """The number of the silence that lasts and that a person means by its number, or by a part
        of what it is over. Raises HavenwatchError."""
        if wanted.isdecimal() and len(wanted) <= MOST_DIGITS:
            return int(wanted)
        active = {one.what: one.silence_id for one in self._silences.all() if one.end > at}
        return active[chosen(list(active), wanted, "active silence", "havenwatch silences")]

    def acknowledge(
        self, alert_id: str, by: str, note: str, at: datetime, *, force: bool = False
    ) -> str:
        """What was done, in a sentence. Whoever was told of the alert is told of the answer. Where
        somebody else has acknowledged it, that stays so, unless `force` takes it over.

        Raises HavenwatchError for an alert that is not there.
        """
        with self._database.immediate() as connection:
            alert = self._alert_store.alert(alert_id)
            last = self._alert_store.last_firing_signal(alert_id)
            if alert is None or last is None:
                known = (one.alert_id for one in self._alert_store.alerts())
                raise _unknown(
                    "an alert's id", alert_id, known, "list them with: havenwatch alerts"
                )
            by, note = _plain(by), clean(note).strip()
            transition = acknowledge(alert, last, by, note, at, self._acknowledged_for, force=force)
            if transition is not None:
                self._recording.record(connection, transition)
                alert = transition.after
        said = how_answered(alert, self._zone)
        if transition is None and alert.acknowledged_by not in ("", by):
            said += f" Not changed to {by}: take it over with ack --force."
        return said

    def silence(
        self,
        rule_id: str,
        subject: str | None,
        until: datetime,
        by: str,
        why: str,
        at: datetime,
    ) -> str:
        """What was done, in a sentence. Raises HavenwatchError for a rule or a subject that is not
        there, and for a silence that would end before it begins."""
        if rule_id not in self._rule_ids:
            raise _unknown(
                "a rule", rule_id, self._rule_ids, "list them with: havenwatch config check"
            )
        if subject is not None:
            self._refuse_unknown_subject(rule_id, subject)
        if until <= at:
            raise HavenwatchError(
                "silence",
                expected="an end in the future",
                got=local_time(until, self._zone),
                remedy="use a longer duration",
            )
        made = self._silences.make(rule_id, subject, at, until, _plain(by), clean(why).strip())
        return self._said(made)

    def _refuse_unknown_subject(self, rule_id: str, subject: str) -> None:
        known = self._subjects_of(rule_id)
        if subject not in known:
            what = f"a subject of {rule_id} ({listed(known, subject) or 'it has none'})"
            raise _unknown(what, subject, known, "use one of those")

    def unsilence(self, silence_id: int, at: datetime) -> str:
        """What was done, in a sentence. Raises HavenwatchError where there is none to end."""
        if not self._silences.end(silence_id, at):
            active = [str(one.silence_id) for one in self._silences.all() if one.end > at]
            raise HavenwatchError(
                "unsilence",
                expected=f"the id of an active silence ({listed(active) or 'there is none'})",
                got=str(silence_id),
                remedy="list them with: havenwatch silences",
            )
        return f"Silence {silence_id} expired."

    def _said(self, made: Silence) -> str:
        return (
            f"Silenced {made.what} until "
            f"{local_time(made.until, self._zone)} (id {made.silence_id}). Still evaluated; shown "
            "in the digest."
        )


def how_answered(alert: Alert, zone: ZoneInfo) -> str:
    """Who answers for an alert and until when, in a sentence; or that it cannot be answered for."""
    if not alert.acknowledged_by:
        return f"{alert.alert_id} is {alert.state.value}: nothing to acknowledge."
    until = alert.acknowledged_until
    ends = "" if until is None else f" until {local_time(until, zone)}"
    return f"{alert.alert_id} is acknowledged by {alert.acknowledged_by}{ends}."


def meant_alert(alerts: Sequence[Alert], wanted: str) -> str:
    """The whole id of the alert that a part of it means: of the open ones first. Raises
    HavenwatchError."""
    known = [one.alert_id for one in alerts]
    standing = [one.alert_id for one in alerts if one.state is AlertState.OPEN]
    holding = [one for one in standing if wanted.lower() in one.lower()]
    return resolve_alert_id(holding if len(holding) == 1 else known, wanted)


def _plain(name: str) -> str:
    """A name on one line, without what somebody could hide in it."""
    return " ".join(clean(name).split())


def _unknown(what: str, got: str, known: Iterable[str], otherwise: str) -> HavenwatchError:
    remedy = did_you_mean(got, known, otherwise)
    return HavenwatchError("answer", expected=what, got=repr(got), remedy=remedy)
