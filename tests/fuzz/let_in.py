"""Fuzz every source and print what was let in: `python -m tests.fuzz.let_in --count 20000`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.fuzz.fuzzing import Report, fuzz
from tests.fuzz.known import NAMED_ABOVE_PCT, stale, why
from tests.fuzz.prepared import names, prepared

# So many mutations of a source at a time: all sources are equally far wherever it is stopped.
CHUNK = 500
# From so many of each source on, a reason that explains nothing is an error.
FULL = 20_000


def main() -> int:
    """Print a line a source and kind; 1 where a kind let in has no reason, a reason has no kind
    left, or a parser crashed. Stopped by Control-C, it prints what was made until then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="mutations of each source")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--source", action="append", choices=names())
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    asked = parser.parse_args()
    reports = {name: Report(name, prepared(name).is_real) for name in asked.source or names()}
    run = partial(_chunk, count=asked.count, seed=asked.seed)
    chunks = [(name, first) for first in range(0, asked.count, CHUNK) for name in reports]
    # A run in the background may have been started with the signal ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with ProcessPoolExecutor(asked.processes, initializer=_left_to_parent) as pool:
        try:
            for done, report in enumerate(pool.map(run, chunks), start=1):
                reports[report.name].add(report)
                print(f"{done} of {len(chunks)} chunks", end="\r", file=sys.stderr, flush=True)  # noqa: T201
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
    unexplained = [line for report in reports.values() for line in _said(report, asked.count)]
    for line in unexplained:
        print(f"NOT EXPLAINED {line}")  # noqa: T201
    return 1 if unexplained else 0


def _left_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _chunk(chunk: tuple[str, int], count: int, seed: int) -> Report:
    name, first = chunk
    return fuzz(name, min(CHUNK, count - first), seed, first)


def _said(report: Report, count: int) -> list[str]:
    """Print one source's table; what has no reason to be let in or needs none any more, and what
    crashed."""
    tallies = report.kinds.values()
    made, unread, harmful, let_in = (
        sum(getattr(one, name) for one in tallies)
        for name in ("made", "unread", "harmful", "let_in")
    )
    whose = "the publisher's bytes" if report.is_real else "a stand-in's bytes"
    print(  # noqa: T201
        f"{report.name} ({whose}): {report.tried:,} tried of {count:,}, {made:,} changed the body, "
        f"{unread:,} refused by the parser; of those read {harmful:,} change or take away a number "
        f"that decides, {let_in:,} of them let in"
    )
    found = [f"{report.name}: {error} ({times}x)" for error, times in report.errors.items()]
    for kind, one in sorted(report.kinds.items()):
        if not one.let_in:
            continue
        reason = why(report.name, kind)
        print(  # noqa: T201
            f"  {one.share_pct:5.1f}% of {one.harmful:5,} {kind}: {reason or one.example}"
        )
        if one.share_pct > NAMED_ABOVE_PCT and not reason:
            found.append(f"{report.name}: {kind} let in {one.share_pct:.1f}%: {one.example}")
    if count >= FULL:
        found += [f"{report.name}: {kind} is not let in any more" for kind in stale(report)]
    sys.stdout.flush()
    return found


if __name__ == "__main__":
    sys.exit(main())
