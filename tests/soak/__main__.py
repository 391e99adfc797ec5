"""Ten simulated years of the program in one process: `python -m tests.soak`."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from tests.soak.comparison import FIGURES, compare, keep_young
from tests.soak.costs import Compared
from tests.soak.life import Living
from tests.soak.plan import DAY, Plan, short, ten_years
from tests.soak.settings import running

LIVED = "lived"
IN_MEMORY = Path("/dev/shm")


def main() -> int:
    """Live, print a line a month and a table, and give 1 where a promise does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--short", action="store_true", help="some weeks with each event")
    parser.add_argument("--last", type=date.fromisoformat, help="end after this day")
    parser.add_argument("--folder", type=Path, help="keep the database and the figures here")
    parser.add_argument(
        "--compare", action="store_true", help="only compare what an earlier run kept in --folder"
    )
    chosen = parser.parse_args()
    if chosen.compare and chosen.folder is None:
        parser.error("--compare wants the --folder of an earlier run")
    plan = short() if chosen.short else ten_years()
    if chosen.last is not None:
        plan = replace(plan, last=min(chosen.last, plan.last))
    place = IN_MEMORY if IN_MEMORY.is_dir() else None
    made = tempfile.TemporaryDirectory(dir=place)
    with nullcontext(chosen.folder) if chosen.folder else made as folder:
        return (compare_again if chosen.compare else soak)(plan, Path(folder))


def soak(plan: Plan, folder: Path) -> int:
    """Live through a plan in a folder, and judge what came of it."""
    with running(folder / LIVED, folder / FIGURES, plan.first) as (app, around, stages):
        living = Living(app, around, plan, stages)
        signal.signal(signal.SIGTERM, lambda *_: setattr(living, "ends_soon", True))
        life = living.run(_say, partial(keep_young, plan, app, folder))
        # Only what the program needs is loaded while its memory is measured.
        from tests.soak.report import report

        holds = report(plan, life, app, around.arrived(), _say)
        is_whole = plan.young < life.last == plan.last
        compared = compare(plan, app, around, stages, folder) if is_whole else None
        return _judged(compared, holds=holds)


def compare_again(plan: Plan, folder: Path) -> int:
    """Compare the databases that a soak has kept, the aged one in a program that starts anew."""
    with running(folder / LIVED, folder / FIGURES, plan.last + DAY) as (app, around, stages):
        return _judged(compare(plan, app, around, stages, folder), holds=True)


def _judged(compared: Compared | None, *, holds: bool) -> int:
    from tests.soak.findings import growth
    from tests.soak.report import say_all, say_compared

    if compared is not None:
        say_compared(compared, _say)
    return 0 if say_all(growth(compared), _say) and holds else 1


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
