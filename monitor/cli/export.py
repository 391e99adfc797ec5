"""The command that exports stored data for other tools."""

from __future__ import annotations

import sys
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from monitor.cli.completion import SERIES
from monitor.cli.params import AT, Day, Instant, Paths, load_known, unusable_said, with_reading

if TYPE_CHECKING:
    from monitor.views.export import Wanted
    from monitor.views.read_model import ReadModel

FORMATS: Final = ("csv", "json", "jsonl", "parquet")
# What can be written before all of it is there.
FOLLOWED: Final = ("csv", "jsonl")
POLL_S: Final = 2.0


@click.command()
@click.argument("what", type=click.Choice(["alerts", "changes", "observations"]))
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True,
    help="parquet needs the extra: pip install '.[parquet]' in the checkout.",
)  # fmt: skip
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Output file, written atomically (default: stdout).",
)
@click.option("--series", "names", type=SERIES, multiple=True, help="Only this series; repeatable.")
@click.option("--since", type=Day(), help="First period, or first day of an alert or a change.")
@click.option("--until", type=Day(), help="Last period, or last day of an alert or a change.")
@click.option(
    "--as-of", type=Instant(), help="One value per period, as known then (default: every vintage)."
)
@click.option("--after", default="", metavar="ID", help="Changes recorded after this one.")
@click.option(
    "--follow", is_flag=True, help="Then print each change as it comes, until Ctrl-C or SIGTERM."
)
@click.option(
    "--every",
    "every_s",
    type=click.FloatRange(min=0.5, max=3600),
    default=POLL_S,
    show_default=True,
    help="With --follow: seconds between two looks at the database.",
)
@AT
@click.pass_obj
def export(
    paths: Paths,
    what: str,
    form: str,
    out: Path | None,
    names: tuple[str, ...],
    since: date | None,
    until: date | None,
    as_of: datetime | None,
    after: str,
    every_s: float,
    at: datetime | None,
    *,
    follow: bool,
) -> None:
    """Export all alerts, their changes, or all observations with every vintage, as rows for other
    tools.

    \b
    havenwatch export alerts --format json
    havenwatch export changes --format jsonl --follow
    havenwatch export observations --series spx --series ust10y --out numbers.csv
    havenwatch export observations --format parquet --as-of 2025-04-11T12:00:00Z --out then.parquet
    """  # noqa: D301 - click wants the character \b itself
    from monitor.views.export import Wanted, export_rows

    if what != "observations" and (names or as_of is not None):
        raise click.UsageError("--series and --as-of work with observations only")
    if what != "changes" and (after or follow):
        raise click.UsageError("--after and --follow work with changes only")
    wanted = Wanted(what, names, since, until, as_of, after)
    if follow:
        if form not in FOLLOWED or out is not None or until is not None or at is not None:
            raise click.UsageError(
                "--follow prints csv or jsonl from now on: leave out --out, --until and --at"
            )
        _follow(paths, wanted, form, every_s)
        return

    def write(reading: ReadModel, _: datetime) -> None:
        written = export_rows(reading, wanted, form, out)
        if out is not None:
            click.echo(f"wrote {out}: {written:,} rows")

    with_reading(paths, write, at)


def _follow(paths: Paths, wanted: Wanted, form: str, every_s: float) -> None:
    """Print the changes that are wanted as they come, until the process is told to stop."""
    from monitor.stop import Stop
    from monitor.views.changes import follow_changes

    config, path = load_known(paths)
    stop = Stop()
    with unusable_said(path, "cannot read"), stop.on_signals():
        follow_changes(
            path,
            form,
            sys.stdout.buffer,
            wanted.after,
            partial(wanted.takes, zone=config.desk.zone),
            lambda: not stop.wait_within(every_s),
        )


COMMANDS: Final[tuple[Any, ...]] = (export,)
