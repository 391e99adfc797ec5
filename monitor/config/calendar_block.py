"""TIC release days that a command adds to the configuration file, which is else left as it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from monitor.config.added_block import read_config, toml_value
from monitor.config.load import build
from monitor.errors import ConfigInvalid, Problem

INLINE: Final = re.compile(r"^(\s*tic\s*=\s*)\{[^{}]*\}", re.MULTILINE)
TABLE: Final = re.compile(r"^\[calendar\.tic\][^\n]*$", re.MULTILINE)
SECTION: Final = re.compile(r"^\[calendar\][^\n]*$", re.MULTILINE)
NEXT: Final = re.compile(r"^\[", re.MULTILINE)


def with_tic_days(path: Path, days: Mapping[str, date]) -> bytes:
    """The bytes of a configuration file with these release days by data month among its own,
    comments and order as they were. Raises ConfigInvalid where they cannot be put in."""
    before = read_config(path)
    newline = "\r\n" if b"\r\n" in before else "\n"
    try:
        text = before.decode("utf-8").replace("\r\n", "\n")
        wanted = {**_tic(text), **{month: f"{day}" for month, day in days.items()}}
        text = _with(text, dict(sorted(wanted.items())), {m: f"{d}" for m, d in days.items()})
        is_right = _tic(text) == wanted
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError):
        is_right = False
    if not is_right:
        what = "expected tic = { ... } on one line under [calendar], or a table [calendar.tic]"
        remedy = "add the days by hand; nothing was written"
        raise ConfigInvalid([Problem(str(path), what, remedy)])
    build(tomllib.loads(text), None, path.parent)
    return text.replace("\n", newline).encode()


def _tic(text: str) -> dict[str, Any]:
    found = tomllib.loads(text).get("calendar", {}).get("tic", {})
    return {month: f"{day}" for month, day in found.items()}


def _with(text: str, every: Mapping[str, str], added: Mapping[str, str]) -> str:
    if table := TABLE.search(text):
        head, body = text[: table.end()], text[table.end() :]
        end = following.start() if (following := NEXT.search(body)) else len(body)
        inside, rest = body[:end], body[end:]
        for month in added:
            inside = re.sub(rf'^[ \t]*"?{month}"?[ \t]*=[^\n]*\n?', "", inside, flags=re.MULTILINE)
        lines = "".join(f'\n"{month}" = "{day}"' for month, day in added.items())
        return f"{head}{lines}{inside}{rest}"
    if section := SECTION.search(text):
        head, body = text[: section.end()], text[section.end() :]
        end = following.start() if (following := NEXT.search(body)) else len(body)
        if INLINE.search(body[:end]):
            inside = INLINE.sub(lambda found: found[1] + toml_value(_quoted(every)), body[:end], 1)
            return f"{head}{inside}{body[end:]}"
    lines = "".join(f'"{month}" = "{day}"\n' for month, day in every.items())
    return f"{text.rstrip()}\n\n[calendar.tic]\n{lines}".lstrip()


def _quoted(days: Mapping[str, str]) -> dict[str, str]:
    return {f'"{month}"': day for month, day in days.items()}
