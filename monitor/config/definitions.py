"""What tells one definition of a rule from another: its settings, and those of the series it reads
that are made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from monitor.config.blocks import checker
from monitor.config.load import Config
from rules.declared.made_series import MadeSeries, in_order
from rules.evaluation import Rule

# So many digits tell definitions apart, and are read at a glance.
DIGITS: Final = 10


def definitions(config: Config) -> dict[str, str]:
    """A short mark of each rule: another one where a setting of it is another."""
    return {name: _mark(rule, config.series) for name, rule in config.rules.items()}


def _mark(rule: Rule, series: Mapping[str, MadeSeries]) -> str:
    made = {name: _settings(series[name]) for name in in_order(rule.decided_by, series)}
    settings = _settings(rule)
    # What switches a rule on or off does not change what it means.
    settings.pop("enabled", None)
    whole = {"type": type(rule).__name__, "settings": settings, "series": made}
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:DIGITS]


def _settings(one: Any) -> dict[str, Any]:
    kind: type = type(one)
    found: dict[str, Any] = checker(kind).dump_python(one, mode="json")
    return found
