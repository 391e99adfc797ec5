"""`havenwatch calendar --refresh`: the release days that the Treasury has announced."""

from __future__ import annotations

from datetime import date
from typing import Final

import click

from monitor.cli.params import Paths, load_config
from monitor.clock import SystemClock
from monitor.config.added_block import write_config
from monitor.config.calendar_block import with_tic_days
from monitor.ingest.calendars import known_tic_days, listed_calendars, listed_until
from monitor.ingest.http import Http, Request
from monitor.ingest.tic_schedule import release_days
from monitor.sources.treasury_tic import TreasuryTic

# The page has some tens of kilobytes.
MOST_BYTES: Final = 2 << 20
COMMAND: Final = "calendar --refresh --write"


def refresh_calendar(paths: Paths, url: str, *, is_written: bool) -> None:
    """Say which announced days are new or other than the known ones, and write them where that is
    asked for. Raises HavenwatchError."""
    load_config(paths, environ=None)  # its days are known too
    known, announced = known_tic_days(), _announced(url)
    first = min(known)
    changed = {
        month: day
        for month, day in sorted(announced.items())
        if month >= first and known.get(month) != day
    }
    for month, day in changed.items():
        click.echo(_line(month, day, known.get(month)))
    last = max(known | announced)
    if not changed:
        click.echo(f"Nothing is new: TIC release days are known to the data of {last}.")
    until = min(map(listed_until, listed_calendars()))
    click.echo(f"Holidays are listed to {until}; a newer havenwatch lists more.")
    if not changed:
        return
    if not is_written:
        click.echo("To write them to the configuration: havenwatch calendar --refresh --write")
        return
    config_path = paths[0]
    write_config(config_path, with_tic_days(config_path, changed), COMMAND)
    days = "1 day" if len(changed) == 1 else f"{len(changed)} days"
    click.echo(f"{days} written to {config_path}. Apply them to a running one: havenwatch reload")


def _announced(url: str) -> dict[str, date]:
    usual = TreasuryTic()
    http = Http(SystemClock())
    try:
        body = http.get(
            Request(url, url, usual.user_agent, usual.timeout_s, MOST_BYTES, min_interval_s=0)
        )
    finally:
        http.close()
    assert body is not None  # it was asked without a condition
    return release_days(url, body.content)


def _line(month: str, day: date, before: date | None) -> str:
    said = "new" if before is None else f"was {before}"
    return f'"{month}" = "{day}"  # {day:%A}, {said}'
