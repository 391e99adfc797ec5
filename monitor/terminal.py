"""How rows and instants are shown by the commands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from state.database import to_text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def print_json(rows: Sequence[DataclassInstance]) -> None:
    """Print dataclasses as a list of JSON objects; instants are UTC text, as in the database."""
    plain = [{key: _plain(value) for key, value in asdict(row).items()} for row in rows]
    print(json.dumps(plain, indent=2))  # noqa: T201


def stamp(moment: datetime, zone: ZoneInfo) -> str:
    """`2025-04-10 18:30` in a zone: short enough for several to a line."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_text(value)
    return value.isoformat() if isinstance(value, date) else value
