"""Taking another configuration while running: the whole of it between two ticks, or nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable

from monitor.config.changes import changed_blocks
from monitor.config.load import Config
from monitor.errors import ConfigInvalid
from monitor.ingest.calendars import add_days
from monitor.stop import Stop

log = logging.getLogger("havenwatch.reload")

RESTART = "the database and [standby] of a running program cannot be changed; restart it instead"


def next_configuration(stop: Stop, in_force: Config, load: Callable[[], Config]) -> Config | None:
    """Wait until the process is told to stop or to pause, which gives None, or until a reload is
    asked for and the configuration is right. What is wrong with one is logged, and nothing of it is
    taken."""
    while True:
        stop.wait()
        if stop.is_told or stop.has_to_pause:
            return None
        if not stop.take_reload():
            continue
        found = _loaded(in_force, load)
        if found is not None:
            changes = changed_blocks(in_force, found)
            log.info("reloading: %s", ", ".join(changes) or "nothing has changed")
            return found


def _loaded(in_force: Config, load: Callable[[], Config]) -> Config | None:
    try:
        found = load()
    except ConfigInvalid as error:
        log.error("not reloaded, the configuration in force stays: %s", error)
        return None
    except Exception:
        log.exception("not reloaded, the configuration in force stays")
        return None
    if (found.database, found.standby) != (in_force.database, in_force.standby):
        log.error("not reloaded, the configuration in force stays: %s", RESTART)
        # To build one is to count with its days.
        add_days(in_force.calendar)
        return None
    return found
