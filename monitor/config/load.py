"""The configuration: read and checked as a whole, with every mistake listed at once."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Final

from alerts.channel import Channel, keeps_incidents
from alerts.quiet_hours import QuietHours
from alerts.routing import Terms
from monitor.config.backup import Backup
from monitor.config.blocks import (
    block_of,
    current_names,
    has_required,
    own_problems,
    table,
    typed_blocks,
    unknown_name,
    unreadable_file,
)
from monitor.config.desk import Desk, Digest, Monitor, State
from monitor.config.desk_rules import made_for, made_series, rule_blocks
from monitor.config.fingerprint import fingerprint
from monitor.config.follow import Follow
from monitor.config.notifications import (
    FollowUpSettings,
    Routing,
    notification_problems,
    unknown_routes,
    unknown_rules,
)
from monitor.config.plugins import (
    channel_types,
    instance_types,
    quote_types,
    rule_types,
    source_types,
)
from monitor.config.secrets import needed_secrets
from monitor.config.standby import Standby
from monitor.config.tags import rule_tags, unknown_tags, with_developing
from monitor.config.templates import Templates, own_templates
from monitor.config.web import Web, web_problems
from monitor.errors import ConfigInvalid, Problem
from monitor.evaluate.chains import ChainSettings, default_chains
from monitor.ingest.calendar_checks import calendar_problems
from monitor.ingest.calendars import AddedDays, add_days
from monitor.ingest.quote_feed import QuoteFeed
from monitor.ingest.source import Source
from monitor.intraday.settings import Intraday
from monitor.liveness.heartbeat import HeartbeatSettings
from rules.declared.made_series import MadeSeries
from rules.evaluation import Rule
from rules.shared.own_rule import OwnRule
from rules.verdict.rule import VerdictRule

# The kind of a table that has quotes, not closes.
QUOTE: Final = "quote"


@dataclass(frozen=True)
class Config:
    """The whole configuration."""

    desk: Desk
    state: State
    follow: Follow
    backup: Backup
    standby: Standby
    monitor: Monitor
    digest: Digest
    routing: Routing
    follow_up: FollowUpSettings
    heartbeat: HeartbeatSettings
    quiet_hours: QuietHours
    web: Web
    intraday: Intraday
    sources: Mapping[str, Source]
    quotes: Mapping[str, QuoteFeed]
    chains: Mapping[str, ChainSettings]
    series: Mapping[str, MadeSeries]
    rules: Mapping[str, Rule]
    tags: Mapping[str, tuple[str, ...]]
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
        "follow": Follow,
        "backup": Backup,
        "standby": Standby,
        "monitor": Monitor,
        "digest": Digest,
        "routing": Routing,
        "follow_up": FollowUpSettings,
        "heartbeat": HeartbeatSettings,
        "quiet_hours": QuietHours,
        "web": Web,
        "intraday": Intraday,
        "verdict": VerdictRule,
    }

    @property
    def terms(self) -> Terms:
        """The terms on which transitions are notified."""
        return Terms(
            routes=self.routing.by_route(),
            zone=self.desk.zone,
            quiet_hours=self.quiet_hours,
            inhibited_by={**self.inhibited_by, **self.follow_up.inhibited_developing},
            own_routes=self.routing.routes,
            tags=with_developing(self.tags),
            flap_window=self.follow_up.flap_window,
            incident_channels=tuple(
                name for name, one in self.channels.items() if keeps_incidents(one)
            ),
        )

    @property
    def inhibited_by(self) -> Mapping[str, tuple[str, ...]]:
        """The rules that say what another would, by that one."""
        own = {
            name: one.inhibited_by
            for name, one in self.rules.items()
            if isinstance(one, OwnRule) and one.inhibited_by
        }
        return {**self.follow_up.inhibited_by, **own}

    @property
    def database(self) -> Path:
        """The path of the database."""
        return self.folder / self.state.path

    @property
    def followed(self) -> Path | None:
        """The path of the database that is followed; None where this one polls."""
        return self.folder / self.follow.database if self.follow.database else None


def rules_in_order(config: Config) -> list[Rule]:
    """The enabled rules, each before those that it inhibits."""
    enabled, inhibited = (one for one in config.rules.values() if one.enabled), config.inhibited_by
    return sorted(enabled, key=lambda rule: rule.rule_id in inhibited)


def load(
    path: Path, environ: Mapping[str, str] | None, needs: Collection[str] | None = None
) -> Config:
    """The configuration in a file, with the secrets that it names taken from `environ`, or those of
    the sections in `needs` alone; without any, and none is missed, where `environ` is None.

    Raises ConfigInvalid with every problem found.
    """
    try:
        # Editors of Windows put a byte-order mark before it.
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigInvalid([unreadable_file(path, error)]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        what = "nested without end" if isinstance(error, RecursionError) else f"not TOML: {error}"
        raise ConfigInvalid([Problem(str(path), what, "correct the line")]) from None
    mark = fingerprint(path.read_bytes())
    return replace(build(found, environ, path.parent, needs), fingerprint=mark)


def build(
    found: Mapping[str, Any],
    environ: Mapping[str, str] | None,
    folder: Path,
    needs: Collection[str] | None = None,
) -> Config:
    """The configuration in a dictionary of TOML values; the secrets as in `load`."""
    problems: list[Problem] = []
    found, tags = rule_tags(current_names(found, problems), problems)
    known = [*Config.SINGLE, "sources", "chains", "series", "rules", "channels"]
    problems += [unknown_name(name, name, known) for name in found if name not in known]
    single = {
        name: block_of(name, cls, found.get(name, {}), problems)
        for name, cls in Config.SINGLE.items()
    }
    asked = _sources(found, problems)
    sources = {name: one for name, one in asked.items() if isinstance(one, Source)}
    quotes = {name: one for name, one in asked.items() if isinstance(one, QuoteFeed)}
    chains = _chains(found, sources, problems)
    series, catalog = made_series(found, sources, chains, problems)
    rules = rule_blocks(rule_types(), instance_types(), found, catalog, problems)
    known_rules = {*rule_types(), *rules, *table("rules", found.get("rules", {}), [])}
    for rule in rules.values():
        series |= made_for(rule, catalog)
    channels = _channels(found, problems)
    problems += own_problems("standby", single["standby"]) if single["standby"] is not None else []
    blocks = single | {"channels": channels, "sources": asked}
    secrets = needed_secrets(blocks, environ, needs, problems)
    if single["web"] is not None:
        problems += web_problems(single["web"], secrets)
    if single["routing"] is not None:
        routing, written = single["routing"], table("channels", found.get("channels", {}), [])
        problems += unknown_routes(routing, channels, written)
        problems += unknown_rules(routing.routes, known_rules)
        problems += unknown_tags(routing.routes, tags)
    problems += notification_problems(single, known_rules)
    if single["intraday"] is not None and single["intraday"].enabled:
        feeds = [name for name, one in quotes.items() if one.enabled]
        problems += [
            unknown_name("intraday.feeds", name, feeds)
            for name in single["intraday"].feeds
            if name not in feeds
        ]
    problems += [Problem(*one) for one in calendar_problems(single["calendar"] or AddedDays())]
    templates = own_templates(channels, folder, problems)
    if problems:
        raise ConfigInvalid(problems)
    add_days(single["calendar"])
    return Config(
        **single,
        sources=sources,
        quotes=quotes,
        chains=chains,
        series=series,
        rules=rules,
        tags=tags,
        channels=channels,
        templates=templates,
        secrets=secrets,
        folder=folder,
    )


def _sources(found: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """Every source that needs no settings, feeds of quotes too, and those written, each with its
    block's name."""
    types = {**source_types(), **quote_types()}
    ready = [name for name, cls in types.items() if not has_required(cls)]
    made: dict[str, Any] = {}
    for name, cls, settings in typed_blocks("sources", types, ready, found, problems):
        if settings.get("enabled") is False and has_required(cls):
            continue
        if settings.get("kind") == QUOTE and cls is types["table"]:
            del settings["kind"]
            cls = types["quote_table"]
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
