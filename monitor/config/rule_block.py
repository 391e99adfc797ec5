"""The block of a declared rule as text, and a configuration with it added."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from monitor.config.blocks import unreadable_file
from monitor.config.load import Config, build
from monitor.errors import ConfigInvalid, Problem

Settings = Mapping[str, Any]

# What stands behind a setting, or in place of one that is left out.
KINDS_SAID: Final = {
    "event": "dated: an alert for each period; condition: it lasts, opens and closes",
    "condition": "it lasts: opens, worsens, closes; event: dated, an alert for each period",
}
CLOSE_LEFT_OUT: Final = """\
# Without close_when it closes below close_below_pct_of_notice (50) percent of its notice sizes.
"""
CAVEAT_LEFT_OUT: Final = """\
# caveat = "What it does not mean, in your words."
"""
FALSIFIER_LEFT_OUT: Final = """\
# falsifier = "What would change the reading, in your words."
"""


def block_text(name: str, settings: Settings) -> str:
    """The block `[rules.NAME]` with comments on what may be changed."""
    lines = [
        "# Written by `havenwatch rules new`; docs/own-rules.md explains every setting.",
        f"[rules.{name}]",
        'type = "conditions"',
        f"title = {_literal(settings['title'])}",
        f"kind = {_literal(settings['kind'])}  # {KINDS_SAID[settings['kind']]}",
        "all = [  # every one of them must hold; a number counts at its size",
        *(f"  {_literal(one)}," for one in settings["all"]),
        "]",
    ]
    text = "\n".join(lines) + "\n"
    if "close_when" in settings:
        text += f"close_when = {_literal(settings['close_when'])}\n"
    elif settings["kind"] == "condition":
        text += CLOSE_LEFT_OUT
    caveat = settings.get("caveat")
    text += CAVEAT_LEFT_OUT if caveat is None else f"caveat = {_literal(caveat)}\n"
    return text + FALSIFIER_LEFT_OUT


def with_block(path: Path, block: str, environ: Mapping[str, str]) -> tuple[bytes, Config]:
    """The bytes of a configuration file with a block behind all that is in it, and the
    configuration that they are. Raises ConfigInvalid where they would not be one."""
    try:
        before = path.read_bytes()
    except OSError as error:
        raise ConfigInvalid([unreadable_file(path, error)]) from None
    whole = before.rstrip(b"\r\n") + (b"\n\n" if before.strip() else b"") + block.encode()
    try:
        found = tomllib.loads(whole.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        what = f"the block cannot be added: {error}"
        raise ConfigInvalid([Problem(str(path), what, "add it by hand")]) from None
    return whole, build(found, environ, path.parent)


def _literal(value: Any) -> str:
    """A value as TOML writes it on one line; what JSON writes of a text is TOML too."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{name} = {_literal(one)}' for name, one in value.items())} }}"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    return json.dumps(value, ensure_ascii=False)
