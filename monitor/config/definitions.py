"""What tells one definition of a rule from another: its settings, and those of the series it reads
that are made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from monitor.config.load import Config
from rules.declared.made_series import MadeSeries
from rules.evaluation import Rule

# So many digits tell definitions apart, and are read at a glance.
DIGITS: Final = 10


def definitions(config: Config) -> dict[str, str]:
    """A short mark of each rule: another one where a setting of it is another."""
    return {name: _mark(rule, config.series) for name, rule in config.rules.items()}


def _mark(rule: Rule, series: Mapping[str, MadeSeries]) -> str:
    made = {name: _settings(one) for name, one in _made(rule.decided_by, series)}
    settings = _settings(rule)
    # What switches a rule on or off does not change what it means.
    settings.pop("enabled", None)
    whole = {"type": type(rule).__name__, "settings": settings, "series": made}
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:DIGITS]


def _settings(one: Any) -> dict[str, Any]:
    found: dict[str, Any] = TypeAdapter(type(one)).dump_python(one, mode="json")
    return found


def _made(
    names: tuple[str, ...], series: Mapping[str, MadeSeries]
) -> Iterator[tuple[str, MadeSeries]]:
    for name in names:
        if name in series:
            yield name, series[name]
            yield from _made(series[name].inputs, series)
