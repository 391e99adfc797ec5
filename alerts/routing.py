"""Who is told of a transition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from alerts.developing import is_only_a_change
from alerts.model import Reason, Transition
from alerts.operational import OPERATIONAL_TITLES
from alerts.quiet_hours import QuietHours
from rules.model import Severity

# What is told to those whom the route names, and not only to those who heard of the alert before.
ROUTED = (Reason.OPENED, Reason.WORSENED, Reason.REVISED, Reason.CONFIRMED, Reason.REMINDER)


@dataclass(frozen=True)
class Terms:
    """On what terms transitions are told: `routes` maps `notice`, `warning`, `critical` and
    `operational` to channel names, `inhibited_by` a rule to those that say what it would;
    `incident_channels` keep an alert open on their side until they hear that it is over."""

    routes: Mapping[str, Sequence[str]]
    zone: ZoneInfo
    quiet_hours: QuietHours = field(default_factory=QuietHours)
    inhibited_by: Mapping[str, Sequence[str]] = field(default_factory=dict)
    flap_window: timedelta = timedelta(0)
    incident_channels: Sequence[str] = ()


def channels_for(
    transition: Transition, routes: Mapping[str, Sequence[str]], told: Sequence[str]
) -> tuple[str, ...]:
    """The names of the channels owed this transition, each once.

    `routes` maps `notice`, `warning`, `critical` and `operational` to channel names; `told` are the
    channels that were owed something of this alert before. A channel that heard of an alert hears
    what became of it, whatever its severity is now; one that did not hears only what its route
    asks for.
    """
    is_routed = transition.reason in ROUTED and not is_only_a_change(transition)
    fresh = routes.get(_route(transition), ()) if is_routed else ()
    return tuple(dict.fromkeys((*told, *fresh)))


def _route(transition: Transition) -> str:
    if transition.after.rule_id in OPERATIONAL_TITLES:
        return "operational"
    return Severity(transition.after.severity).label
