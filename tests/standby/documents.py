"""The table of docs/standby.md: what each channel does after a takeover, by its contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alerts.channel import after_takeover
from monitor.config.plugins import channel_types


def channel_rows() -> Iterator[str]:
    """A row each. Where a channel can be asked, its class has a `place`."""
    for name, cls in sorted(channel_types().items()):
        channel: Any = cls
        yield f"  | `{name}` | {after_takeover(channel)} |"
