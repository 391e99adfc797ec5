"""The commands that only read: they store and send nothing."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from monitor.cli.completion import SERIES_OR_SOURCE
from monitor.cli.glance import with_glance
from monitor.cli.params import AT, Paths, with_app, with_reading

if TYPE_CHECKING:
    from alerts.message.message import Message
    from monitor.app import App
    from monitor.views.glance import Glance
    from monitor.views.read_model import ReadModel


@click.command()
@click.argument("day", required=False, metavar="[DAY]", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--full", is_flag=True, help="Show all that the digest is cut from.")
@click.option(
    "--preview",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the digest to this file as an HTML page.",
)
@AT
@click.pass_obj
def digest(
    paths: Paths, day: datetime | None, preview: Path | None, at: datetime | None, *, full: bool
) -> None:
    """Preview the daily digest, or show that of DAY in full. Sends nothing.

    \b
    havenwatch digest --preview digest.html
    havenwatch digest --full
    """  # noqa: D301 - click wants the character \b itself
    from alerts.message.html import html_document
    from alerts.message.plain import plain_text
    from monitor.whole_file import whole_file

    def show(reading: ReadModel, moment: datetime) -> None:
        if day is None:
            page = reading.preview_digest(moment)
            page = page.whole if full else page
        else:
            page = _digest_of(reading, day.date())
        if preview is None:
            click.echo(plain_text(page), nl=False)
        else:
            with whole_file(preview, "digest --preview") as file:
                file.write(html_document(page).encode())
            click.echo(f"wrote {preview}")

    with_reading(paths, show, at)


def _digest_of(reading: ReadModel, day: date) -> Message:
    """The digest of a day with all that it was cut from."""
    found = reading.stored_digest(day)
    if found is None:
        days = reading.digest_days()
        last = f"the newest is that of {days[-1]}" if days else "none has been composed yet"
        raise click.ClickException(f"there is no digest of {day}; {last}")
    return found.whole


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@AT
@click.pass_obj
def verdict(paths: Paths, as_json: bool, at: datetime | None) -> None:
    """Weigh the evidence on whether foreigners are dumping Treasuries.

    \b
    havenwatch verdict
    havenwatch verdict --at 2025-04-11T12:00:00Z
    """  # noqa: D301 - click wants the character \b itself
    from monitor.terminal.render_verdict import print_verdict

    def show(reading: Glance, moment: datetime) -> None:
        print_verdict(reading.verdict(moment), as_json=as_json)

    with_glance(paths, show, at)


@click.command()
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("figures"),
    show_default=True,
    help="Output folder.",
)
@AT
@click.pass_obj
def figures(paths: Paths, folder: Path, at: datetime | None) -> None:
    """Draw the six figures of State Street's article from stored data: PNG, SVG and a page.

    \b
    havenwatch figures --out figures
    """  # noqa: D301 - click wants the character \b itself
    from monitor.history.figures import write_figures

    def draw(reading: ReadModel, moment: datetime) -> None:
        for path in write_figures(reading, folder, moment):
            click.echo(f"wrote {path}")

    with_reading(paths, draw, at)


@click.command()
@click.argument("series", type=SERIES_OR_SOURCE)
@click.option("--period", help="Only this month (2025-04) or day (2025-04-10).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON with every version.")
@AT
@click.pass_obj
def vintages(
    paths: Paths, series: str, period: str | None, at: datetime | None, *, as_json: bool
) -> None:
    """Show how SERIES was revised; for a source, what each vintage added.

    \b
    havenwatch vintages tic.42609.for_lt_treas_net --period 2025-04
    havenwatch vintages treasury_tic
    """  # noqa: D301 - click wants the character \b itself
    from monitor.terminal.vintages import print_vintages, span_of

    try:
        span = None if period is None else span_of(period)
    except ValueError:
        raise click.BadParameter("expected 2025-04 or 2025-04-10", param_hint="--period") from None
    with_reading(
        paths, lambda reading, _: print_vintages(reading, series, span, as_json=as_json), at
    )


@click.command()
@click.option("--probe", is_flag=True, help="Test each source once; stores nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@AT
@click.pass_context
def sources(ctx: click.Context, *, probe: bool, as_json: bool, at: datetime | None) -> None:
    """Show each source: state, latest data, lag against the calendar, terms of use.

    Exit code 1 if any source is failing or stale.

    \b
    havenwatch sources
    havenwatch sources --probe
    """  # noqa: D301 - click wants the character \b itself
    from monitor.terminal.render_sources import print_sources, probe_sources

    def show(reading: Glance, moment: datetime) -> None:
        if not print_sources(reading, moment, {}, as_json=as_json):
            ctx.exit(1)

    def ask_and_show(app: App) -> None:
        moment = at or app.clock.now()
        probed = probe_sources(app.reading, moment)
        if not print_sources(app.reading, moment, probed, as_json=as_json):
            ctx.exit(1)

    if probe:  # also before the first tick, when there is no database yet
        with_app(ctx.obj, ask_and_show, needs=("sources",))
    else:
        with_glance(ctx.obj, show, at)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--refresh", is_flag=True, help="Ask the Treasury for the days of TIC releases.")
@click.option("--write", "is_written", is_flag=True, help="Write new days to the configuration.")
@click.option("--from", "url", default="", help="Their page elsewhere, as file:///tmp/page.html.")
@AT
@click.pass_obj
def calendar(
    paths: Paths, as_json: bool, refresh: bool, is_written: bool, url: str, at: datetime | None
) -> None:
    """Show the next release of each source and the market closures ahead.

    \b
    havenwatch calendar
    havenwatch calendar --refresh
    """  # noqa: D301 - click wants the character \b itself
    if refresh:
        from monitor.cli.calendar_refresh import refresh_calendar
        from monitor.ingest.tic_schedule import PAGE

        refresh_calendar(paths, url or PAGE, is_written=is_written)
        return
    if is_written or url:
        raise click.UsageError("--write and --from go with --refresh")
    from monitor.terminal.render_sources import print_calendar

    with_glance(paths, lambda reading, moment: print_calendar(reading, moment, as_json=as_json), at)


COMMANDS: Final = (
    digest,
    verdict,
    figures,
    vintages,
    sources,
    calendar,
)
