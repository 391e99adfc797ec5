"""Ten simulated years of the program in one process: `python -m tests.soak`."""

from __future__ import annotations

import argparse
import gc
import logging
import signal
import sys
import tempfile
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from monitor.cli.main import NEW_OBJECTS
from monitor.ingest.calendars import at_local
from monitor.service.heap import limit_heap
from tests.soak.costs import Stages
from tests.soak.life import Living
from tests.soak.neighbours import neighbours
from tests.soak.plan import Plan, short, ten_years
from tests.soak.settings import program

IN_MEMORY = Path("/dev/shm")


def main() -> int:
    """Live, print a line a month and a table, and give 1 where a promise does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--short", action="store_true", help="some weeks with each event")
    parser.add_argument("--last", type=date.fromisoformat, help="end after this day")
    parser.add_argument("--folder", type=Path, help="keep the database and the figures here")
    chosen = parser.parse_args()
    plan = short() if chosen.short else ten_years()
    if chosen.last is not None:
        plan = replace(plan, last=min(chosen.last, plan.last))
    place = IN_MEMORY if IN_MEMORY.is_dir() else None
    made = tempfile.TemporaryDirectory(dir=place)
    with nullcontext(chosen.folder) if chosen.folder else made as folder:
        return soak(plan, Path(folder))


def soak(plan: Plan, folder: Path) -> int:
    """Live through a plan in a folder, and judge what came of it."""
    logging.disable(logging.ERROR)
    limit_heap()
    gc.set_threshold(NEW_OBJECTS)
    start = at_local(plan.first, datetime.min.time())
    stages = Stages()
    with neighbours(folder / "figures", start) as around:
        app = program(folder / "lived", around, stages.reach)
        living = Living(app, around, plan, stages, _say)
        signal.signal(signal.SIGTERM, lambda *_: setattr(living, "ends_soon", True))
        life = living.run()
        # Only what the program needs is loaded while its memory is measured.
        from tests.soak.report import report

        try:
            return report(plan, life, app, around.arrived(), _say)
        finally:
            app.close()


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
