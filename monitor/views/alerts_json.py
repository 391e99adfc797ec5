"""Alerts of a database as plain values, as JSON shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alerts.model import Alert
from monitor.views.alert_json import alert_json
from monitor.views.basis import basis_of
from state.alert_store import AlertStore
from state.database import Database
from state.health import Health
from state.outbox import Outbox
from state.suppressions import Suppressions


def alerts_json(database: Database, alerts: Sequence[Alert]) -> list[dict[str, Any]]:
    """Some alerts, each with evidence and deliveries."""
    beat = Health(database).heartbeat()
    since = None if beat is None else beat.watching_since
    store, withheld, outbox = AlertStore(database), Suppressions(database), Outbox(database)
    return [
        alert_json(
            alert,
            store.last_firing_signal(alert.alert_id),
            basis_of(since, alert.opened_at),
            withheld.of_alert(alert.alert_id),
            outbox.of_alert(alert.alert_id),
        )
        for alert in alerts
    ]
