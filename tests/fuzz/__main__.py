"""Fuzz every reader of what comes from outside: `python -m tests.fuzz --minutes 10`.

`--target PART` takes those with a part in their names; with `--input FILE` one target is given one
file.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from pathlib import Path
from typing import Final

PLACE: Final = Path(__file__).resolve().parents[2] / "build" / "fuzz"
PACKAGES: Final = ("monitor", "rules", "alerts", "state")


def main() -> int:
    """Print a line a target; 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of a processor, over all")
    parser.add_argument("--target", action="append", metavar="PART")
    parser.add_argument("--seed", type=int, default=random.randrange(1, 1 << 31))
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--input", type=Path, metavar="FILE")
    parser.add_argument("--into", type=Path, default=PLACE, help="corpus, failures and logs")
    asked = parser.parse_args()
    if asked.input is None:
        _load_instrumented()
    # Not before: what is loaded already cannot be instrumented.
    from tests.fuzz.bounds import failure
    from tests.fuzz.campaign import Campaign, summary
    from tests.fuzz.target import targets

    parts = asked.target or [""]
    chosen = [one for name, one in targets().items() if any(part in name for part in parts)]
    if not chosen:
        parser.error(f"no target has {' or '.join(parts)} in its name")
    if asked.input is not None:
        wrong = failure(chosen[0], asked.input.read_bytes())
        print("nothing went wrong" if wrong is None else wrong.said)  # noqa: T201
        return 0 if wrong is None else 1
    run = Campaign(asked.into, asked.minutes * 60, asked.seed, asked.processes)
    found = run.over(chosen)
    for line in summary(found, asked.seed):
        print(line)  # noqa: T201
    return 1 if any(one.failures for one in found) else 0


def _load_instrumented() -> None:
    """Load the targets, and with them the program, so that its branches are counted. Exits where
    the library that does it is not installed."""
    try:
        import atheris
    except ImportError:
        sys.exit("expected atheris, which guides the fuzzing; run: make fuzz")
    own = os.dup(2)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)  # it names each module
        try:
            with atheris.instrument_imports(include=PACKAGES, enable_loader_override=False):
                from tests.fuzz.target import targets

                targets()
        finally:
            os.dup2(own, 2)


if __name__ == "__main__":
    sys.exit(main())
