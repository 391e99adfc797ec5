"""The commands that backtest the rules and explain an alert."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from monitor.cli.completion import ALERT_OR_RULE, RULE
from monitor.cli.params import (
    Day,
    Instant,
    Paths,
    load_config,
    load_known,
    refuse_unknown_rules,
    span_of,
    unusable_said,
    with_reading,
)

if TYPE_CHECKING:
    from monitor.views.read_model import ReadModel


@click.command()
@click.option("--from", "start", type=Day(), required=True, help="First day.")
@click.option("--to", "end", type=Day(), required=True, help="Last day.")
@click.option("--rule", "names", type=RULE, multiple=True, help="Only this rule; repeatable.")
@click.option(
    "--config",
    "other",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Use the rules and source priorities of another configuration.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON with evidence and deliveries.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a page with a timeline of each rule to this file.",
)
@click.pass_obj
def replay(
    paths: Paths,
    start: date,
    end: date,
    names: tuple[str, ...],
    other: Path | None,
    html: Path | None,
    *,
    as_json: bool,
) -> None:
    """Backtest the rules on stored history. Sends and stores nothing.

    \b
    havenwatch replay --from 2025-03-24 --to 2025-06-30
    havenwatch replay --from 1973-01-31 --to 2026-08-20 --rule joint_selloff --html timeline.html
    """  # noqa: D301 - click wants the character \b itself
    from rich.console import Console

    from monitor.history.replay import replay as replay_span
    from monitor.progress import progressing
    from monitor.terminal.render_backtest import print_replayed

    config, database = load_known(paths)
    if other is not None:
        config, _ = load_config((other, database), environ=None)
    refuse_unknown_rules(names, config)
    # JSON is for a program, which may read both streams.
    watcher = Console(stderr=True, quiet=as_json and not sys.stderr.isatty())
    rules = len(names) or sum(rule.enabled for rule in config.rules.values())
    with (
        unusable_said(database, "cannot read"),
        progressing(watcher, "replaying", rules) as steps,
    ):
        span = span_of(start, end, config)
        replayed = replay_span(config, database, *span, names, steps.advance)
    if html is not None:
        from monitor.history.page import replay_document
        from monitor.whole_file import whole_file

        with whole_file(html, "replay --html") as file:
            file.write(replay_document(replayed).encode())
        click.echo(f"wrote {html}", err=as_json)
    if as_json:
        import json

        click.echo(json.dumps(replayed.as_json(), indent=2, ensure_ascii=False))
    elif html is None:
        print_replayed(replayed)


@click.command()
@click.argument("what", metavar="ALERT|RULE", type=ALERT_OR_RULE)
@click.option("--at", "--as-of", "at", type=Instant(), help="Point in time (default: now).")
@click.pass_obj
def explain(paths: Paths, what: str, at: datetime | None) -> None:
    """Explain an alert or a rule: thresholds, each calculation, inputs with vintages.

    \b
    havenwatch explain joint_selloff/us/2025-04-10
    havenwatch explain term_premium_jump --at 2025-04-11T12:00:00Z
    """  # noqa: D301 - click wants the character \b itself
    from alerts.message.plain import plain_text
    from monitor.terminal.explain import explain as explain_page

    def show(reading: ReadModel, moment: datetime) -> None:
        click.echo(plain_text(explain_page(reading, what, moment)), nl=False)

    with_reading(paths, show, at)


COMMANDS: Final = (replay, explain)
