"""What the program costs as it ages: processor time by year, and what it holds by month."""

from __future__ import annotations

import gc
import json
import os
import re
import statistics
import subprocess
import sys
import time
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

PROGRAM: Final = str(Path(sys.executable).with_name("havenwatch"))
# By the first word of the step that the program reaches.
STAGES: Final = {
    "fetched": "ask and read",
    "polled": "check and store",
    "judged": "judge",
    "decided": "judge",
    "composed": "digest",
    "claim": "send",
    "send": "send",
    "settle": "send",
    "heartbeat": "send",
}
REFERENCE: Final = {str(number): [number, {"value": number / 7}] for number in range(4000)}

# In arrays: a number that is an object of its own would hold a page of the program's heap.
ByKind = defaultdict[str, "array[float]"]


class Stages:
    """Where the processor time of a tick goes, by the step that it reached next."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = 0.0

    def begin(self) -> None:
        """A tick begins."""
        self.seconds, self._last = {}, time.process_time()

    def reach(self, step: str) -> None:
        """Called by the program at each of its steps."""
        now = time.process_time()
        name = STAGES.get(step.partition(" ")[0], "other")
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self._last
        self._last = now


def _numbers_by_kind() -> ByKind:
    return defaultdict(lambda: array("d"))


@dataclass
class Costs:
    """Seconds of processor time by year of the soak and by kind: ticks, `check`, stages of a tick
    with news, and work that is always the same, which shows how the machine's own pace changes."""

    years: dict[int, ByKind] = field(default_factory=lambda: defaultdict(_numbers_by_kind))

    def note(self, year: int, kind: str, seconds: float) -> None:
        """One more measurement."""
        self.years[year][kind].append(seconds)

    def median_ms(self, year: int, kind: str) -> float | None:
        """The median of a year, None where nothing was measured."""
        found = self.years[year][kind] if year in self.years else ()
        return statistics.median(found) * 1e3 if found else None


@dataclass(frozen=True)
class Compared:
    """Seconds of processor time by kind, of the program over a database of its first year and over
    the one at the end, measured in turn: a machine's pace changes from one hour to another."""

    young: Mapping[str, Sequence[float]]
    aged: Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Size:
    """What the program's process holds and what its database has, in megabytes."""

    day: date
    resident_mb: float
    anonymous_mb: float
    objects: int
    database_mb: float


def size_of(day: date, database: Path) -> Size:
    """The sizes at the end of a day, once garbage has been looked for. `resident` is all of the
    process that is in memory, `anonymous` that without the pages of files."""
    files = (database, database.with_name(f"{database.name}-wal"))
    status = Path("/proc/self/status").read_text(encoding="ascii")
    stored = sum(one.stat().st_size for one in files if one.exists())
    resident, anonymous = (_megabytes(status, name) for name in ("VmRSS", "RssAnon"))
    return Size(day, resident, anonymous, len(gc.get_objects()), stored / 1e6)


def _megabytes(status: str, name: str) -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", status)
    assert found is not None, name
    return int(found[1]) / 1024


def reference_seconds() -> float:
    """Processor time of work that is the same each time."""
    before = time.process_time()
    json.loads(json.dumps(REFERENCE))
    return time.process_time() - before


def check_seconds(database: Path) -> float:
    """Processor time of one `havenwatch check` as a process. The machine's own clock is not that of
    the soak, so it finds that no tick has come for long; it looks at everything all the same."""
    process = subprocess.Popen(
        [PROGRAM, "--db", str(database), "check"], cwd=database.parent, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime
