"""A block that a command adds to the configuration file: as text, checked, and written."""

from __future__ import annotations

import json
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor.config.blocks import unreadable_file
from monitor.config.load import Config, build
from monitor.errors import ConfigInvalid, Problem
from monitor.whole_file import whole_file


def toml_value(value: Any) -> str:
    """A value as TOML writes it on one line."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{name} = {toml_value(one)}" for name, one in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    # Of text JSON and TOML have the same escapes, but for one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def with_block(path: Path, block: str) -> tuple[bytes, Config]:
    """The bytes of a configuration file, as it is by now, with a block behind all that is in it, in
    its own line ends; and the configuration that they are. Raises ConfigInvalid where they would
    not be one."""
    before = read_config(path)
    end = b"\r\n" if b"\r\n" in before else b"\n"
    gap = end * 2 if before.strip() else b""
    whole = before.rstrip(b"\r\n") + gap + block.encode().replace(b"\n", end)
    try:
        found = tomllib.loads(whole.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        what = f"the block cannot stand at its end: {error}"
        remedy = "print it with --dry-run, and put it in by hand; nothing was written"
        raise ConfigInvalid([Problem(str(path), what, remedy)]) from None
    return whole, build(found, None, path.parent)


def read_config(path: Path) -> bytes:
    """A configuration file as it is written. Raises ConfigInvalid."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigInvalid([unreadable_file(path, error)]) from None


def write_config(path: Path, whole: bytes, command: str) -> None:
    """Write the file behind a link, with the permissions that it has. Raises HavenwatchError, which
    names the command."""
    target = path.resolve()
    with whole_file(target, command, stat.S_IMODE(target.stat().st_mode)) as file:
        file.write(whole)
