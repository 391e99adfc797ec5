"""An alert as plain values, for programs: the command line's `--json` and the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alerts.model import Alert
from rules.model import AlertText, Signal
from state.delivery import Delivery
from state.instants import to_text


def alert_json(
    alert: Alert,
    signal: Signal | None,
    basis: str,
    suppressed: dict[str, str],
    deliveries: Sequence[Delivery],
) -> dict[str, Any]:
    """The alert with the words and evidence it last fired with (`signal`), on what history it rests
    (`basis`), why nobody was notified (`suppressed`) and its deliveries."""
    return {
        "id": alert.alert_id,
        "rule": alert.rule_id,
        "subject": alert.subject,
        "episode": alert.episode.isoformat(),
        "kind": alert.kind.value,
        "severity": alert.severity.label,
        "state": alert.state.value,
        "provisional": alert.provisional,
        "opened_at": to_text(alert.opened_at),
        "basis": basis,
        "closed_at": None if alert.closed_at is None else to_text(alert.closed_at),
        "acknowledged_by": alert.acknowledged_by,
        "not_told": suppressed,
        **_said_json(AlertText("") if signal is None else signal.explained),
        "deliveries": [
            {
                "channel": delivery.channel,
                "status": delivery.status.value,
                "attempts": delivery.attempts,
            }
            for delivery in deliveries
        ],
    }


def _said_json(said: AlertText) -> dict[str, Any]:
    return {
        "headline": said.headline,
        "how_unusual": said.unusual,
        "what_it_does_not_mean": said.caveat,
        "what_would_change_it": said.falsifier,
        "evidence": [
            {
                "label": line.label.strip(),
                "value": line.value,
                "unit": line.unit,
                "period_end": line.period_end.isoformat(),
                "threshold": line.threshold,
                "source": line.source,
            }
            for line in said.evidence
        ],
        "analogues": [
            {
                "period_end": one.period_end.isoformat(),
                "value": one.value,
                "unit": one.unit,
                "spx_pct_1_5_21": one.spx_pct,
                "ust10y_bp_1_5_21": one.ust10y_bp,
                "dxy_pct_1_5_21": one.dxy_pct,
                "mean_of": one.mean_of,
            }
            for one in said.analogues
        ],
    }
