"""The block of a feed as it is written into the configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from monitor.config.added_block import toml_value
from monitor.sources.table import Table

# What the settings mean, where a name alone does not say it.
COMMENTS: Final = {
    "token_env": "the environment variable that holds the token, never the token",
    "time_zone": "of known_at, and of dates with a time",
    "market": "its sessions; other days are left out",
    "known_at": "usually published at this time, lag_business_days after its date",
    "poll_at": "New York's clock",
    "grows": "fewer numbers than before are held back",
}
# Written also where they are the default: they decide what was known when.
ALWAYS: Final = ("time_zone", "known_at")
DEFAULTS: Final[Mapping[str, Any]] = {one.name: one.default for one in fields(Table)}


def slug(text: str, fallback: str) -> str:
    """A text as a name: small letters, digits and `_`, a letter first."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40].rstrip("_")
    return name if name[:1].isalpha() and name.isascii() else fallback


def block_text(
    name: str, said: Sequence[str], settings: Mapping[str, Any], columns: Mapping[str, Any]
) -> str:
    """The block in TOML: what was `said` of it as comments, the settings that are no default, and a
    line a column."""
    lines = [*(f"# {line}" for line in said), f"[sources.{name}]", 'type = "table"']
    for key, value in settings.items():
        if key in ALWAYS or DEFAULTS[key] != value:
            comment = f"  # {COMMENTS[key]}" if key in COMMENTS else ""
            lines.append(f"{key} = {toml_value(value)}{comment}")
    for key, column in columns.items():
        lines.append(f"columns.{key} = {toml_value(column)}")
    return "\n".join(lines) + "\n"
