"""The on-call check as a command, by the Nagios plugin contract."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from monitor.cli.fast_check import TIMEOUT_S, UNKNOWN, run_check
from monitor.cli.params import AT


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
@click.option("--health", "only_health", is_flag=True, help="Only havenwatch itself, no alerts.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON with all findings.")
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0.1),
    default=TIMEOUT_S,
    show_default=True,
    help="Answer UNKNOWN after this many seconds.",
)
@click.option(
    "--watch",
    "every_s",
    type=click.FloatRange(min=1),
    help="Interval in seconds: repeat until interrupted.",
)
@AT
@click.pass_context
def check(
    ctx: click.Context,
    *,
    rules: tuple[str, ...],
    only_health: bool,
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
    havenwatch check --health
    havenwatch check --watch 5
    """  # noqa: D301 - click wants the character \b itself
    code = run_check(
        ctx.obj,
        rules,
        as_json=as_json,
        only_health=only_health,
        timeout_s=timeout_s,
        every_s=every_s,
        at=at,
    )
    ctx.exit(code)
