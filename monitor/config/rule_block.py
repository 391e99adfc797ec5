"""The block of a declared rule as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from monitor.config.added_block import toml_value

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
        f"title = {toml_value(settings['title'])}",
        f"kind = {toml_value(settings['kind'])}  # {KINDS_SAID[settings['kind']]}",
        "all = [  # every one of them must hold; a number counts at its size",
        *(f"  {toml_value(one)}," for one in settings["all"]),
        "]",
    ]
    text = "\n".join(lines) + "\n"
    if "close_when" in settings:
        text += f"close_when = {toml_value(settings['close_when'])}\n"
    elif settings["kind"] == "condition":
        text += CLOSE_LEFT_OUT
    caveat = settings.get("caveat")
    text += CAVEAT_LEFT_OUT if caveat is None else f"caveat = {toml_value(caveat)}\n"
    return text + FALSIFIER_LEFT_OUT
