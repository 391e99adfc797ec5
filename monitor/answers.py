"""What people answer: acknowledgements and silences, stored when the call returns."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.compose import local_time
from alerts.lifecycle import acknowledge
from alerts.model import Alert
from monitor.errors import HavenwatchError
from monitor.recording import Recording
from state.database import Database
from state.ledger import Ledger
from state.silences import Silence, Silences


class Answers:
    """Takes answers for the alerts of one database. Each may come twice and counts once."""

    def __init__(
        self,
        database: Database,
        recording: Recording,
        rule_ids: Sequence[str],
        acknowledged_for: timedelta,
        zone: ZoneInfo,
    ):
        self._database = database
        self._recording = recording
        self._ledger = Ledger(database)
        self._silences = Silences(database)
        self._rule_ids = rule_ids
        self._acknowledged_for = acknowledged_for
        self._zone = zone

    def acknowledge(self, alert_id: str, by: str, note: str, at: datetime) -> str:
        """What was done, in a sentence. Whoever was told of the alert is told of the answer.

        Raises HavenwatchError for an alert that is not there.
        """
        with self._database.immediate() as connection:
            alert = self._ledger.alert(alert_id)
            last = self._ledger.last_firing_signal(alert_id)
            if alert is None or last is None:
                known = (one.alert_id for one in self._ledger.alerts())
                raise _unknown("an alert's id", alert_id, known, "havenwatch alerts")
            by = " ".join(by.split())
            transition = acknowledge(alert, last, by, note, at, self._acknowledged_for)
            if transition is not None:
                self._recording.record(connection, transition)
                alert = transition.after
        return how_answered(alert, self._zone)

    def silence(
        self,
        rule_id: str,
        subject: str | None,
        until: datetime,
        by: str,
        why: str,
        at: datetime,
    ) -> str:
        """What was done, in a sentence. Raises HavenwatchError for a rule that is not there, and
        for a silence that would end before it begins."""
        if rule_id not in self._rule_ids:
            raise _unknown("a rule", rule_id, self._rule_ids, "havenwatch config check")
        if until <= at:
            raise HavenwatchError(
                "silence",
                expected="an end in the future",
                got=local_time(until, self._zone),
                remedy="name a longer time",
            )
        made = self._silences.make(rule_id, subject, at, until, " ".join(by.split()), why)
        return self._said(made)

    def unsilence(self, silence_id: int, at: datetime) -> str:
        """What was done, in a sentence. Raises HavenwatchError where there is none to end."""
        if not self._silences.end(silence_id, at):
            active = [str(one.silence_id) for one in self._silences.all() if one.end > at]
            raise HavenwatchError(
                "unsilence",
                expected=f"the number of a silence that lasts ({', '.join(active) or 'none does'})",
                got=str(silence_id),
                remedy="list them with: havenwatch silences",
            )
        return f"silence {silence_id} has ended."

    def _said(self, made: Silence) -> str:
        return (
            f"silence {made.silence_id}: {made.what} is not told until "
            f"{local_time(made.until, self._zone)}; it is judged and in the digest all the same."
        )


def how_answered(alert: Alert, zone: ZoneInfo) -> str:
    """Who answers for an alert and until when, in a sentence; or that it cannot be answered for."""
    if not alert.acknowledged_by:
        return f"{alert.alert_id} is {alert.state.value}: there is nothing to acknowledge."
    until = alert.acknowledged_until
    ends = "" if until is None else f" until {local_time(until, zone)}"
    return f"{alert.alert_id} is acknowledged by {alert.acknowledged_by}{ends}."


def _unknown(what: str, got: str, known: Iterable[str], listing: str) -> HavenwatchError:
    close = difflib.get_close_matches(got, list(known), n=1, cutoff=0.6)
    remedy = f"did you mean {close[0]!r}?" if close else f"list them with: {listing}"
    return HavenwatchError("answer", expected=what, got=repr(got), remedy=remedy)
