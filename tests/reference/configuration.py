"""docs/configuration.md: every setting with its default, from the classes that read it, and with
the words of config.toml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, asdict, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Final

from monitor.config.load import Config
from monitor.config.plugins import channel_types, quote_types, rule_types, source_types
from monitor.evaluate.chains import ChainSettings
from tests.settings import default_of, settings_of

CONFIG: Final = Path(__file__).parents[2] / "config.toml"
HEAD: Final = """\
# Every setting

The settings of `config.toml` with what holds where one is not written, and what the file says of
it. [config.toml](../config.toml) itself is the file to start from: `havenwatch init` writes it
with your answers, and `havenwatch config check` lists every mistake. Rules, series and routes of
your own are in [rules of your own](own-rules.md). `python -m tests.reference` writes this page.
"""
# Whose words are those of all blocks of their section, where a block has none of its own.
SHARED: Final = {
    "channels": "channels.console",
    "sources": "sources.treasury_curve",
    "chains": "chains.spx",
}
SOURCES: Final = """\
## Sources

Each block `[sources.NAME]` has these. What differs between sources is in the table below.
"""
CHAINS: Final = "What they mean is above `[chains.spx]` in [config.toml](../config.toml)"
ROUTES: Final = "[who gets the alerts of some rules](own-rules.md#who-gets-its-alerts)"
EACH: Final = ("base_url", "poll_at", "stale_after_hours")
BLOCK: Final = re.compile(r"^(?:# )?\[\[?([\w.]+)\]\]? *(?:# *(.*))?$")
SETTING: Final = re.compile(r"^(?:# )?([\w.]+) = (.*)$")
NO_DEFAULT: Final = "required"
# A line of words alone, and one that goes on behind the setting above it.
ALONE: Final = re.compile(r"^# (?!-)(\S.*)$")
BEHIND: Final = re.compile(r"^#? {10,}# *(.*)$")


def words() -> dict[tuple[str, str], str]:
    """What config.toml says of each setting, by its block and name, and of a block under no name:
    above it, and behind it."""
    found: dict[tuple[str, str], str] = {}
    block, above, last = "", list[str](), ("", "")
    for line in CONFIG.read_text(encoding="utf-8").splitlines():
        if begins := BLOCK.match(line):
            block, last = begins[1], (begins[1], "")
            found.setdefault(last, _joined(*above, begins[2] or ""))
        elif setting := SETTING.match(line):
            last = (block, setting[1].partition(".")[0])
            found.setdefault(last, _joined(*above, _comment(setting[2])))
        elif more := BEHIND.match(line):
            found[last] = _joined(found[last], more[1])
        if alone := ALONE.match(line):
            is_code = BLOCK.match(line) or SETTING.match(line) or BEHIND.match(line)
            above = [] if is_code else [*above, alone[1]]
        else:
            above = []
    return {**found, ("chains", ""): CHAINS, ("routing", "routes"): ROUTES}


def _joined(*said: str) -> str:
    return " ".join(filter(None, said))


def _comment(rest: str) -> str:
    """What is behind the value of a line."""
    outside = re.sub(r'"[^"]*"', lambda match: "x" * len(match[0]), rest)
    place = outside.find("#")
    return "" if place < 0 else rest[place:].lstrip("# ").strip()


def page() -> str:
    """The page."""
    said = words()
    parts = [HEAD]
    for name, cls in Config.SINGLE.items():
        parts += block(f"[{name}]", name, cls, said)
    for section, types in (("channels", channel_types()), ("rules", rule_types())):
        for name, cls in sorted(types.items()):
            path = f"{section}.{name}"
            parts += block(f"[{path}]", path, cls, said)
    parts += block("[chains.SERIES]", "chains", ChainSettings, said)
    parts += sources(said)
    for name, path in (("table", "sources.desk_dxy"), ("quote_table", "sources.desk_quotes")):
        cls = {**source_types(), **quote_types()}[name]
        title = "A feed of your own" if name == "table" else "Quotes of your own"
        parts += block(title, path, cls, said)
    return "\n".join(parts)


def block(title: str, path: str, cls: type, said: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """The table of a block."""
    about = said.get((path, ""), "")
    yield f"## {title}\n"
    if about:
        yield f"{_escaped(about[:1].upper() + about[1:]).rstrip('.')}.\n"
    yield table(cls, lambda name: _words(path, name, said))


def table(cls: type, about: Callable[[str], str], without: Sequence[str] = ()) -> str:
    """The settings of a class."""
    rows = [
        f"| `{one.name}` | {default(one)} | {_escaped(about(one.name))} |"
        for one in settings_of(cls)
        if one.name not in without
    ]
    return "\n".join(["| setting | default | about |", "|---|---|---|", *rows, ""])


def _words(path: str, name: str, said: Mapping[tuple[str, str], str]) -> str:
    """The words of a setting in its block, or in the block that has those of its section."""
    shared = SHARED.get(path.partition(".")[0], path)
    return (said.get((path, name)) or said.get((shared, name), "")).rstrip(" ,;:")


def sources(said: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """The settings of every source, and the values of each."""
    types = {name: cls for name, cls in source_types().items() if name != "table"}
    yield SOURCES
    tic = types["treasury_tic"]  # the one with a note
    yield table(tic, lambda name: _words("sources.treasury_tic", name, said), EACH)
    yield "| source | base_url | poll_at | stale_after_hours | other |\n|---|---|---|---|---|"
    for name, cls in sorted(types.items()):
        yield _source(name, cls, types["treasury_curve"])
    yield ""


def _source(name: str, cls: type, usual: type) -> str:
    values = {one.name: default_of(one) for one in settings_of(cls)}
    defaults = {one.name: default_of(one) for one in settings_of(usual)}
    rest = [f"`{key} = {toml(value)}`" for key, value in values.items()
            if key not in (*EACH, "user_agent") and value != defaults.get(key, "")]  # fmt: skip
    polled = ", ".join(values["poll_at"])
    return (
        f"| `{name}` | `{values['base_url']}` | {polled} | {values['stale_after_hours']} "
        f"| {', '.join(rest)} |"
    )


def default(one: Field[Any]) -> str:
    """The default of a setting, as it would be written."""
    value = default_of(one)
    if value is MISSING:
        return NO_DEFAULT
    return "" if value is None else f"`{toml(value)}`"


def toml(value: Any) -> str:
    """A value as in TOML."""
    if isinstance(value, Enum):
        value = value.value
    if is_dataclass(value) and not isinstance(value, type):
        value = {name: one for name, one in asdict(value).items() if one is not None}
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key} = {toml(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, date):
        return value.isoformat()
    return f"[{', '.join(map(toml, value))}]" if isinstance(value, Iterable) else f"{value}"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
