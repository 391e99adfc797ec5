"""Every setting there is, from the classes that read the configuration."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, Final, get_args, get_type_hints

from monitor.config.load import Config
from monitor.config.plugins import (
    channel_types,
    instance_types,
    quote_types,
    rule_types,
    source_types,
)
from monitor.evaluate.chains import ChainSettings
from rules.declared.made_series import MadeSeries
from rules.declared.rule import ConditionsRule

# Read before the classes are: which of them a block is, and the tags of a rule.
BEFORE: Final = ("type", "kind", "tags")


@cache
def section_types() -> dict[str, dict[str, type]]:
    """The class of each block, by section: of `[desk]` under no name, of others by their type."""
    sections: dict[str, dict[str, type]] = {name: {"": cls} for name, cls in Config.SINGLE.items()}
    sections["channels"] = dict(channel_types())
    sections["rules"] = {**rule_types(), "conditions": ConditionsRule}
    sections["sources"] = {**source_types(), **quote_types()}
    sections["chains"] = {"": ChainSettings}
    sections["series"] = {"": MadeSeries}
    return sections


def settings_of(cls: type) -> list[Field[Any]]:
    """The settings of a class, without the name of a source or a rule, which is the block's."""
    names = ("name", "rule_id") if hasattr(cls, "source_type") or hasattr(cls, "rule_id") else ()
    return [one for one in fields(cls) if one.init and one.name not in names]


def default_of(one: Field[Any]) -> Any:
    """What a setting is where it is not written; MISSING where it has to be."""
    return one.default if one.default_factory is MISSING else one.default_factory()


def nested(cls: type) -> Iterator[type]:
    """A class and those of its settings that are tables, each once."""
    waiting, seen = [cls], set()
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        yield at
        hints = get_type_hints(at)
        for one in fields(at):
            waiting += _tables(hints[one.name])


def _tables(hint: Any) -> Iterator[type]:
    """The classes in a type that are read from tables."""
    if inspect.isclass(hint) and is_dataclass(hint):
        yield hint
    for part in get_args(hint):
        yield from _tables(part)


@cache
def all_names() -> set[str]:
    """The name of every setting of any block."""
    classes = [cls for types in section_types().values() for cls in types.values()]
    return {*BEFORE, *(f.name for cls in [*classes, *instance_types().values()]
                       for at in nested(cls) for f in fields(at))}  # fmt: skip
