"""Reading blocks of the configuration into dataclasses, with every mistake noted."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from monitor.config.remedies import remedy_of
from monitor.config.secrets import looks_like_secret
from monitor.errors import Problem
from monitor.known_names import did_you_mean
from monitor.renamed_settings import with_new_names
from rules.declared.condition import SizeBySeverity

log = logging.getLogger("havenwatch.config")

# A size may be a number or a table of numbers; pydantic puts the type's name into the path.
BRANCHES: Final = ("float", SizeBySeverity.__name__)
# What is wanted of a list or a text that is too short or too long.
LENGTHS: Final = {
    "too_short": "{min_length} or more in the list",
    "too_long": "{max_length} or fewer in the list",
    "string_too_short": "text of {min_length} or more characters",
    "string_too_long": "text of {max_length} or fewer characters",
}
UNIT_WORDS: Final = {
    "change_pct": "periods",
    "_usd_bn": "USD billions",
    "_usd_mn": "USD millions",
    "_jpy_bn": "JPY billions",
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


def current_names(found: Mapping[str, Any], problems: list[Problem]) -> Mapping[str, Any]:
    """The settings under their new names; each old name is logged with its new one, and is a
    problem where both are set."""
    settings, old_names = with_new_names(found)
    for block, old, new, is_clash in old_names:
        if is_clash:
            what = f"is the old name of {new}, which is set too"
            problems.append(Problem(f"{block}.{old}", what, f"remove {old}"))
        else:
            log.warning("config: %s.%s is now called %s; rename it", block, old, new)
    return settings


def table(path: str, value: Any, problems: list[Problem]) -> Mapping[str, Any]:
    """The table at a path; what is none is noted and empty."""
    if isinstance(value, dict):
        return value
    problems.append(Problem(path, f"expected a table, got {value!r}", f"write [{path}]"))
    return {}


def blocks(
    section: str,
    types: Mapping[str, type],
    found: Mapping[str, Any],
    problems: list[Problem],
) -> dict[str, Any]:
    """A block for each thing there is; one that is not written has its defaults."""
    written = table(section, found.get(section, {}), problems)
    problems += [
        unknown_name(f"{section}.{name}", name, types) for name in written if name not in types
    ]
    made = {
        name: block_of(f"{section}.{name}", cls, written.get(name, {}), problems)
        for name, cls in types.items()
    }
    return {name: one for name, one in made.items() if one is not None}


def typed_blocks(
    section: str,
    types: Mapping[str, type],
    always: Iterable[str],
    found: Mapping[str, Any],
    problems: list[Problem],
) -> list[tuple[str, type, dict[str, Any]]]:
    """The blocks of a section with their settings, each of the type that its `type` names or that
    it is named after; what `always` names is there without being written."""
    written = {**{name: {} for name in always}, **table(section, found.get(section, {}), problems)}
    made: list[tuple[str, type, dict[str, Any]]] = []
    for name, block in written.items():
        settings = dict(table(f"{section}.{name}", block, problems))
        kind = settings.pop("type", name)
        if not isinstance(kind, str) or kind not in types:
            problems.append(unknown_name(f"{section}.{name}", str(kind), types))
            continue
        if "name" in settings:
            problems.append(Problem(f"{section}.{name}.name", "is the block's", "leave it out"))
        made.append((name, types[kind], settings))
    return made


def has_required(cls: type) -> bool:
    """Whether a block of this type cannot do without settings."""
    return any(one.default is MISSING and one.default_factory is MISSING for one in fields(cls))


def block_of(path: str, cls: type, settings: Any, problems: list[Problem]) -> Any:
    """A block as the dataclass `cls`, or None where it has a mistake."""
    settings = table(path, settings, problems)
    try:
        return checker(cls).validate_json(
            json.dumps(settings, default=str), strict=True, extra="forbid"
        )
    except ValidationError as error:
        problems += [_explained(path, cls, detail) for detail in _meant(error.errors())]
        return None


@cache
def checker(cls: type) -> TypeAdapter[Any]:
    """What checks a block and writes one out; making it takes pydantic a hundred times as long as
    one check."""
    return TypeAdapter(cls)


def unknown_name(path: str, name: str, known: Iterable[str]) -> Problem:
    """The problem of a name that is none of those known, with the one probably meant."""
    return Problem(path, f"unknown name {name!r}", did_you_mean(name, known))


def _meant(found: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """The mistakes, and of a setting that may be a number or a table those of what was written."""
    for detail in found:
        branch = next((one for one in detail["loc"] if _names_type(one)), None)
        is_table = isinstance(detail.get("input"), dict) or detail["loc"][-1:] != (branch,)
        if branch is None or is_table != (branch == "float"):
            yield detail


def _names_type(part: int | str) -> bool:
    """Whether a part of a path is one of the types that a setting may have, as pydantic has it."""
    return part in BRANCHES


def _explained(path: str, cls: type, detail: ErrorDetails) -> Problem:
    location = tuple(part for part in detail["loc"] if not _names_type(part))
    where = ".".join([path, *(str(part) for part in location)])
    name = str(location[-1]) if location else path
    value = detail.get("input")
    if detail["type"] == "unexpected_keyword_argument":
        owner = _type_at(cls, location[:-1])
        return unknown_name(where, name, [one.name for one in fields(owner)] if owner else [])
    if detail["type"] == "missing":
        return Problem(where, "missing", "set it")
    unit = next((word for end, word in UNIT_WORDS.items() if name.endswith(end)), None)
    said = detail["msg"].removeprefix("Input should be ").removeprefix("Value should be ")
    if detail["type"] == "predicate_failed":
        said = _predicate_wanted(name)
    elif detail["type"] in LENGTHS:
        said = LENGTHS[detail["type"]].format(**detail.get("ctx", {}))
    remedies = [f"it is in {unit}"] if unit else []
    got = "something (not shown: it may be a secret)"
    if not (isinstance(value, str) and looks_like_secret(value)):
        got = json.dumps(value, default=str)
        of_tables = _type_at(cls, (*location, 0)) is not None
        more = detail.get("ctx", {})
        remedies.insert(0, remedy_of(where, detail["type"], value, more, of_tables=of_tables))
    remedy = "; ".join(filter(None, remedies)) or "correct the value"
    return Problem(where, f"expected {said}, got {got}", remedy)


def _predicate_wanted(name: str) -> str:
    if name == "base_url":
        return "a URL with scheme and host (https://example.org)"
    if name == "public_url":
        return "a URL with scheme and host (https://desk.example.org/havenwatch), or nothing"
    if name == "login_header":
        return "the name of an HTTP header (X-Forwarded-User), or nothing"
    if name == "path":
        return "a path that begins with a slash"
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
            inner = [one for one in get_args(at) if one is not ...]
            at = inner[-1] if inner else None
        # One of several: the table among them.
        at = next((one for one in get_args(at) if is_dataclass(one)), at) if _is_union(at) else at
    return at if isinstance(at, type) and is_dataclass(at) else None


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType)


def own_problems(path: str, block: Any) -> list[Problem]:
    """The problems that a block finds between its own settings."""
    parts = [one.partition(": ") for one in getattr(block, "problems", tuple)()]
    return [Problem(path, what, remedy) for what, _, remedy in parts]


def unreadable_file(path: Path, error: OSError) -> Problem:
    """The problem of a configuration file that cannot be read."""
    why = error.strerror or type(error).__name__
    remedy = "use an existing file with --config"
    if isinstance(error, FileNotFoundError):
        why += f", looked for in {path.absolute().parent}"
        remedy += ", or create one: havenwatch init"
    return Problem(str(path), why, remedy)
