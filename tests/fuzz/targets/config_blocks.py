"""Every block of the configuration, and the file as a whole."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from monitor.config.blocks import block_of
from monitor.config.load import Config, build, load
from monitor.config.plugins import (
    channel_types,
    instance_types,
    quote_types,
    rule_types,
    source_types,
)
from monitor.errors import ConfigInvalid, Problem
from monitor.evaluate.chains import ChainSettings
from monitor.liveness.heartbeat import HeartbeatSettings
from rules.declared.made_series import MadeSeries
from rules.declared.rule import ConditionsRule
from tests.fuzz.target import SECRET, Target
from tests.support import TABLE

ROOT: Final = Path(__file__).resolve().parents[3]
LOADING: Final = ("monitor.config.load", "monitor.config.blocks", "monitor.config.remedies")
VALUES: Final = (
    "= 1", "= -1", "= 1e999", "= nan", '= ""', '= "x"', "= true", "= []", "= {}", "= [1, 2]",
    '= "06:30"', '= "25:00"', "= 2025-04-10", "= 2025-04-10T10:00:00Z", '= "https://x.example"',
    '= "America/New_York"', f'= "{SECRET}"', "= 0x7fffffffffffffff", "\n", '= ["spx", "dxy"]',
)  # fmt: skip
BLOCK: Final = re.compile(r"^\[", re.MULTILINE)


def targets() -> Iterator[Target]:
    """One for each block, by its class, and one for the whole."""
    for name, cls in sorted(block_types().items()):
        settings = tuple(f"{one.name} " for one in fields(cls) if one.init)
        yield Target(
            f"config.{name}",
            partial(_check_block, name),
            partial(_block_seeds, name),
            (cls.__module__, "monitor.config.blocks"),
            (*settings, *VALUES),
            share=0.5,
        )
    sections = tuple(f"[{name}]\n" for name in Config.SINGLE)
    yield Target("config.file", _load, _file_seeds, LOADING, (*sections, *VALUES), share=3.0)


def block_types() -> dict[str, type]:
    """Every kind of block, by what stands before its settings, as `rules.haven_failure`."""
    many = {
        "rules": {**rule_types(), "conditions": ConditionsRule},
        "instances": instance_types(),
        "sources": {**source_types(), **quote_types()},
        "channels": channel_types(),
    }
    named = {f"{kind}.{name}": cls for kind, found in many.items() for name, cls in found.items()}
    return {
        **Config.SINGLE, "heartbeat": HeartbeatSettings, "chains": ChainSettings,
        "series": MadeSeries, **named,
    }  # fmt: skip


def _settings(content: bytes) -> Mapping[str, Any] | None:
    try:
        return tomllib.loads(content.decode())
    except (ValueError, RecursionError):
        return None


def _check_block(name: str, content: bytes) -> None:
    """A block alone, and then as a part of a configuration."""
    settings = _settings(content)
    if settings is None:
        return
    problems: list[Problem] = []
    made = block_of(name, block_types()[name], settings, problems)
    assert (made is None) == bool(problems)
    _check_said(problems)
    if made is not None:
        _build(_placed(name, settings))


def _placed(name: str, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """The whole configuration with such a block."""
    section, _, kind = name.partition(".")
    if not kind and section in ("chains", "series"):
        return {section: {"dxy" if section == "chains" else "own": settings}}
    if not kind:
        return {section: settings}
    if section == "instances" or kind == "conditions":
        return {"rules": {"own": {**settings, "type": kind}}}
    if section == "sources":
        return {section: {"own": {**settings, "type": kind}}}
    return {section: {kind: settings}}


def _build(found: Mapping[str, Any]) -> None:
    try:
        build(found, _Environment(), Path())
    except ConfigInvalid as error:
        _check_said(error.problems)


class _Environment(dict[str, str]):
    """Where every variable is set, to the same secret."""

    def __missing__(self, name: str) -> str:
        return SECRET

    def get(self, name: str, default: Any = None) -> Any:
        return SECRET

    def __contains__(self, name: object) -> bool:
        return True


def _check_said(problems: Any) -> None:
    """Each mistake says where, what and what to do, without what looks like a secret."""
    for one in problems:
        assert all(one), one
        assert SECRET not in str(one), one


def _load(content: bytes) -> None:
    with TemporaryDirectory(dir=_memory()) as folder:
        path = Path(folder, "config.toml")
        path.write_bytes(content)
        try:
            load(path, _Environment())
        except ConfigInvalid as error:
            _check_said(error.problems)


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _written() -> list[str]:
    """The blocks of the files that come with the project."""
    texts = [
        (ROOT / name).read_text("utf-8")
        for name in ("config.toml", "monitor/config/starting_config.toml")
    ]
    # What is switched off stands there as a comment.
    plain = [re.sub(r"^# ?(?=[\[a-z_\"]+[\]\w. ]*(=|$))", "", text, flags=re.MULTILINE)
             for text in texts]  # fmt: skip
    return ["[" + block for text in (*texts, *plain) for block in BLOCK.split(text)[1:]]


def _file_seeds() -> Iterator[bytes]:
    yield (ROOT / "config.toml").read_bytes()
    yield from (one.encode() for one in dict.fromkeys(_written()))


def _block_seeds(name: str) -> Iterator[bytes]:
    """The settings of such blocks as they are written, and each setting by itself."""
    yield b""
    yield "\n".join(f"{key} = {_toml(value)}" for key, value in TABLE.items()
                    if name.endswith("table")).encode()  # fmt: skip
    kind = name.rpartition(".")[2]
    for block in dict.fromkeys(_written()):
        head, _, settings = block.partition("]\n")
        if head[1:] == name or head.endswith(f".{kind}") or f'type = "{kind}"' in settings:
            yield re.sub(r"^type = .*\n", "", settings, flags=re.MULTILINE).encode()
    for one in fields(block_types()[name]):
        if one.init:
            yield f"{one.name} = 1".encode()


def _toml(value: Any) -> str:
    from monitor.config.added_block import toml_value

    return str(toml_value(value))
