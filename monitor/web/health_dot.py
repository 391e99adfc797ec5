"""How the program does, as a dot that every page has: whether what the page says can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from flask import g

from monitor.check.check import WARNING, HealthCheck
from monitor.check.source_issues import few, source_line
from monitor.web.site import WebContext

MOST_REASONS: Final = 3


@dataclass(frozen=True)
class HealthDot:
    """`level` is ok, warning or critical; `words` say the same, and `reasons` why, the first of
    them: `more` there are; `frozen_at` where the clock of a finished database is frozen."""

    level: str
    words: str
    reasons: tuple[str, ...]
    more: int
    frozen_at: datetime | None = None


def health_dot(site: WebContext) -> HealthDot | None:
    """The dot of the instant shown; None for who may not see the pages."""
    if site.web.asks_for_login and not g.get("person"):
        return None
    checked = site.checked
    frozen_at = None if checked.facts is None else checked.facts.frozen_at
    return replace(dot_of(checked), frozen_at=frozen_at)


def dot_of(checked: HealthCheck) -> HealthDot:
    """What a check says of the program and its data. An alert of the market is no trouble."""
    serious = [one.said for one in checked.troubles if one.code != WARNING]
    light = [one.said for one in checked.troubles if one.code == WARNING]
    failing = [] if checked.facts is None else [x for x in checked.facts.sources if x.is_failing]
    if serious:
        shown = tuple((*serious, *light)[:MOST_REASONS])
        return HealthDot("critical", "Not healthy", shown, len(serious) + len(light) - len(shown))
    if light or failing:
        names = few([f"{one.name} {one.state}" for one in failing])
        lines = (*light, *(source_line(one) for one in failing))
        return HealthDot("warning", names or "Degraded", lines, 0)
    count = 0 if checked.facts is None else len(checked.facts.sources)
    return HealthDot("ok", f"Healthy: all {count} sources current", (), 0)
