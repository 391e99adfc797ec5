"""What there is: every rule, source and channel, found by its file."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from types import ModuleType
from typing import Any

import pandas as pd

import alerts.channels
import monitor.quotes
import monitor.sources
import rules.catalog
import rules.instances
from alerts.channel import Channel
from monitor.ingest.quote_feed import QuoteFeed
from monitor.ingest.source import Source
from rules.evaluation import Rule

# As where pyarrow is not installed; where it is, a tenth of the time of a tick goes into the names
# of columns.
pd.options.mode.string_storage = "python"


@cache
def rule_types() -> dict[str, type[Rule]]:
    """Every rule by its id, which is its file's name."""
    return _named(rules.catalog, "rule_id")


@cache
def instance_types() -> dict[str, type[Rule]]:
    """What a built-in rule over other series is, by the id of the rule, which is its file's
    name."""
    return _named(rules.instances, "instance_of")


@cache
def source_types() -> dict[str, type[Source]]:
    """Every kind of source by its type, which is its file's name."""
    return _named(monitor.sources, "source_type")


@cache
def quote_types() -> dict[str, type[QuoteFeed]]:
    """Every kind of feed of quotes by its type, which is its file's name."""
    return _named(monitor.quotes, "source_type")


@cache
def channel_types() -> dict[str, type[Channel]]:
    """Every kind of channel by its type, which is its file's name."""
    return _named(alerts.channels, "channel_type")


def _named(package: ModuleType, attribute: str) -> dict[str, type[Any]]:
    found: dict[str, type[Any]] = {}
    for module_info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{module_info.name}")
        for _, defined in inspect.getmembers(module, inspect.isclass):
            if defined.__module__ == module.__name__ and attribute in vars(defined):
                found[getattr(defined, attribute)] = defined
    return found
