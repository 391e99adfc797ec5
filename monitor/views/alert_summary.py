"""An alert in the words it was last told with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.clean import clean
from alerts.model import Alert
from monitor.views.glance import Glance
from state.alert_names import last_headline


@dataclass(frozen=True)
class AlertSummary:
    """An alert with its rule's title and what it last said."""

    alert: Alert
    title: str
    headline: str


def summarize_alert(reading: Glance, alert: Alert) -> AlertSummary:
    """The telling of an alert; its headline is empty where it never fired."""
    headline = last_headline(reading.database, alert.alert_id)
    return AlertSummary(alert, reading.titles.get(alert.rule_id, alert.rule_id), headline)


def acknowledged_words(alert: Alert, at: datetime) -> tuple[str, bool]:
    """Who has acknowledged an alert, and whether anybody has whose acknowledgement still holds."""
    until = alert.acknowledged_until
    holds = bool(alert.acknowledged_by) and (until is None or until > at)
    said = f"acknowledged by {clean(alert.acknowledged_by)}" if holds else "not acknowledged"
    return said, holds
