"""The demonstration's status page, which it ends with."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from monitor.config.load import load
from monitor.stop import Stop
from monitor.web.server import serving
from monitor.web.site import site_of
from state.frozen_clock import frozen_at


def serve_page(config_path: Path, stop: Stop, say: Callable[[str], object] = print) -> None:
    """Serve the page until stopped, at the configured port or, where that is taken, at any free
    one, and say where."""
    config = load(config_path, {})
    at = frozen_at(config.database)
    assert at is not None  # the demonstration froze it
    for web in (config.web, replace(config.web, port=0)):
        site = site_of(config, web, config.database, os.environ, lambda: at)
        try:
            with serving(site, stop.tell) as url:
                say(f"Open {url} (Ctrl-C stops it)")
                stop.wait()
            return
        except OSError:
            if web.port == 0:
                raise
