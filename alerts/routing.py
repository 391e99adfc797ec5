"""Who is told of a transition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Literal
from zoneinfo import ZoneInfo

from alerts.developing import is_only_a_change
from alerts.model import Alert, Transition
from alerts.quiet_hours import QuietHours
from alerts.states import Reason
from alerts.titles import OPERATIONAL_TITLES
from rules.terms import Severity

# What is told to those whom the route names, and not only to those who heard of the alert before.
ROUTED = (Reason.OPENED, Reason.WORSENED, Reason.REVISED, Reason.CONFIRMED, Reason.REMINDER)


@dataclass(frozen=True, kw_only=True)
class Route:
    """Where the alerts of some rules go: `rules` by name or with `*` (`gold_*`), `tags` of the
    rule and `subjects` likewise, `severities`; each means all unless set. `and_usual`: to the
    channels of the severity too."""

    channels: tuple[str, ...]
    rules: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    severities: tuple[Literal["notice", "warning", "critical"], ...] = ()
    and_usual: bool = False

    def takes(self, alert: Alert, tags: Sequence[str] = ()) -> bool:
        """Whether an alert, whose rule has some `tags`, is one of these."""
        return (
            _fits(alert.rule_id, self.rules)
            and (not self.tags or any(_fits(one, self.tags) for one in tags))
            and _fits(alert.subject, self.subjects)
            and _fits(alert.severity.label, self.severities)
        )


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(name, one) for one in patterns)


@dataclass(frozen=True)
class Terms:
    """On what terms transitions are told: `routes` maps `notice`, `warning`, `critical` and
    `operational` to channel names, unless one of `own_routes` takes the alert, the first that does;
    `tags` maps a rule to its tags, `inhibited_by` a rule to those that say what it would;
    `incident_channels` keep an alert open on their side until they hear that it is over."""

    routes: Mapping[str, Sequence[str]]
    zone: ZoneInfo
    quiet_hours: QuietHours = field(default_factory=QuietHours)
    inhibited_by: Mapping[str, Sequence[str]] = field(default_factory=dict)
    flap_window: timedelta = timedelta(0)
    incident_channels: Sequence[str] = ()
    own_routes: Sequence[Route] = ()
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)


def channels_for(transition: Transition, terms: Terms, told: Sequence[str]) -> tuple[str, ...]:
    """The names of the channels owed this transition, each once.

    `told` are the channels that were owed something of this alert before. A channel that heard of
    an alert hears what became of it, whatever its severity is now; one that did not hears only what
    its route asks for.
    """
    is_routed = transition.reason in ROUTED and not is_only_a_change(transition)
    fresh = route_of(transition.after, terms)[1] if is_routed else ()
    return tuple(dict.fromkeys((*told, *fresh)))


def route_of(alert: Alert, terms: Terms) -> tuple[str, tuple[str, ...]]:
    """The setting that says where an alert goes, `routing.warning` or `routing.routes.0`, and the
    channels that it names."""
    if alert.rule_id in OPERATIONAL_TITLES:
        return "routing.operational", tuple(terms.routes.get("operational", ()))
    label = Severity(alert.severity).label
    usual = tuple(terms.routes.get(label, ()))
    for place, route in enumerate(terms.own_routes):
        if route.takes(alert, terms.tags.get(alert.rule_id, ())):
            both = (*route.channels, *(usual if route.and_usual else ()))
            return f"routing.routes.{place}", tuple(dict.fromkeys(both))
    return f"routing.{label}", usual
