"""What one configuration has that another has not, by the paths of its blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from monitor.config.desk_rules import NAME
from monitor.config.load import Config

# What is in no block: secrets are compared by nobody, and a folder is where the file lies.
NOT_BLOCKS: Final = ("secrets", "folder", "fingerprint")


def changed_blocks(before: Config, after: Config) -> list[str]:
    """`rules.gold_jump added`, `channels.slack changed`, `series.x removed`, in order of blocks."""
    found = []
    for one in fields(Config):
        if one.name in NOT_BLOCKS:
            continue
        old, new = getattr(before, one.name), getattr(after, one.name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += _of_section(one.name, _written(one.name, old), _written(one.name, new))
        elif old != new:
            found.append(f"{one.name} changed")
    return found


def _written(section: str, blocks: Mapping[str, Any]) -> Mapping[str, Any]:
    """The blocks that somebody wrote: a series that is made for a rule comes and goes with it."""
    if section != "series":
        return blocks
    return {name: one for name, one in blocks.items() if NAME.fullmatch(name)}


def _of_section(section: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    added = [f"{section}.{name} added" for name in new if name not in old]
    removed = [f"{section}.{name} removed" for name in old if name not in new]
    both = [name for name in new if name in old]
    return [*added, *removed, *(f"{section}.{n} changed" for n in both if old[n] != new[n])]
