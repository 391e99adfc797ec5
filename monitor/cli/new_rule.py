"""A new rule: asked for, tried on what is stored, and added to the configuration."""

from __future__ import annotations

import sys
from datetime import date
from functools import partial
from pathlib import Path

import click

from monitor.cli.params import (
    Paths,
    clock_of,
    load_config,
    named_with,
    span_of,
    unusable_said,
)
from monitor.cli.questions import Questions
from monitor.cli.rule_questions import RuleQuestions
from monitor.config.added_block import with_block, write_config
from monitor.config.rule_block import block_text
from monitor.errors import ConfigInvalid
from monitor.history.proposed_sizes import proposed_for
from monitor.history.rule_trial import try_rule
from monitor.history.rule_trial_tables import trial_sentence


def new_rule(paths: Paths, name: str, first_day: date, *, writes: bool) -> None:
    """Ask for a rule, show it with how often it would have fired since `first_day`, and add it to
    the configuration if that `writes`. Raises ConfigInvalid, HavenwatchError and
    click.ClickException; then nothing is written."""
    config, database = load_config(paths, environ=None)
    now = clock_of(database).now()
    questions = Questions(
        {},
        asks=True,
        is_terminal=sys.stdin.isatty(),
        command="rules new",
        remedy="pipe one answer a line, an empty one for the default",
    )
    with unusable_said(database, "cannot read"):
        asked = RuleQuestions(questions, config, partial(proposed_for, config, database, at=now))
        if name and (problems := asked.name_problems(name)):
            raise ConfigInvalid(problems)
        name, settings = asked.ask(name)
    block = block_text(name, settings)
    # As it is now: somebody may have edited it meanwhile.
    whole, changed = with_block(paths[0], block)
    click.echo(f"\n{block}")
    if database.exists():
        last = now.astimezone(config.desk.zone).date()
        with unusable_said(database, "cannot read"):
            trial = try_rule(
                changed, database, changed.rules[name], *span_of(first_day, last, config)
            )
        click.echo(trial_sentence(trial))
    if writes:
        write_config(paths[0], whole, "rules new")
    _say_what_is_next(paths[0], name, is_written=writes)


def _say_what_is_next(path: Path, name: str, *, is_written: bool) -> None:
    if not is_written:
        click.echo("Nothing was written (--dry-run).")
        return
    named = named_with(path)
    click.echo(f"wrote rules.{name} to {path}")
    click.echo(f"\nNext:\n  {named} rules try {name}\n  {named} reload    # where it runs")
