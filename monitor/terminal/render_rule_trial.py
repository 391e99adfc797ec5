"""What a rule would have told, in the terminal."""

from __future__ import annotations

import json
import textwrap

import click

from alerts.message.plain import WIDTH, table_lines
from monitor.history.rule_trial import RuleTrial
from monitor.history.rule_trial_tables import (
    episodes_table,
    last_table,
    trial_sentence,
    years_table,
)
from rules.wording import sparkline


def print_rule_trial(trial: RuleTrial, *, as_json: bool) -> None:
    """How often, when last and in which episodes, or all as JSON."""
    if as_json:
        click.echo(json.dumps(trial.as_json(), indent=2))
        return
    click.echo(textwrap.fill(f"{trial.rate.title}: {trial_sentence(trial)}", WIDTH))
    if trial.rate.judged_from is None:
        return
    counts = [float(sum(one.values())) for one in trial.by_year.values()]
    years = f"{min(trial.by_year)} {sparkline(counts)} {max(trial.by_year)}"
    click.echo(f"Alerts a year: {years}, from {min(counts):g} to {max(counts):g}")
    for table in (years_table(trial), last_table(trial), episodes_table(trial)):
        if table.rows:
            click.echo("\n".join(["", table.heading, *table_lines(table)]))
    if trial.last:
        click.echo(f"\n{textwrap.fill(f'The newest: {trial.last[0].headline}', WIDTH)}")
