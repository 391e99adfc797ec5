"""The command line."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from alerts.clean import clean
from monitor import __version__
from monitor.cli.check import check
from monitor.cli.help import GroupedHelp, show_help
from monitor.cli.no_room import NO_ROOM, no_room_said
from monitor.errors import ConfigInvalid, HavenwatchError

if TYPE_CHECKING:
    from monitor.log_output import LogFormat

CONFIG_EXIT: Final = 3
# The commands of each module, which is loaded when one of them is wanted.
MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "run": ("run", "reload", "tick", "backfill"),
    "status": ("status",),
    "alerts": ("alerts", "show"),
    "inspect": ("digest", "verdict", "figures", "vintages", "sources", "calendar"),
    "tic": ("tic",),
    "record": ("record",),
    "session": ("session",),
    "backtest": ("replay", "explain"),
    "tune": ("tune",),
    "rules": ("rules",),
    "route": ("route",),
    "actions": ("ack", "silence", "silences", "unsilence", "outbox", "accept"),
    "export": ("export",),
    "backup": ("backup", "restore"),
    "shell": ("completion",),
    "web": ("web",),
    "init": ("init",),
    "doctor": ("doctor",),
    "feeds": ("feeds",),
    "setup": ("send-test", "config", "demo"),
}


# As many new objects before the collector looks for garbage.
NEW_OBJECTS: Final = 50_000
# They close all that they open, start nothing that goes on, and leave garbage where it is.
LOOKING: Final = frozenset({
    "alerts", "show", "status", "digest", "verdict", "figures", "vintages", "sources", "calendar",
    "tic", "record", "session", "silences", "outbox", "explain",
})  # fmt: skip


class Looked(SystemExit):
    """The end of a command that looked and has nothing left to close."""


class Program(GroupedHelp):
    """The command group; turns the program's own errors into a message and an exit code.

    Wrong use exits with 3: to a monitoring system click's own code of it, 2, would mean CRITICAL.
    """

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, loaded, or None."""
        for module, names in MODULES.items():
            if cmd_name in names and cmd_name not in self.commands:
                for command in importlib.import_module(f"monitor.cli.{module}").COMMANDS:
                    command.callback = _with_plain_words(command.callback)
                    self.add_command(command)
        return super().get_command(ctx, cmd_name)

    def every(self) -> dict[str, click.Command]:
        """All commands by name, loaded."""
        ctx = click.Context(self)
        found = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        return {name: command for name, command in found.items() if command is not None}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        every = (name for names in MODULES.values() for name in names)
        return sorted({*super().list_commands(ctx), *every})

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the options before the command."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            error.show()
            raise click.exceptions.Exit(CONFIG_EXIT) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises Looked where it is one that only looks."""
        try:
            done = self._invoke(ctx)
        except click.exceptions.Exit as ended:
            if ctx.invoked_subcommand in LOOKING:
                raise Looked(ended.exit_code) from None
            raise
        if ctx.invoked_subcommand in LOOKING:
            raise Looked(0)
        return done

    def _invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            is_usage = isinstance(error, click.UsageError)
            if _logged(error.format_message()):
                ctx.exit(CONFIG_EXIT if is_usage else error.exit_code)
            if not is_usage:
                raise
            error.show()
            ctx.exit(CONFIG_EXIT)
        except ConfigInvalid as error:
            for problem in error.problems:
                _say(f"config: {problem}")
            _say(f"{len(error.problems)} problem(s); nothing was started.")
            ctx.exit(CONFIG_EXIT)
        except HavenwatchError as error:
            _say(f"error: {error}")
            ctx.exit(error.exit_code)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            _say(no_room_said(error))
            ctx.exit(HavenwatchError.exit_code)


def _say(line: str) -> None:
    """Say why a command ends, as an entry of the log where that is JSON."""
    if not _logged(line):
        click.echo(line, err=True)


def _logged(line: str) -> bool:
    """Whether the log is JSON and has the line."""
    if "monitor.log_output" not in sys.modules:
        return False
    import logging  # most commands log nothing

    from monitor.log_output import logs_json

    if logs_json():
        logging.getLogger("havenwatch").error("%s", line)
        return True
    return False


def _with_plain_words(callback: Callable[..., Any] | None) -> Callable[..., Any] | None:
    """A command that is given what was typed as plain text: a byte that is no UTF-8, as of a
    Latin-1 terminal, cannot be stored or printed. Paths stay as they are."""
    if callback is None:
        return None

    @wraps(callback)
    def call(*args: Any, **typed: Any) -> Any:
        return callback(*args, **{name: _plain(value) for name, value in typed.items()})

    return call


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    return clean(value) if isinstance(value, str) else value


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config.toml"),
    show_default=True,
    help="Configuration file.",
)
@click.option(
    "--db",
    "database",
    type=click.Path(path_type=Path, readable=False),
    help="Database file (default: from the configuration).",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    envvar="HAVENWATCH_LOG_FORMAT",
    show_default=True,
    help="Log as text, or as one JSON object a line.",
)
@click.option("-v", "--verbose", is_flag=True, help="Log every step, not only warnings.")
@click.version_option(__version__, prog_name="havenwatch")
@click.pass_context
def main(
    ctx: click.Context,
    config_path: Path,
    database: Path | None,
    log_format: LogFormat,
    verbose: bool,
) -> None:
    """Alerts for rates desks: whether Treasuries still act as a safe haven, and whether foreigners
    are selling.

    \b
    havenwatch status
    havenwatch --config demo/config.toml show joint_selloff/us/2025-04-21
    """  # noqa: D301 - click wants the character \b itself
    if ctx.invoked_subcommand not in LOOKING:
        gc.set_threshold(NEW_OBJECTS)
        gc.enable()
    if ctx.invoked_subcommand not in (check.name, show_help.name):  # which log nothing
        from monitor.log_output import log_to_stderr

        log_to_stderr(os.environ, is_verbose=verbose, log_format=log_format)
    ctx.obj = (config_path, database)


main.add_command(check)
main.add_command(show_help)
