"""The list of alerts in the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from alerts.clean import clean
from alerts.states import DELIVERY_WORDS, DeliveryStatus
from monitor.terminal.styled import StyledOutput
from monitor.terminal.table import STYLES
from rules.wording import plural
from state.alert_names import ListedAlert

INDENT: Final = 9


def print_alerts(alerts: Sequence[ListedAlert], count: int) -> None:
    """Two lines for each alert, and of how many they are the newest."""
    _print([(one, _notified(one)) for one in alerts], count)


def print_replayed_alerts(alerts: Sequence[dict[str, Any]]) -> None:
    """The same of replayed ones, which are given as their JSON: who would have been notified."""
    _print([(_replayed(one), _would_notify(one)) for one in alerts], len(alerts))


def _print(alerts: Sequence[tuple[ListedAlert, str]], count: int) -> None:
    output = StyledOutput()
    said = plural(count, "alert") if alerts else "No alerts."
    if len(alerts) < count:
        said = f"The newest {len(alerts)} of {said}; all of them: --last 0"
    output.print([*(_alert(output, one, notified) for one, notified in alerts), said])


def _alert(output: StyledOutput, one: ListedAlert, notified: str) -> str:
    """Its line, as long as it is, and the headline below it, no wider than the terminal."""
    styled = output.styled
    severity = styled(f"{one.severity:<{INDENT}}", STYLES[one.severity])
    provisional = ", provisional" if one.is_provisional else ""
    opened = styled(f"  {one.opened_at[:16].replace('T', ' ')} UTC  {notified}", "dim")
    head = f"{severity}{styled(one.alert_id, 'bold')}  {one.state}{provisional}{opened}"
    return "\n".join((head, *output.wrapped(clean(one.headline), indent=INDENT)))


def _replayed(alert: dict[str, Any]) -> ListedAlert:
    return ListedAlert(
        alert_id=alert["id"],
        severity=alert["severity"],
        state=alert["state"],
        is_provisional=alert["provisional"],
        opened_at=alert["opened_at"],
        headline=alert["headline"],
        acknowledged_by=alert["acknowledged_by"],
        notifications=tuple((one["channel"], one["status"]) for one in alert["deliveries"]),
        suppressed=tuple(alert["not_told"].values()),
    )


def _would_notify(alert: dict[str, Any]) -> str:
    one = _replayed(alert)
    channels = sorted({channel for channel, _ in one.notifications})
    said = f"would notify {', '.join(channels)}" if channels else _no_notification(one)
    return f"{said} (revised figures)" if alert["basis"] else said


def _notified(one: ListedAlert) -> str:
    counts = Counter(
        f"{channel} {DELIVERY_WORDS[DeliveryStatus(status)]}"
        for channel, status in one.notifications
    )
    told = ", ".join(f"{what} x{count}" if count > 1 else what for what, count in counts.items())
    by = one.acknowledged_by
    return (told or _no_notification(one)) + (f"; acknowledged by {clean(by)}" if by else "")


def _no_notification(one: ListedAlert) -> str:
    reasons = dict.fromkeys(one.suppressed)
    return f"digest only: {', '.join(reasons)}" if reasons else "digest only"
