"""The command that tries thresholds over the past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

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

if TYPE_CHECKING:
    from monitor.sweeps.engine import Engine
    from monitor.sweeps.plan import Configuration, SweptLine

FILE: Final = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("rules", metavar="RULE...", type=RULE, nargs=-1, required=True)
@click.option("--from", "start", type=Day(), default="1973-01-31", help="First day.")
@click.option("--to", "end", type=Day(), help="Last day (default: today).")
@click.option(
    "--vary",
    "varied",
    multiple=True,
    metavar="[RULE.]SETTING=V1,V2,...",
    help="Values to try; repeat for every combination. Of several rules: RULE.SETTING.",
)
@click.option("--areas", is_flag=True, help="Count foreign_net_sales for each area of TIC.")
@click.option(
    "--bootstrap",
    "times",
    type=click.IntRange(100, 100_000),
    help="Resample the years so often for a 90% interval of alerts per year, such as 1000.",
)
@click.option("--seed", type=click.IntRange(0), default=1, help="Of --bootstrap (default: 1).")
@click.option("--jobs", type=click.IntRange(1, 256), help="Count in so many processes.")
@click.option("--on", "address", metavar="ADDRESS", help="A Dask scheduler: tcp://HOST:8786.")
@click.option("--out", type=FILE, help="Write the lines to a .csv, .json, .jsonl or .parquet file.")
@click.option("--heat-map", type=FILE, help="Draw two varied settings to a .png or .html file.")
@click.pass_obj
def tune(
    paths: Paths,
    rules: tuple[str, ...],
    start: date,
    end: date | None,
    varied: tuple[str, ...],
    times: int | None,
    seed: int,
    jobs: int | None,
    address: str | None,
    out: Path | None,
    heat_map: Path | None,
    *,
    areas: bool,
) -> None:
    """Show RULE's alerts per year at alternative thresholds (sensitivity).

    \b
    havenwatch tune joint_selloff
    havenwatch tune haven_failure --vary warning_spx_fall_pct=2,2.5,3 --vary min_ust10y_rise_bp=1,5
    havenwatch tune joint_selloff haven_failure --bootstrap 1000 --jobs 4 --out sweep.csv
    havenwatch tune foreign_net_sales --areas --vary warning_net_sales_usd_bn=5,10,20
    """  # noqa: D301 - click wants the character \b itself
    from monitor.sweeps.bootstrap import Resampling
    from monitor.sweeps.engine import sweep
    from monitor.sweeps.plan import SweepPlan
    from monitor.terminal.render_sweep import gathered, print_swept

    config, database = load_known(paths)
    refuse_unknown_rules(rules, config)
    _refuse_wrong(rules, jobs, address, out, heat_map, areas=areas)
    last = end or clock_of(database).now().astimezone(config.desk.zone).date()
    span = span_of(start, last, config)
    chosen = {name: config.rules[name] for name in rules}
    resampling = None if times is None else Resampling(times, seed)
    with unusable_said(database, "cannot read"):
        wanted = _wanted(database, chosen, dict(map(_values, varied)), areas=areas)
        plan = SweepPlan.of(config, database, chosen, span, resampling)
        with _engine(jobs, address) as engine:
            lines = gathered(sweep(plan, wanted, engine), len(wanted))
    print_swept(lines)
    _write(lines, out, heat_map)


def _wanted(
    database: Path, chosen: Mapping[str, Any], vary: Mapping[str, Sequence[float]], *, areas: bool
) -> list[Configuration]:
    from monitor.sweeps.grids import of_areas, of_rules
    from monitor.sweeps.plan import stored_areas

    return of_areas(stored_areas(database), vary) if areas else of_rules(chosen, vary)


@contextmanager
def _engine(jobs: int | None, address: str | None) -> Iterator[Engine | None]:
    """Who counts: this process, several, or a cluster."""
    if address is not None:
        from monitor.sweeps.dask_cluster import dask_cluster

        with dask_cluster(address) as cluster:
            yield cluster
    elif jobs is not None and jobs > 1:
        from monitor.sweeps.processes import Processes

        yield Processes(jobs)
    else:
        yield None


def _write(lines: Sequence[SweptLine], out: Path | None, heat_map: Path | None) -> None:
    if out is not None:
        from monitor.sweeps.rows import write_rows

        click.echo(f"wrote {out}: {write_rows(lines, out):,} rows")
    if heat_map is not None:
        from monitor.sweeps.heat_map import write_heat_map

        write_heat_map(lines, heat_map)
        click.echo(f"wrote {heat_map}")


def _refuse_wrong(
    rules: Sequence[str],
    jobs: int | None,
    address: str | None,
    out: Path | None,
    heat_map: Path | None,
    *,
    areas: bool,
) -> None:
    """Raise before an hour of work what would be raised after it."""
    from monitor.sweeps.plan import OF_AREAS

    if areas and tuple(rules) != (OF_AREAS,):
        raise click.UsageError(f"--areas is of {OF_AREAS} alone")
    if jobs is not None and address is not None:
        raise click.UsageError("--jobs and --on: take one of them")
    if out is not None:
        from monitor.sweeps.rows import format_of

        format_of(out)
    if heat_map is not None:
        from monitor.sweeps.heat_map import refuse_other_form

        refuse_other_form(heat_map)


def _values(text: str) -> tuple[str, list[float]]:
    """`warning_weakest_leg_sd=0.4,0.5` as a name and its values."""
    name, _, values = text.partition("=")
    try:
        return name, [float(value) for value in values.split(",")]
    except ValueError:
        said = f"{text!r} is not like warning_weakest_leg_sd=0.4,0.5"
        raise click.BadParameter(said, param_hint="--vary") from None


COMMANDS: Final = (tune,)
