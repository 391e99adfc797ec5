"""The configuration: read whole, checked whole, every mistake told at once."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, get_args, get_type_hints
from zoneinfo import ZoneInfo, available_timezones

from annotated_types import Interval, Predicate
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from alerts.channel import Channel
from monitor.chains import ChainSettings, default_chains
from monitor.discovery import channel_types, rule_types, source_types
from monitor.errors import ConfigInvalid, Problem
from monitor.source import ClockTime, Source
from rules.model import Rule

UNIT_WORDS: Final = {
    "_usd_bn": "USD billions",
    "_usd_mn": "USD millions",
    "_pct": "percent",
    "_bp": "basis points",
    "_sd": "standard deviations",
    "_sessions": "sessions",
    "_session_bp": "basis points",
    "_hours": "hours",
    "_seconds": "seconds",
    "_s": "seconds",
    "_mb": "megabytes",
}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Who reads."""

    name: str = "rates desk"
    time_zone: Annotated[str, Predicate(lambda name: name in available_timezones())] = (
        "America/New_York"
    )

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, kw_only=True)
class State:
    """Where it is remembered; a relative path starts at the configuration's folder."""

    path: str = "havenwatch.db"


@dataclass(frozen=True, kw_only=True)
class Monitor:
    """How the program keeps time."""

    tick_seconds: Annotated[int, Interval(ge=1, le=600)] = 15
    first_look_back_hours: Annotated[int, Interval(ge=0, le=24 * 14)] = 24
    retry_first_seconds: Annotated[int, Interval(ge=1, le=3600)] = 60
    retry_most_seconds: Annotated[int, Interval(ge=1, le=24 * 3600)] = 3600
    delivery_horizon_hours: Annotated[int, Interval(ge=1, le=24 * 30)] = 72
    tick_overdue_minutes: Annotated[int, Interval(ge=1, le=24 * 60)] = 15
    event_attention_hours: Annotated[int, Interval(ge=1, le=24 * 30)] = 24


@dataclass(frozen=True, kw_only=True)
class Digest:
    """When the daily digest is due, on business days, in the desk's time zone."""

    at: ClockTime = "19:00"


@dataclass(frozen=True, kw_only=True)
class Routing:
    """Which channels hear what. A notice goes to the digest only unless named here."""

    notice: tuple[str, ...] = ()
    warning: tuple[str, ...] = ("console",)
    critical: tuple[str, ...] = ("console",)
    operational: tuple[str, ...] = ("console",)
    digest: tuple[str, ...] = ("console",)

    def by_route(self) -> dict[str, tuple[str, ...]]:
        """Channel names by route."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


@dataclass(frozen=True)
class Config:
    """Everything the program is told."""

    desk: Desk
    state: State
    monitor: Monitor
    digest: Digest
    routing: Routing
    sources: Mapping[str, Source]
    chains: Mapping[str, ChainSettings]
    rules: Mapping[str, Rule]
    channels: Mapping[str, Channel]
    secrets: Mapping[str, str] = field(repr=False)
    folder: Path = Path()

    SINGLE: ClassVar[Mapping[str, type]] = {
        "desk": Desk,
        "state": State,
        "monitor": Monitor,
        "digest": Digest,
        "routing": Routing,
    }

    @property
    def database(self) -> Path:
        """The path of the database."""
        return self.folder / self.state.path


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration in a file, with the secrets its channels need taken from `environ`.

    Raises ConfigInvalid with every problem found.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        why = error.strerror or type(error).__name__
        remedy = "name an existing file with --config"
        raise ConfigInvalid([Problem(str(path), why, remedy)]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigInvalid([Problem(str(path), f"not TOML: {error}", "mend the line")]) from None
    return build(found, environ, path.parent)


def build(found: Mapping[str, Any], environ: Mapping[str, str], folder: Path) -> Config:
    """The configuration in a dictionary of TOML values."""
    problems: list[Problem] = []
    known = [*Config.SINGLE, "sources", "chains", "rules", "channels"]
    problems += [_unknown(name, name, known) for name in found if name not in known]
    single = {
        name: _block(name, cls, found.get(name, {}), problems)
        for name, cls in Config.SINGLE.items()
    }
    sources = _sources(found, problems)
    chains = _chains(found, sources, problems)
    rules = _blocks("rules", rule_types(), found, problems)
    channels = _channels(found, problems)
    secrets = _secrets(channels, environ, problems)
    if single["routing"] is not None:
        off = found.get("channels", {}).keys() - channels.keys()
        problems += _unknown_routes(single["routing"], channels, off)
    if problems:
        raise ConfigInvalid(problems)
    return Config(
        **single,
        sources=sources,
        chains=chains,
        rules=rules,
        channels=channels,
        secrets=secrets,
        folder=folder,
    )


def _blocks(
    section: str,
    types: Mapping[str, type],
    found: Mapping[str, Any],
    problems: list[Problem],
) -> dict[str, Any]:
    """A block for each thing there is; one that is not written has its defaults."""
    written = _table(section, found.get(section, {}), problems)
    problems += [
        _unknown(f"{section}.{name}", name, types) for name in written if name not in types
    ]
    made = {
        name: _block(f"{section}.{name}", cls, written.get(name, {}), problems)
        for name, cls in types.items()
    }
    return {name: one for name, one in made.items() if one is not None}


def _sources(found: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """Every source that works without settings, and those written, each with its block's name."""
    types = source_types()
    ready = [name for name, cls in types.items() if not _has_required(cls)]
    made: dict[str, Any] = {}
    for name, cls, settings in _typed_blocks("sources", types, ready, found, problems):
        if settings.get("enabled") is False and _has_required(cls):
            continue
        source = _block(f"sources.{name}", cls, {**settings, "name": name}, problems)
        if source is not None:
            made[name] = source
    return made


def _chains(
    found: Mapping[str, Any], sources: Mapping[str, Source], problems: list[Problem]
) -> dict[str, ChainSettings]:
    """The chains as written; those not written as they come."""
    made = default_chains()
    for series_id, block in _table("chains", found.get("chains", {}), problems).items():
        path = f"chains.{series_id}"
        chain = _block(path, ChainSettings, block, problems)
        if chain is None:
            continue
        made[series_id] = chain
        if not chain.has_one_tolerance:
            remedy = "set tolerance_pct (of the level) or tolerance_bp (of a yield)"
            problems.append(Problem(path, "expected exactly one tolerance", remedy))
        can = [n for n, s in sources.items() if series_id in (*s.stands_for, *s.checks)]
        problems += [
            _unknown(f"{path}.sources", name, can) for name in chain.sources if name not in can
        ]
    return made


def _channels(found: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """The channels written, and the console, so that a configuration may be empty."""
    made: dict[str, Any] = {}
    for name, cls, settings in _typed_blocks(
        "channels", channel_types(), ["console"], found, problems
    ):
        # What is switched off may be incomplete: its example needs no address and no secret.
        if settings.get("enabled") is False:
            continue
        channel = _block(f"channels.{name}", cls, settings, problems)
        if channel is not None:
            made[name] = channel
            for problem in getattr(channel, "problems", tuple)():
                what, _, remedy = problem.partition(": ")
                problems.append(Problem(f"channels.{name}", what, remedy))
    return made


def _typed_blocks(
    section: str,
    types: Mapping[str, type],
    always: Iterable[str],
    found: Mapping[str, Any],
    problems: list[Problem],
) -> list[tuple[str, type, dict[str, Any]]]:
    """The blocks of a section with their settings, each of the type that its `type` names or that
    it is named after; what `always` names is there without being written."""
    written = {**{name: {} for name in always}, **_table(section, found.get(section, {}), problems)}
    blocks: list[tuple[str, type, dict[str, Any]]] = []
    for name, block in written.items():
        settings = dict(_table(f"{section}.{name}", block, problems))
        kind = settings.pop("type", name)
        if kind not in types:
            problems.append(_unknown(f"{section}.{name}", str(kind), types))
            continue
        if "name" in settings:
            problems.append(Problem(f"{section}.{name}.name", "is the block's", "leave it out"))
        blocks.append((name, types[kind], settings))
    return blocks


def _has_required(cls: type) -> bool:
    """Whether a block of this type cannot do without settings."""
    return any(one.default is MISSING and one.default_factory is MISSING for one in fields(cls))


def _block(path: str, cls: type, settings: Any, problems: list[Problem]) -> Any:
    settings = _table(path, settings, problems)
    try:
        return TypeAdapter(cls).validate_json(
            json.dumps(settings, default=str), strict=True, extra="forbid"
        )
    except ValidationError as error:
        problems += [_explained(path, cls, detail) for detail in error.errors()]
        return None


def _table(path: str, value: Any, problems: list[Problem]) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    problems.append(Problem(path, f"expected a table, got {value!r}", f"write [{path}]"))
    return {}


def _explained(path: str, cls: type, detail: ErrorDetails) -> Problem:
    where = ".".join([path, *(str(part) for part in detail["loc"])])
    name = str(detail["loc"][-1]) if detail["loc"] else path
    value = detail.get("input")
    if detail["type"] == "unexpected_keyword_argument":
        owner = _type_at(cls, detail["loc"][:-1])
        return _unknown(where, name, [one.name for one in fields(owner)] if owner else [])
    if detail["type"] == "missing":
        return Problem(where, "missing", "set it")
    unit = next((word for end, word in UNIT_WORDS.items() if name.endswith(end)), None)
    said = detail["msg"].removeprefix("Input should be ").removeprefix("Value should be ")
    if detail["type"] == "predicate_failed":
        said = _predicate_wanted(name)
    remedy = f"it is in {unit}" if unit else "mend the value"
    return Problem(where, f"expected {said}, got {json.dumps(value, default=str)}", remedy)


def _predicate_wanted(name: str) -> str:
    if name == "base_url":
        return "a URL with scheme and host (https://example.org)"
    if name == "time_zone":
        return "a time zone's name (America/New_York)"
    return "a clock time (HH:MM)"


def _type_at(cls: type, loc: Iterable[int | str]) -> type | None:
    """The dataclass found by following field names and mapping keys from a dataclass."""
    at: Any = cls
    for part in loc:
        if is_dataclass(at):
            at = get_type_hints(at).get(str(part))
        else:
            inner = get_args(at)
            at = inner[-1] if inner else None
    return at if isinstance(at, type) and is_dataclass(at) else None


def _unknown(path: str, name: str, known: Iterable[str]) -> Problem:
    options = sorted(known)
    close = difflib.get_close_matches(name, options, n=1, cutoff=0.6)
    remedy = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(options)}"
    return Problem(path, f"unknown name {name!r}", remedy)


def _secrets(
    channels: Mapping[str, Channel], environ: Mapping[str, str], problems: list[Problem]
) -> dict[str, str]:
    secrets: dict[str, str] = {}
    for name, channel in channels.items():
        for variable in channel.secret_names:
            if environ.get(variable):
                secrets[variable] = environ[variable]
            else:
                what = f"the environment variable {variable} is not set"
                remedy = "export it, or set enabled = false"
                problems.append(Problem(f"channels.{name}", what, remedy))
    return secrets


def _unknown_routes(
    routing: Routing, channels: Mapping[str, Channel], off: Iterable[str]
) -> list[Problem]:
    problems = []
    for route, names in routing.by_route().items():
        for name in names:
            if name in off:
                remedy = f"set channels.{name}.enabled = true and what it needs"
                problems.append(Problem(f"routing.{route}", f"channel {name!r} is off", remedy))
            elif name not in channels:
                problems.append(_unknown(f"routing.{route}", name, channels))
    return problems
