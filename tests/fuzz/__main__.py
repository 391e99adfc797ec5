"""Fuzz every source and print what was let in: `python -m tests.fuzz --count 20000 --seed 1`."""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.fuzz.fuzzing import Report, fuzz, names
from tests.fuzz.known import NAMED_ABOVE_PCT, why


def main() -> int:
    """Print a line a source and kind; 1 where a kind let in has no reason, or a parser crashed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="mutations of each source")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--source", action="append", choices=names())
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    asked = parser.parse_args()
    chosen = asked.source or names()
    unexplained: list[str] = []
    with ProcessPoolExecutor(asked.processes) as pool:
        run = partial(fuzz, count=asked.count, seed=asked.seed)
        for report in pool.map(run, chosen):
            unexplained += said(report)
    for line in unexplained:
        print(f"NOT EXPLAINED {line}")  # noqa: T201
    return 1 if unexplained else 0


def said(report: Report) -> list[str]:
    """Print one source's table; what has no reason to be let in, and what crashed."""
    made = sum(one.made for one in report.kinds.values())
    harmful = sum(one.harmful for one in report.kinds.values())
    let_in = sum(one.let_in for one in report.kinds.values())
    print(f"{report.name}: {made:,} mutations, {harmful:,} that matter, {let_in:,} let in")  # noqa: T201
    found = [f"{report.name}: {error} ({count}x)" for error, count in report.errors.items()]
    for kind, one in sorted(report.kinds.items()):
        if not one.let_in:
            continue
        share = 100.0 * one.let_in / one.harmful
        reason = why(report.name, kind)
        print(f"  {share:5.1f} % of {one.harmful:5,} {kind}: {reason or one.example}")  # noqa: T201
        if share > NAMED_ABOVE_PCT and not reason:
            found.append(f"{report.name}: {kind} let in {share:.1f} %: {one.example}")
    sys.stdout.flush()
    return found


if __name__ == "__main__":
    sys.exit(main())
