"""What an alert inhibits, said in its own message."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.message.sections import Text
from state.alert_store import AlertStore
from state.suppressions import Suppressions


def inhibited_section(
    alert_id: str, alert_store: AlertStore, withheld: Suppressions, titles: Mapping[str, str]
) -> tuple[Text, ...]:
    """What fired on the same session and is not sent by itself, because this alert says it; empty
    where there is nothing."""
    found = [alert_store.transition(name)[0] for name in withheld.behind(alert_id)]
    lines = [
        f"{titles.get(one.after.rule_id, one.after.rule_id)} "
        f"({one.after.severity.label}): {one.signal.explained.headline}"
        for one in found
    ]
    return (Text(" ".join(lines), "Included (inhibited)"),) if lines else ()
