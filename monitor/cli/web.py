"""The command that serves the status page."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

import click

from monitor.cli.params import AT, Paths, clock_of, load_config

if TYPE_CHECKING:
    from monitor.stop import Stop


class Port(click.IntRange):
    """A TCP port."""

    name = "port (a whole number from 0 to 65535)"


@click.command()
@click.option("--host", help="Listen address (default: the configuration's).")
@click.option(
    "--port", type=Port(0, 65535), help="Port (default: the configuration's); 0 takes any free one."
)
@AT
@click.pass_obj
def web(paths: Paths, host: str | None, port: int | None, at: datetime | None) -> None:
    """Serve the status page until stopped. Read-only, except for acknowledgements.

    \b
    havenwatch web
    havenwatch web --port 8080 --at 2025-06-30T22:00:00Z
    """  # noqa: D301 - click wants the character \b itself
    from monitor.stop import Stop

    stop = Stop()
    with stop.on_signals():
        _serve_until_told(paths, host, port, at, stop)
        if stop.number:
            stop.finish()
    raise click.ClickException("the status page stopped unexpectedly; its log says why")


def _serve_until_told(
    paths: Paths, host: str | None, port: int | None, at: datetime | None, stop: Stop
) -> None:
    from monitor.web.server import serve
    from monitor.web.site import site_of

    config, database = load_config(paths)
    import logging

    logging.getLogger("havenwatch").setLevel(logging.INFO)
    clock = clock_of(database)
    settings = replace(
        config.web,
        host=config.web.host if host is None else host,
        port=config.web.port if port is None else port,
    )
    site = site_of(config, settings, database, os.environ, lambda: at or clock.now(), at)
    try:
        serve(site, stop)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise click.ClickException(f"cannot listen at {where}: {error.strerror}") from None


COMMANDS: Final = (web,)
