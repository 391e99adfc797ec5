"""The commands for a desk's own rules."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path
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
from rules.wording import plural

# The first day on which a rule is tried.
FIRST_DAY: Final = "1973-01-31"


@click.group()
def rules() -> None:
    """Write a rule of your own, and try one on stored history before you trust it."""


@rules.command("try")
@click.argument("rule", type=RULE)
@click.option("--since", type=Day(), default=FIRST_DAY, help="First day.")
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


@rules.command("test")
@click.argument(
    "paths",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@click.pass_obj
def test(known: Paths, paths: tuple[Path, ...]) -> None:
    """Run cases of your own, each in a TOML file: numbers, and the answer expected.

    Of a folder every case in it is run. The exit code is 1 where a rule answers otherwise, or a
    case has a mistake.

    \b
    havenwatch rules test cases/
    havenwatch rules test cases/gold_jump.toml
    """  # noqa: D301 - click wants the character \b itself
    from monitor.history.case_format import case_files
    from monitor.history.replay import chained
    from monitor.history.rule_cases import case_result
    from state.database import Database

    config, database = load_known(known)
    files, failed = case_files(paths), 0
    with unusable_said(database, "cannot read"), closing(Database(database, read_only=True)) as it:
        for path in files:
            found = case_result(config, chained(config, it), path)
            failed += bool(found.wrong)
            click.echo(f"{'FAILED' if found.wrong else 'ok':<7} {found.title} ({path})")
            for said in found.wrong:
                click.echo(f"        {said}")
    click.echo(f"{plural(len(files), 'case')}, {failed} failed")
    if failed:
        raise click.exceptions.Exit(1)


@rules.command("new")
@click.argument("name", required=False)
@click.option("--dry-run", is_flag=True, help="Print the rule and write nothing.")
@click.pass_obj
def new(paths: Paths, name: str | None, *, dry_run: bool) -> None:
    """Ask a few questions and add a rule of your own to the configuration.

    Proposes sizes by how often the stored numbers reached them, and shows how often the rule would
    have fired. Answers can also be piped, one per line; an empty line takes the default.

    \b
    havenwatch rules new gold_jump
    havenwatch rules new --dry-run
    """  # noqa: D301 - click wants the character \b itself
    from monitor.cli.new_rule import new_rule

    new_rule(paths, name or "", date.fromisoformat(FIRST_DAY), writes=not dry_run)


COMMANDS: Final = (rules,)
