"""The commands for a desk's own rules."""

from __future__ import annotations

from datetime import date
from typing import Final

import click

from monitor.cli.completion import RULE
from monitor.cli.params import (
    Day,
    Paths,
    clock_of,
    load_known,
    refuse_unknown_rules,
    span_of,
    unusable_said,
)


@click.group()
def rules() -> None:
    """Try a rule on stored history before you trust it."""


@rules.command("try")
@click.argument("rule", type=RULE)
@click.option("--since", type=Day(), default="1973-01-31", help="First day.")
@click.option("--to", "end", type=Day(), help="Last day (default: today).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def try_(paths: Paths, rule: str, since: date, end: date | None, *, as_json: bool) -> None:
    """Show what RULE would have sent: alerts per year, the last ten, known episodes.

    Beside each alert stands what followed it, and beside each episode whether the rule caught or
    missed it. Nothing is sent or stored.

    \b
    havenwatch rules try joint_selloff
    havenwatch rules try haven_failure --since 1999-01-01
    """  # noqa: D301 - click wants the character \b itself
    from monitor.history.rule_trial import try_rule
    from monitor.terminal.render_rule_trial import print_rule_trial

    config, database = load_known(paths)
    refuse_unknown_rules((rule,), config)
    last = end or clock_of(database).now().astimezone(config.desk.zone).date()
    with unusable_said(database, "cannot read"):
        trial = try_rule(config, database, config.rules[rule], *span_of(since, last, config))
    print_rule_trial(trial, as_json=as_json)


COMMANDS: Final = (rules,)
