"""The first page of help: the commands by what a person wants to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import click

# A command that is named nowhere here is listed at the end, so that none is ever missing.
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "Watch": ("run", "tick", "check", "web"),
    "Look": (
        "status", "alerts", "show", "verdict", "digest", "figures", "sources", "calendar",
        "vintages", "export",
    ),
    "Answer": ("ack", "silence", "silences", "unsilence", "outbox", "accept"),
    "The past": ("replay", "explain", "tune"),
    "Set up": (
        "init", "config", "backfill", "send-test", "backup", "restore", "completion", "demo",
    ),
}  # fmt: skip
OTHERS: Final = "More"
# The first sentence of a command is shown whole, however long.
LONGEST: Final = 400


class GroupedHelp(click.Group):
    """A group of commands that lists them under headings."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings."""
        listed = {name for names in GROUPS.values() for name in names}
        rest = tuple(name for name in self.list_commands(ctx) if name not in listed)
        width = max(map(len, self.commands), default=0)
        for heading, names in {**GROUPS, OTHERS: rest}.items():
            known = [(name, self.get_command(ctx, name)) for name in names]
            rows = [
                (name.ljust(width), one.get_short_help_str(LONGEST))
                for name, one in known
                if one is not None and not one.hidden
            ]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)
