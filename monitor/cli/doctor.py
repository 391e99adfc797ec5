"""The command after an installation, and when something is wrong."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

import click

from monitor.clock import SystemClock

if TYPE_CHECKING:
    from alerts.channel import Channel
    from monitor.config.load import Config
    from monitor.doctor.examine import Advance, Line

TIMEOUT_S: Final = 30.0
# Loading the program takes seconds on a busy machine; a file system that hangs, for ever.
GRACE_S: Final = 20.0
FAILED: Final = 2


@click.command()
@click.option("--offline", is_flag=True, help="Ask no source and no channel.")
@click.option("--send", is_flag=True, help="Also send a test message through each channel.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0.1),
    default=TIMEOUT_S,
    show_default=True,
    help="Seconds for all checks together; what has not ended then has failed.",
)
@click.pass_context
def doctor(
    ctx: click.Context, *, offline: bool, send: bool, as_json: bool, timeout_s: float
) -> None:
    """Check this machine, the files, the configuration, each source and each channel.

    For after an installation, and when something is wrong. Stores nothing, and sends nothing
    without --send. Each failure says what was expected, what came and what to do. Exit 0 (all ok),
    1 (warnings) or 2 (failures).

    \b
    havenwatch doctor
    havenwatch doctor --offline
    havenwatch doctor --json | jq '.checks[] | select(.outcome == "failed")'
    """  # noqa: D301 - click wants the character \b itself
    if offline and send:
        raise click.UsageError("--send asks the channels, and --offline leaves them out")
    with _ended_at(timeout_s + GRACE_S):
        code = _examine_and_print(
            ctx, is_offline=offline, sends=send, as_json=as_json, timeout_s=timeout_s
        )
    ctx.exit(code)


def _examine_and_print(
    ctx: click.Context, *, is_offline: bool, sends: bool, as_json: bool, timeout_s: float
) -> int:
    from dataclasses import replace

    from monitor.doctor.circumstances import circumstances
    from monitor.doctor.examine import check_types, examine, exit_code
    from monitor.doctor.machine import this_machine

    config, database = ctx.obj
    machine, clock = this_machine(), SystemClock()
    given = circumstances(config, database, os.environ, machine, clock, timeout_s)
    given = replace(given, is_offline=is_offline, send_test=_send_test if sends else None)
    with _progress() as begin:
        lines = examine(given, [one() for one in check_types().values()], begin)
    _print(lines, given.at, as_json=as_json)
    return exit_code(lines)


def _send_test(channel: Channel, config: Config, at: datetime) -> str:
    """The receipt of a test message. Raises HavenwatchError."""
    from monitor.cli.send_test import reaching_page, send_test_message

    return send_test_message(channel, reaching_page(config, at), config, at).receipt


def _print(lines: list[Line], at: datetime, *, as_json: bool) -> None:
    from monitor.doctor import output

    if as_json:
        import json

        click.echo(json.dumps(output.as_json(lines, at), indent=2))
        return
    from monitor.terminal.styled import StyledOutput

    styled = StyledOutput()
    styled.print(output.report(lines, styled, is_wrapped=sys.stdout.isatty()))


@contextmanager
def _progress() -> Iterator[Callable[[int], Advance]]:
    """How far it is, drawn where a person looks."""
    from contextlib import ExitStack

    from rich.console import Console

    from monitor.progress import progressing

    terminal = Console(stderr=True)
    with ExitStack() as drawn:

        def begin(total: int) -> Advance:
            if not terminal.is_terminal or terminal.is_dumb_terminal:
                return lambda _: None
            return drawn.enter_context(progressing(terminal, "checking", total)).advance

        yield begin


@contextmanager
def _ended_at(seconds: float) -> Iterator[None]:
    """Inside it the process ends when the time is over, whatever hangs."""
    late = threading.Timer(seconds, _give_up, [seconds])
    late.daemon = True
    late.start()
    try:
        yield
    finally:
        late.cancel()


def _give_up(seconds: float) -> None:
    sys.stderr.write(f"error: no report within {seconds:g} s; does a file system hang?\n")
    sys.stderr.flush()
    os._exit(FAILED)


COMMANDS: Final = (doctor,)
