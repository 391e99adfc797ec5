"""Two hundred random instants over a spring that was lived in: every surface as of each of them
against a database cut there.

Run with `make as-of`; `--seed` names other instants.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.as_of.lived import BEGAN, build_lived
from tests.as_of.test_as_of import differing
from tests.support import new_york

UNTIL: Final = "2025-06-20 20:00"


def main() -> None:
    """Print what differed; exit 1 where anything did."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--count", type=int, default=200)
    given.add_argument("--seed", type=int, default=14)
    given.add_argument("--until", default=UNTIL)
    given.add_argument("--database", type=Path, help="One that was built before.")
    asked = given.parse_args()
    dice = random.Random(asked.seed)
    span = int((new_york(asked.until) - BEGAN).total_seconds())
    moments = [BEGAN + timedelta(seconds=dice.randrange(span)) for _ in range(asked.count)]
    with TemporaryDirectory() as folder:
        database = asked.database or build_lived(Path(folder), asked.until)
        print(f"{database} to {asked.until}", flush=True)  # noqa: T201
        bad = done = 0
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            jobs = {at: pool.submit(_differing, database, at) for at in moments}
            for at, job in jobs.items():
                found = job.result()
                bad += bool(found)
                done += 1
                if done % 10 == 0:
                    print(f"{done} instants, {bad} differed", flush=True)  # noqa: T201
                for said in found:
                    print(f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {said}", flush=True)  # noqa: T201
    print(f"{asked.count} instants, {bad} with a surface that differed")  # noqa: T201
    sys.exit(bad > 0)


def _differing(database: Path, at: datetime) -> list[str]:
    with TemporaryDirectory() as folder:
        return differing(database, at, Path(folder))


if __name__ == "__main__":
    main()
