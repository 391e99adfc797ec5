"""What a person has answered survives whatever happens right after.

`python -m tests.crash.answers --count 1000` makes so many acknowledgements and as many silences,
each by the real command in a process of its own that is killed with SIGKILL 1 ms after the command
returned, and looks whether each is there. `--power-cut` also drops what was not yet on the disk.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from tests.crash.program import ALERT
from tests.crash.world import World


def count_kept(folder: Path, count: int, *, power_cut: bool) -> dict[str, int]:
    """Of so many acknowledgements and silences, how many are there after their kills."""
    kept = {"acknowledgements": 0, "silences": 0}
    with World(folder / "world", power_cut=power_cut) as world:
        for step in ("tick 09:00", "tick 10:00"):
            world.run(step)
        for number in track(range(count), "answering", transient=True):
            name, why = f"Ann {number}", f"reason {number}"
            returned = world.killed_after("ack", ALERT, "--by", name, "--force")
            found = "SELECT 1 FROM transitions WHERE json_extract(after, '$.acknowledged_by') = ?"
            kept["acknowledgements"] += returned and _is_there(world.state, found, name)
            rule = ("foreign_share", "--for", f"{number + 1}m")
            returned = world.killed_after("silence", *rule, "--why", why, "--by", name)
            found = "SELECT 1 FROM silences WHERE why = ?"
            kept["silences"] += returned and _is_there(world.state, found, why)
    return kept


def _is_there(state: Path, query: str, value: str) -> bool:
    connection = sqlite3.connect(state / "havenwatch.db")
    found = connection.execute(query, (value,)).fetchone()
    connection.close()
    return found is not None


def main(words: Sequence[str] | None = None) -> int:
    """Run it, say what was kept, and fail if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--power-cut", action="store_true")
    arguments = parser.parse_args(words)
    folder = Path(tempfile.mkdtemp())
    try:
        kept = count_kept(folder, arguments.count, power_cut=arguments.power_cut)
    finally:
        shutil.rmtree(folder)
    kind = "power cuts" if arguments.power_cut else "kills"
    for what, number in kept.items():
        line = f"{what} kept: {number:,} of {arguments.count:,} {kind} 1 ms after the command"
        Console(highlight=False).print(line, soft_wrap=True)
    return 0 if set(kept.values()) == {arguments.count} else 1


if __name__ == "__main__":
    sys.exit(main())
