"""The command that exports stored data for other tools."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from monitor.cli.completion import SERIES
from monitor.cli.params import AT, Day, Instant, Paths, with_reading

if TYPE_CHECKING:
    from monitor.views.read_model import ReadModel

FORMATS: Final = ("csv", "json", "parquet")


@click.command()
@click.argument("what", type=click.Choice(["alerts", "observations"]))
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
@click.option("--since", type=Day(), help="First period, or first day on which an alert opened.")
@click.option("--until", type=Day(), help="Last period, or last day on which an alert opened.")
@click.option(
    "--as-of", type=Instant(), help="One value per period, as known then (default: every vintage)."
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
    at: datetime | None,
) -> None:
    """Export all alerts, or all observations with every vintage, as rows for other tools.

    \b
    havenwatch export alerts --format json
    havenwatch export observations --series spx --series ust10y --out numbers.csv
    havenwatch export observations --format parquet --as-of 2025-04-11T12:00:00Z --out then.parquet
    """  # noqa: D301 - click wants the character \b itself
    from monitor.views.export import Wanted, export_rows

    if what == "alerts" and (names or as_of is not None):
        raise click.UsageError("--series and --as-of work with observations only")
    wanted = Wanted(what, names, since, until, as_of)

    def write(reading: ReadModel, _: datetime) -> None:
        written = export_rows(reading, wanted, form, out)
        if out is not None:
            click.echo(f"wrote {out}: {written:,} rows")

    with_reading(paths, write, at)


COMMANDS: Final[tuple[Any, ...]] = (export,)
