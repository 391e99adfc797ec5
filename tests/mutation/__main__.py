"""Makes small changes (mutants) to the code of the rules, one at a time, and runs the tests that
reach the changed line: a change that no test fails on has survived.

Of a random sample, taken from every file by its size, it prints what survived and where the share
killed of all mutants lies. It fails when the lower end of that interval is below 90%.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.runner import Outcome, Result, Runner
from tests.mutation.sample import LEAST_KILLED_PCT, Share, stratified

PROGRESS_EVERY = 100


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", default="1000", help="how many mutants to try, or all")
    parser.add_argument("--seed", type=int, help="repeats a sample; at random if left out")
    parser.add_argument("--only", type=Path, default=Path("rules"), help="a folder or a file")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    if asked.seed is None:
        asked.seed = random.SystemRandom().randrange(1_000_000)
    return asked


def main() -> int:
    """Try a sample; 0 where enough is killed, 1 where not, 2 where nothing could be tried."""
    asked = arguments()
    paths = [asked.only] if asked.only.is_file() else sorted(asked.only.rglob("*.py"))
    of_file = {path.as_posix(): list(mutants_of(path)) for path in paths}
    total = sum(map(len, of_file.values()))
    size = total if asked.sample == "all" else min(int(asked.sample), total)
    chosen = stratified(of_file, size, random.Random(asked.seed))
    say(f"{len(chosen):,} of {total:,} mutants of {asked.only}, SEED={asked.seed}")
    outcomes = outcomes_of(chosen, asked.workers)
    errors = [str(one.mutant) for one in outcomes if one.result is Result.ERROR]
    if errors or len(outcomes) < len(chosen):
        say(f"not all could be tried: {', '.join(errors) or 'see above'}")
        return 2
    share = Share(killed_of(outcomes), len(outcomes), total)
    unreached = sum(one.reached_by == 0 for one in outcomes)
    say(f"{share}; at least {LEAST_KILLED_PCT:.0f}% wanted, by the lower end")
    say(f"no test reaches {unreached} of those that survived; {cpu_s() / 60:.1f} CPU minutes")
    say(f"again: make mutants ONLY={asked.only} SAMPLE={asked.sample} SEED={asked.seed}")
    return 0 if share.is_enough else 1


def outcomes_of(mutants: list[Mutant], workers: int) -> list[Outcome]:
    """What came of each, printed where it survived."""
    outcomes: list[Outcome] = []

    def note(outcome: Outcome) -> None:
        outcomes.append(outcome)
        if outcome.result is not Result.KILLED:
            what = f"{outcome.result.name.lower()} {outcome.reached_by} tests"
            say(f"{what}: {outcome.mutant}\n{outcome.mutant.diff()}")
        if len(outcomes) % PROGRESS_EVERY == 0:
            say(f"{len(outcomes):,} of {len(mutants):,} tried, {killed_of(outcomes):,} killed")

    settings = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
    plain = ["-qq", "-n0", "--capture=no", "--no-summary", "-p", "no:cacheprovider"]
    tests = settings["pytest_add_cli_args_test_selection"]
    pytest.main(
        [*settings["pytest_add_cli_args"], *plain, *tests],
        plugins=[Runner(mutants, workers, note)],
    )
    return outcomes


def killed_of(outcomes: Sequence[Outcome]) -> int:
    """How many were killed."""
    return sum(one.result is Result.KILLED for one in outcomes)


def cpu_s() -> float:
    """The seconds of processor time of this process and those it started."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def say(line: str) -> None:
    """Print at once, for whoever follows a file."""
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
