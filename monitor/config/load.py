"""The configuration: read and checked as a whole, with every mistake listed at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from annotated_types import Interval, Predicate

from alerts.channel import Channel, keeps_incidents
from alerts.quiet_hours import QuietHours
from alerts.routing import Terms
from monitor.check.check import Limits
from monitor.config.blocks import (
    block_of,
    blocks,
    current_names,
    has_required,
    own_problems,
    table,
    typed_blocks,
    unknown_name,
    unreadable_file,
)
from monitor.config.fingerprint import fingerprint
from monitor.config.notifications import (
    FollowUpSettings,
    Routing,
    notification_problems,
    unknown_routes,
)
from monitor.config.plugins import channel_types, rule_types, source_types
from monitor.config.secrets import read_secrets, secret_problems
from monitor.config.templates import Templates, own_templates
from monitor.config.web import Web, web_problems
from monitor.errors import ConfigInvalid, Problem
from monitor.evaluate.chains import ChainSettings, default_chains
from monitor.ingest.calendars import AddedDays, add_days, calendar_problems
from monitor.ingest.source import ClockTime, Source
from monitor.liveness.heartbeat import HeartbeatSettings
from monitor.liveness.ping import is_ping_url
from rules.evaluation import Rule
from rules.verdict.rule import VerdictRule
from state.corrections import Settling


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The desk that reads the alerts."""

    name: str = "rates desk"
    time_zone: Annotated[str, Predicate(lambda name: name in available_timezones())] = (
        "America/New_York"
    )

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown; read once, since a page asks for each time on it."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, kw_only=True)
class State:
    """Where the database is; a relative path starts at the configuration's folder."""

    path: str = "havenwatch.db"


@dataclass(frozen=True, kw_only=True)
class Monitor:
    """Intervals, retries and limits of the monitor."""

    tick_seconds: Annotated[int, Interval(ge=1, le=600)] = 15
    startup_lookback_hours: Annotated[int, Interval(ge=0, le=24 * 14)] = 24
    retry_first_seconds: Annotated[int, Interval(ge=1, le=3600)] = 60
    retry_most_seconds: Annotated[int, Interval(ge=1, le=24 * 3600)] = 3600
    delivery_horizon_hours: Annotated[int, Interval(ge=1, le=24 * 30)] = 72
    tick_overdue_minutes: Annotated[int, Interval(ge=1, le=24 * 60)] = 15
    delivery_overdue_minutes: Annotated[int, Interval(ge=1, le=24 * 60)] = 15
    event_active_hours: Annotated[int, Interval(ge=1, le=24 * 30)] = 24
    accept_after_polls: Annotated[int, Interval(ge=1, le=1000)] = 3
    accept_after_hours: Annotated[int, Interval(ge=1, le=24 * 60)] = 24

    @property
    def settling(self) -> Settling:
        """When a correction that stays the same is accepted automatically."""
        return Settling(self.accept_after_polls, timedelta(hours=self.accept_after_hours))

    @property
    def limits(self) -> Limits:
        """The limits of the health check."""
        return Limits(
            tick_overdue=timedelta(minutes=self.tick_overdue_minutes),
            delivery_overdue=timedelta(minutes=self.delivery_overdue_minutes),
            event_attention=timedelta(hours=self.event_active_hours),
        )


@dataclass(frozen=True, kw_only=True)
class Digest:
    """When the daily digest is due, after each US session, in the desk's time zone."""

    at: ClockTime = "19:00"


@dataclass(frozen=True)
class Config:
    """The whole configuration."""

    desk: Desk
    state: State
    monitor: Monitor
    digest: Digest
    routing: Routing
    follow_up: FollowUpSettings
    heartbeat: HeartbeatSettings
    quiet_hours: QuietHours
    web: Web
    sources: Mapping[str, Source]
    chains: Mapping[str, ChainSettings]
    rules: Mapping[str, Rule]
    verdict: VerdictRule
    calendar: AddedDays
    channels: Mapping[str, Channel]
    templates: Templates
    secrets: Mapping[str, str] = field(repr=False)
    folder: Path = Path()
    # Empty where it comes from no file.
    fingerprint: str = ""

    SINGLE: ClassVar[Mapping[str, type]] = {
        "calendar": AddedDays,
        "desk": Desk,
        "state": State,
        "monitor": Monitor,
        "digest": Digest,
        "routing": Routing,
        "follow_up": FollowUpSettings,
        "heartbeat": HeartbeatSettings,
        "quiet_hours": QuietHours,
        "web": Web,
        "verdict": VerdictRule,
    }

    @property
    def terms(self) -> Terms:
        """The terms on which transitions are notified."""
        return Terms(
            routes=self.routing.by_route(),
            zone=self.desk.zone,
            quiet_hours=self.quiet_hours,
            inhibited_by=self.follow_up.inhibited_by,
            flap_window=self.follow_up.flap_window,
            incident_channels=tuple(
                name for name, one in self.channels.items() if keeps_incidents(one)
            ),
        )

    @property
    def database(self) -> Path:
        """The path of the database."""
        return self.folder / self.state.path


def rules_in_order(config: Config) -> list[Rule]:
    """The enabled rules, each before those that it inhibits."""
    enabled = [one for one in config.rules.values() if one.enabled]
    return sorted(enabled, key=lambda rule: rule.rule_id in config.follow_up.inhibited_by)


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration in a file, with the secrets its channels need taken from `environ`.

    Raises ConfigInvalid with every problem found.
    """
    try:
        # Editors of Windows put a byte-order mark before it.
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigInvalid([unreadable_file(path, error)]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigInvalid(
            [Problem(str(path), f"not TOML: {error}", "correct the line")]
        ) from None
    except RecursionError:
        raise ConfigInvalid(
            [Problem(str(path), "nested without end", "correct the line")]
        ) from None
    mark = fingerprint(path.read_bytes())
    return replace(build(found, environ, path.parent), fingerprint=mark)


def build(found: Mapping[str, Any], environ: Mapping[str, str], folder: Path) -> Config:
    """The configuration in a dictionary of TOML values."""
    problems: list[Problem] = []
    found = current_names(found, problems)
    known = [*Config.SINGLE, "sources", "chains", "rules", "channels"]
    problems += [unknown_name(name, name, known) for name in found if name not in known]
    single = {
        name: block_of(name, cls, found.get(name, {}), problems)
        for name, cls in Config.SINGLE.items()
    }
    sources = _sources(found, problems)
    chains = _chains(found, sources, problems)
    rules = blocks("rules", rule_types(), found, problems)
    channels = _channels(found, problems)
    owners = {f"channels.{name}": one.secret_names for name, one in channels.items()}
    owners |= {f"sources.{n}": one.secret_names for n, one in sources.items() if one.enabled}
    beat, web = single["heartbeat"], single["web"]
    owners |= {} if beat is None else {"heartbeat": beat.secret_names}
    owners |= {"web": web.secret_names} if web is not None and web.enabled else {}
    secrets = read_secrets(owners, environ, problems)
    for section, made in (("channels", channels), ("sources", sources)):
        for name, one in made.items():
            problems += secret_problems(f"{section}.{name}", one, secrets)
    if beat is not None and beat.url_env in secrets and not is_ping_url(secrets[beat.url_env]):
        what = f"the environment variable {beat.url_env} does not hold a URL"
        problems.append(Problem("heartbeat.url_env", what, "start it with https:// and a host"))
    if web is not None:
        problems += web_problems(web, secrets)
    if single["routing"] is not None:
        off = table("channels", found.get("channels", {}), []).keys() - channels.keys()
        problems += unknown_routes(single["routing"], channels, off)
    problems += notification_problems(single, rule_types())
    if single["calendar"] is not None:
        problems += [Problem(*one) for one in calendar_problems(single["calendar"])]
    templates = own_templates(channels, folder, problems)
    if problems:
        raise ConfigInvalid(problems)
    add_days(single["calendar"])
    return Config(
        **single,
        sources=sources,
        chains=chains,
        rules=rules,
        channels=channels,
        templates=templates,
        secrets=secrets,
        folder=folder,
    )


def _sources(found: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """Every source that needs no settings, and those written, each with its block's name."""
    types = source_types()
    ready = [name for name, cls in types.items() if not has_required(cls)]
    made: dict[str, Any] = {}
    for name, cls, settings in typed_blocks("sources", types, ready, found, problems):
        if settings.get("enabled") is False and has_required(cls):
            continue
        source = block_of(f"sources.{name}", cls, {**settings, "name": name}, problems)
        if source is not None:
            made[name] = source
            problems += own_problems(f"sources.{name}", source)
    return made


def _chains(
    found: Mapping[str, Any], sources: Mapping[str, Source], problems: list[Problem]
) -> dict[str, ChainSettings]:
    """The chains as written, and the defaults of the others."""
    made = default_chains()
    for series_id, block in table("chains", found.get("chains", {}), problems).items():
        path = f"chains.{series_id}"
        chain = block_of(path, ChainSettings, block, problems)
        if chain is None:
            continue
        made[series_id] = chain
        if not chain.has_one_tolerance:
            remedy = "set tolerance_pct (of the level) or tolerance_bp (of a yield)"
            problems.append(Problem(path, "expected exactly one tolerance", remedy))
        can = [n for n, s in sources.items() if series_id in (*s.substitutes, *s.checks)]
        problems += [
            unknown_name(f"{path}.sources", name, can) for name in chain.sources if name not in can
        ]
    return made


def _channels(found: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """The channels written, and the console, so that a configuration may be empty."""
    made: dict[str, Any] = {}
    for name, cls, settings in typed_blocks(
        "channels", channel_types(), ["console"], found, problems
    ):
        # What is switched off may be incomplete: its example needs no address and no secret.
        if settings.get("enabled") is False:
            continue
        channel = block_of(f"channels.{name}", cls, settings, problems)
        if channel is not None:
            made[name] = channel
            problems += own_problems(f"channels.{name}", channel)
    return made
