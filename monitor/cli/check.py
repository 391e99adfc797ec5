"""The on-call check as a command, by the Nagios plugin contract."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click

from monitor.cli.params import AT
from monitor.clock import SystemClock

if TYPE_CHECKING:
    from monitor.check.check import HealthCheck

UNKNOWN: Final = 3
COLOURS: Final = {0: "green", 1: "yellow", 2: "red", 3: "magenta"}


class Plugin(click.Command):
    """A command that says on its first line, where a monitoring system reads, how it was used
    wrongly."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the options."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            click.echo(f"UNKNOWN - {error.format_message()} See: havenwatch check --help")
            raise click.exceptions.Exit(UNKNOWN) from None


@click.command(cls=Plugin)
@click.option("--rule", "rules", multiple=True, help="Only alerts of this rule; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON with all findings.")
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    help="Answer UNKNOWN after this many seconds.",
)
@click.option(
    "--watch",
    "every_s",
    type=click.FloatRange(min=1),
    help="Repeat every this many seconds until interrupted.",
)
@AT
@click.pass_context
def check(
    ctx: click.Context,
    *,
    rules: tuple[str, ...],
    as_json: bool,
    timeout_s: float,
    every_s: float | None,
    at: datetime | None,
) -> None:
    """Nagios-style health check: one line and an exit code.

    Exit 0 (OK), 1 (WARNING), 2 (CRITICAL) or 3 (UNKNOWN). UNKNOWN means that havenwatch or its data
    cannot be trusted; the line says why. Acknowledged, silenced and inhibited alerts are listed but
    do not affect the exit code.

    \b
    havenwatch check
    havenwatch check --rule joint_selloff --rule haven_failure
    havenwatch check --watch 5
    """  # noqa: D301 - click wants the character \b itself
    from monitor.check.check import CheckFailed, Limits, settings, unchecked
    from monitor.check.check import check as look

    def answer() -> HealthCheck:
        try:
            path, limits, stands_at = settings(*ctx.obj)
        except CheckFailed as failed:
            return unchecked(failed, Limits(), at or SystemClock().now())
        moment = at or stands_at or SystemClock().now()
        return look(path, limits, moment, rules, looks_back=at is not None)

    if every_s is not None and threading.current_thread() is threading.main_thread():
        # A shell starts what it runs in the background with the signal ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    code = UNKNOWN
    try:
        while True:
            checked = _answered(answer, timeout_s)
            code = checked.code  # before it is printed: whoever reads it may interrupt at once
            click.echo(_shown(checked, as_json=as_json))
            if every_s is None:
                break
            SystemClock().sleep(every_s)
    except KeyboardInterrupt:
        pass  # the last answer stands
    ctx.exit(code)


def _answered(answer: Callable[[], HealthCheck], timeout_s: float) -> HealthCheck:
    """One answer, in time: a file system that hangs cannot be interrupted, so the process ends
    instead."""
    late = threading.Timer(timeout_s, _give_up, [timeout_s])
    late.daemon = True
    late.start()
    try:
        return answer()
    finally:
        late.cancel()


def _shown(checked: HealthCheck, *, as_json: bool) -> str:
    from monitor.check.nagios import as_json as plain_values
    from monitor.check.nagios import plugin_output

    if as_json:
        import json

        return json.dumps(plain_values(checked), indent=2, ensure_ascii=False)
    status, dash, rest = plugin_output(checked).partition(" - ")
    # click leaves colours out where nobody would see them.
    return click.style(status, fg=COLOURS[checked.code], bold=True) + dash + rest


def _give_up(timeout_s: float) -> None:
    sys.stdout.write(f"UNKNOWN - no answer within {timeout_s:g} s\n")
    sys.stdout.flush()
    os._exit(UNKNOWN)
