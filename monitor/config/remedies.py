"""What to write in place of a value that a setting cannot have."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from monitor.known_names import did_you_mean

# What people call the units and kinds that settings name.
ALSO: Final = {
    "%": "pct", "percent": "pct", "percentage": "pct", "per cent": "pct", "pp": "pct",
    "bps": "bp", "basis points": "bp", "price": "index", "level": "index", "points": "index",
    "usd": "index", "usd_m": "usd_mn", "usd_b": "usd_bn", "jpy_b": "jpy_bn", "number": "count",
    "daily": "session", "weekly": "week", "monthly": "month", "info": "notice",
}  # fmt: skip
NONE: Final = "use one of these"
NUMBERS: Final = ("int_type", "int_parsing", "float_type", "float_parsing")
NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")


def remedy_of(
    where: str, kind: str, value: Any, more: Mapping[str, Any], *, of_tables: bool = False
) -> str:
    """What to write at a path, by pydantic's name of the mistake and what it says `more`; empty
    where only the person can know. `of_tables`: what lists are of there."""
    if kind in ("literal_error", "enum"):
        return _one_of(value, re.findall(r"'([^']*)'", more["expected"]))
    if kind in ("tuple_type", "list_type"):
        return _as_list(where, value, of_tables=of_tables)
    if kind == "bool_type" and value in ("true", "false"):
        return f"write it without quotes: {value}"
    if kind in NUMBERS and isinstance(value, str) and NUMBER.fullmatch(value):
        return f"write it without quotes: {value}"
    if kind == "string_type" and isinstance(value, int | float):
        return f'write it in quotes: "{json.dumps(value)}"'
    if kind == "string_type" and isinstance(value, list) and len(value) == 1:
        return f"write it without brackets: {json.dumps(value[0])}"
    return ""


def _one_of(value: Any, options: list[str]) -> str:
    if not isinstance(value, str):
        return ""
    meant = ALSO.get(value.strip().lower(), "")
    return f"did you mean {meant!r}?" if meant in options else did_you_mean(value, options, NONE)


def _as_list(where: str, value: Any, *, of_tables: bool) -> str:
    if of_tables or isinstance(value, Mapping):
        return f"write [[{where}]] above each, or a list of {{ ... }}"
    return f"write a list: [{json.dumps(value, default=str)}]"
