"""Lists in the terminal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from alerts.page import Page
from alerts.plain import plain_text
from monitor.errors import HavenwatchError

STYLES: Final = {"critical": "bold red", "warning": "bold yellow", "notice": "blue"}


def print_alerts(
    alerts: Sequence[dict[str, Any]], *, as_json: bool, replayed: bool = False
) -> None:
    """The alerts as JSON, or two lines each for a person, whatever the terminal's width.

    Of replayed ones it says who would have been told.
    """
    if as_json:
        print(json.dumps(alerts, indent=2, ensure_ascii=False))  # noqa: T201
        return
    terminal = Console()
    for alert in alerts:
        style = STYLES[alert["severity"]]
        provisional = ", provisional" if alert["provisional"] else ""
        line = Text.assemble(
            (f"{alert['severity']:<9}", style),
            (alert["id"], "bold"),
            f"  {alert['state']}{provisional}",
            (f"  {alert['opened_at'][:16].replace('T', ' ')} UTC  ", "dim"),
            (_would_be_told(alert) if replayed else _told(alert), "dim"),
        )
        terminal.print(line, soft_wrap=True)
        terminal.print(Padding(Text(alert["headline"]), (0, 0, 0, 9)))
    terminal.print(f"{len(alerts)} alert(s)" if alerts else "No alerts.", highlight=False)


def print_told(pages: Sequence[Page], alert_id: str) -> None:
    """The pages an alert was told with, oldest first. Raises HavenwatchError where there are none.

    What is printed is made from what is stored alone, as the messages were.
    """
    if not pages:
        raise HavenwatchError(
            "alerts",
            expected="the id of an alert",
            got=repr(alert_id),
            remedy="list them with: havenwatch alerts",
        )
    print("\n".join(plain_text(page) for page in pages), end="")  # noqa: T201


def _would_be_told(alert: dict[str, Any]) -> str:
    channels = sorted({one["channel"] for one in alert["deliveries"]})
    return f"would be told to {', '.join(channels)}" if channels else "digest only"


def _told(alert: dict[str, Any]) -> str:
    counts = Counter(f"{one['channel']} {one['status']}" for one in alert["deliveries"])
    told = ", ".join(f"{what} x{count}" if count > 1 else what for what, count in counts.items())
    return told or "digest only"
