"""Who is told of a transition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alerts.model import Reason, Transition
from rules.model import Severity

OPERATIONAL_RULES = frozenset(
    {"source_health", "source_conflict", "rule_health", "release_calendar"}
)


def channels_for(
    transition: Transition, routes: Mapping[str, Sequence[str]], told: Sequence[str]
) -> tuple[str, ...]:
    """The names of the channels owed this transition, each once.

    `routes` maps `notice`, `warning`, `critical` and `operational` to channel names; `told` are the
    channels that were owed something of this alert before. A channel that heard of an alert hears
    what became of it, whatever its severity is now; one that did not hears only what its route
    asks for.
    """
    if transition.reason in (Reason.OPENED, Reason.WORSENED, Reason.REVISED, Reason.CONFIRMED):
        fresh = tuple(routes.get(_route(transition), ()))
    else:
        fresh = ()
    return tuple(dict.fromkeys((*told, *fresh)))


def _route(transition: Transition) -> str:
    if transition.after.rule_id in OPERATIONAL_RULES:
        return "operational"
    return Severity(transition.after.severity).label
