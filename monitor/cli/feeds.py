"""The commands about a desk's own feeds: add one, list them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from monitor.cli.feed_address import COMMAND
from monitor.cli.feed_plan import planned_feed
from monitor.cli.params import AT, Paths, clock_of, load_config, with_app, with_reading
from monitor.cli.questions import Questions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.app import App
    from monitor.sources.table import Table
    from monitor.views.read_model import ReadModel


@click.group(invoke_without_command=True)
@AT
@click.pass_context
def feeds(ctx: click.Context, at: datetime | None) -> None:
    """List your own feeds with their series, or add one.

    \b
    havenwatch feeds
    havenwatch feeds add /srv/feeds/gold.csv
    """  # noqa: D301 - click wants the character \b itself
    if ctx.invoked_subcommand is None:
        _list_feeds(ctx.obj, at)


@feeds.command("add")
@click.argument("address", required=False, metavar="[URL|PATH]")
@click.option("--name", help="The feed's name; its series are NAME.KEY.")
@click.option("--publisher", help="Who publishes it, as messages name it.")
@click.option("--time-zone", help="Zone of --known-at (default: the desk's).")
@click.option("--known-at", help="When a number is usually published (18:00).")
@click.option("--lag", help="Business days from a date to its number (default: as the newest).")
@click.option("--sheet", help="Sheet of a workbook (default: the one with the largest table).")
@click.option("--rows", help="Keys to the list in JSON: data.items (default: the largest list).")
@click.option("--date-column", help="Column of dates (default: the first).")
@click.option("--date-format", help="As for strptime: %d/%m/%Y; asked where days could be months.")
@click.option("--columns", help="Columns to take, comma-separated (default: all with numbers).")
@click.option("--key", help="Key of the series, of a single column.")
@click.option("--title", help="Title of the series, of a single column.")
@click.option("--unit", help="Unit of the columns: index, pct, bp, usd_mn, usd_bn, jpy_bn, ...")
@click.option("--token-env", help="Environment variable that holds the token.")
@click.option("--authorization", help="How it is sent: bearer, or basic for user:password.")
@click.option("--grows/--no-grows", default=None, help="Whether the file keeps its old rows.")
@click.option("--backfill/--no-backfill", default=None, help="Load its history now.")
@click.option("--yes", is_flag=True, help="Ask nothing, and write: use flags and defaults.")
@click.option("--dry-run", is_flag=True, help="Print the block; write nothing.")
@click.pass_obj
def add(paths: Paths, /, *, address: str | None, yes: bool, dry_run: bool, **flags: Any) -> None:
    """Look at a file or a URL, and write the block that reads it.

    CSV, JSON, Excel or parquet: finds the header, the dates and the numbers, shows what it
    understood, and asks for the rest. Answers can also be piped, one per line, or given as flags.
    The token is never asked for: name its environment variable.

    \b
    havenwatch feeds add /srv/feeds/gold.csv
    havenwatch feeds add https://feed.example.org/dxy.json --token-env DESK_FEED_TOKEN
    havenwatch feeds add /srv/feeds/gold.csv --name gold --unit index --yes --dry-run
    """  # noqa: D301 - click wants the character \b itself
    config, database = load_config(paths, environ=None)
    words = {True: "y", False: "n"}
    given = {name: words.get(one, one) for name, one in flags.items() if one is not None}
    given |= {"address": address} if address else {}
    given |= {"write": "y"} if yes else {}
    questions = Questions(given, asks=not yes, is_terminal=sys.stdin.isatty(), command=COMMAND)
    plan = planned_feed(questions, config, paths[0], clock_of(database).now())
    click.echo("\n".join(plan.lines), err=dry_run)
    if dry_run:
        click.echo(plan.block, nl=False)
        return
    if not questions.yes("write", f"Write [sources.{plan.name}] to {paths[0]}?"):
        click.echo("nothing was written")
        return
    loads = questions.yes("backfill", "Load its history then?")
    _write(paths[0], plan.block)
    click.echo(f"wrote [sources.{plan.name}] to {paths[0]}")
    if loads:
        _load_history(paths, plan.name)
    click.echo(f"Series for rules: {', '.join(plan.series_ids)}")
    next_step = "" if loads else f"havenwatch backfill --source {plan.name}, then: "
    click.echo(f"Next: {next_step}havenwatch reload where it runs, or havenwatch run")


def _write(path: Path, block: str) -> None:
    from monitor.config.added_block import with_block, write_config

    whole, _ = with_block(path, block)
    write_config(path, whole, COMMAND)


def _load_history(paths: Paths, name: str) -> None:
    from monitor.cli.backfill import backfill
    from monitor.cli.init import FIRST_DAY
    from monitor.evaluate.tick_refusals import refuse_frozen

    def load(app: App) -> None:
        refuse_frozen(app.database)
        backfill(app, (name,), FIRST_DAY, None)

    with_app(paths, load, needs=("sources",))


def _list_feeds(paths: Paths, at: datetime | None) -> None:
    from monitor.sources.table import Table

    config, database = load_config(paths, environ=None)
    own = [one for one in config.sources.values() if isinstance(one, Table)]
    if not own:
        click.echo("No feed of your own yet; add one with: havenwatch feeds add")
    elif database.exists():
        with_reading(paths, lambda reading, _: click.echo("\n".join(_feed_lines(own, reading))), at)
    else:
        click.echo("\n".join(_feed_lines(own, None)))


def _feed_lines(own: list[Table], reading: ReadModel | None) -> Iterator[str]:
    """Each feed with its series, and from when to when there are numbers of each."""
    from state.vintages import Vintages

    for source in own:
        off = "" if source.enabled else ", off"
        yield f"{source.name}: {source.publisher}, {source.base_url}{source.path}{off}"
        for series_id, column in zip(source.series_ids, source.columns.values(), strict=True):
            stored = None
            if reading is not None:
                stored = Vintages(reading.database).stored_series(series_id)
            said = "nothing stored"
            if stored is not None:
                said = (
                    f"{stored.periods:,} periods, {stored.first_period} to {stored.newest_period}"
                )
            yield f"  {series_id}  {column.title}, {column.unit}: {said}"


COMMANDS: Final = (feeds,)
