"""How many of the changes made to `rules/` on purpose the tests notice: `make mutants`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LEAST_KILLED_PCT = 90.0
STATS = Path("mutants/mutmut-cicd-stats.json")


def main() -> int:
    """Run them all, print the share killed, and fail below the least share."""
    mutmut = Path(sys.executable).with_name("mutmut")
    subprocess.run([mutmut, "run"], check=True)
    subprocess.run([mutmut, "export-cicd-stats"], check=True)
    counts = json.loads(STATS.read_text(encoding="utf-8"))
    killed = counts["killed"] + counts["timeout"]
    share = 100.0 * killed / counts["total"]
    print(  # noqa: T201
        f"mutants of rules/: {killed:,} of {counts['total']:,} killed, {share:.1f} % "
        f"(survived {counts['survived']}, without a test {counts['no_tests']}; at least "
        f"{LEAST_KILLED_PCT:.0f} % wanted)"
    )
    return 0 if share >= LEAST_KILLED_PCT else 1


if __name__ == "__main__":
    sys.exit(main())
