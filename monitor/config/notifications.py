"""The blocks of the configuration about notifications: routing and follow-up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Annotated, Any, Final

from annotated_types import Interval

from alerts.channel import Channel
from alerts.developing import DEVELOPING
from alerts.routing import Route
from monitor.config.blocks import unknown_name
from monitor.errors import Problem

# The routes of what is no alert.
MESSAGES: Final = ("digest", "tic")


@dataclass(frozen=True, kw_only=True)
class FollowUpSettings:
    """Reminders, acknowledgements, escalation, flapping and inhibition."""

    remind_after_days: Annotated[int, Interval(ge=1, le=365)] = 30
    acknowledged_for_hours: Annotated[int, Interval(ge=1, le=24 * 30)] = 24
    escalate_after_minutes: Annotated[int, Interval(ge=1, le=24 * 60)] = 30
    flap_window_hours: Annotated[int, Interval(ge=1, le=24 * 7)] = 24
    flap_calm_hours: Annotated[int, Interval(ge=1, le=48)] = 2
    inhibited_by: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {"haven_failure": ("joint_selloff",)}
    )

    @property
    def remind_after(self) -> timedelta:
        """The repeat interval of a condition that still fires."""
        return timedelta(days=self.remind_after_days)

    @property
    def acknowledged_for(self) -> timedelta:
        """How long the acknowledgement of a condition lasts."""
        return timedelta(hours=self.acknowledged_for_hours)

    @property
    def escalate_after(self) -> timedelta:
        """How long a critical message waits for an acknowledgement before it escalates."""
        return timedelta(minutes=self.escalate_after_minutes)

    @property
    def flap_window(self) -> timedelta:
        """More than two crossings in this time are flapping."""
        return timedelta(hours=self.flap_window_hours)

    @property
    def inhibited_developing(self) -> Mapping[str, tuple[str, ...]]:
        """During a session a rule inhibits another as it does at the close."""
        return {
            DEVELOPING[name]: tuple(DEVELOPING[one] for one in by if one in DEVELOPING)
            for name, by in self.inhibited_by.items()
            if name in DEVELOPING
        }

    @property
    def flap_calm(self) -> timedelta:
        """How long after the last crossing the summary is sent."""
        return timedelta(hours=self.flap_calm_hours)


@dataclass(frozen=True, kw_only=True)
class Routing:
    """The channels of each severity. A notice is in the digest only, unless routed here. The
    message of TIC day goes where the digest goes, unless `tic` says where. An alert that one of
    `routes` takes goes where the first that does says."""

    notice: tuple[str, ...] = ()
    warning: tuple[str, ...] = ("console",)
    critical: tuple[str, ...] = ("console",)
    operational: tuple[str, ...] = ("console",)
    escalation: tuple[str, ...] = ()
    digest: tuple[str, ...] = ("console",)
    tic: tuple[str, ...] | None = None
    routes: tuple[Route, ...] = ()

    @property
    def tic_channels(self) -> tuple[str, ...]:
        """The channels of the message of TIC day."""
        return self.digest if self.tic is None else self.tic

    def by_route(self) -> dict[str, tuple[str, ...]]:
        """Channel names by route."""
        names = (one.name for one in fields(self) if one.name != "routes")
        return {name: getattr(self, name) or () for name in names}


def notification_problems(single: Mapping[str, Any], rules: Iterable[str]) -> list[Problem]:
    """The problems between the blocks about notifications."""
    found = []
    follow_up, quiet, routing = (single[n] for n in ("follow_up", "quiet_hours", "routing"))
    if quiet is not None:
        for said in quiet.problems():
            what, _, remedy = said.partition(": ")
            found.append(Problem("quiet_hours", what, remedy))
    if follow_up is not None:
        louder = (name for names in follow_up.inhibited_by.values() for name in names)
        found += [
            unknown_name("follow_up.inhibited_by", name, rules)
            for name in (*follow_up.inhibited_by, *louder)
            if name not in rules
        ]
    second = set() if routing is None else set(routing.escalation) - set(routing.critical)
    if routing is not None and routing.escalation and not second:
        what = "all its channels are on the critical route already"
        remedy = "add a channel that is not on the critical route"
        found.append(Problem("routing.escalation", what, remedy))
    return found


def unknown_routes(
    routing: Routing, channels: Mapping[str, Channel], written: Mapping[str, Any]
) -> list[Problem]:
    """The routes that name a channel that is off or not there. That the block which is written of
    one has a mistake is no problem of the route."""
    problems = []
    own = {f"routes.{place}.channels": one.channels for place, one in enumerate(routing.routes)}
    for route, names in {**routing.by_route(), **own}.items():
        for name in names:
            if name not in channels:
                problems += _no_channel(f"routing.{route}", name, channels, written)
            elif route in MESSAGES and not getattr(channels[name], "takes_digests", True):
                what = f"channel {name!r} takes alerts only"
                problems.append(Problem(f"routing.{route}", what, "name another channel"))
    return problems


def _no_channel(
    path: str, name: str, channels: Iterable[str], written: Mapping[str, Any]
) -> list[Problem]:
    if name not in written:
        return [unknown_name(path, name, channels)]
    block = written[name]
    if isinstance(block, Mapping) and block.get("enabled") is False:
        remedy = f"set channels.{name}.enabled = true and what it needs"
        return [Problem(path, f"channel {name!r} is off", remedy)]
    return []


def unknown_in_routes(
    routes: Sequence[Route], setting: str, names: Iterable[str]
) -> list[tuple[str, str]]:
    """What routes name in a setting, `rules` or `tags`, and is none of the names: the path and what
    it says."""
    known = list(names)
    return [
        (f"routing.routes.{place}.{setting}", wanted)
        for place, route in enumerate(routes)
        for wanted in getattr(route, setting)
        if not any(fnmatchcase(one, wanted) for one in known)
    ]


def unknown_rules(routes: Sequence[Route], rules: Iterable[str]) -> list[Problem]:
    """The names in routes that are those of no rule."""
    return [unknown_name(*one, rules) for one in unknown_in_routes(routes, "rules", rules)]
