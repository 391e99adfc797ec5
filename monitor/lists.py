"""Lists in the terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

STYLES: Final = {"critical": "bold red", "warning": "bold yellow", "notice": "blue"}


def print_alerts(alerts: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """The alerts as JSON, or as a table for a person."""
    if as_json:
        print(json.dumps(alerts, indent=2, ensure_ascii=False))  # noqa: T201
        return
    terminal = Console()
    if not alerts:
        terminal.print("No alerts.")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("opened (UTC)", "severity", "state", "alert", "told"):
        table.add_column(column, overflow="fold")
    for alert in alerts:
        table.add_row(
            alert["opened_at"][:16].replace("T", " "),
            Text(alert["severity"], style=STYLES[alert["severity"]]),
            alert["state"] + (", provisional" if alert["provisional"] else ""),
            Text(f"{alert['headline']}\n{alert['id']}"),
            Text(_told(alert["deliveries"])),
        )
    terminal.print(table)
    terminal.print(f"{len(alerts)} alert(s)")


def _told(deliveries: Sequence[dict[str, Any]]) -> str:
    if not deliveries:
        return "digest only"
    counts: dict[str, int] = {}
    for one in deliveries:
        key = f"{one['channel']} {one['status']}"
        counts[key] = counts.get(key, 0) + 1
    return ", ".join(f"{key} x{n}" if n > 1 else key for key, n in counts.items())
