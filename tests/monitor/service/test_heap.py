"""Freed memory goes back to the system, in a process of its own: what is set is set for good."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="the heap of another C library is its own matter"
)
# Arrays that are freed while something newer lies above them, as after a judgement: the megabytes
# of the process that stay, before and after they are asked back.
FREED = """
import re
from pathlib import Path
from monitor.service.heap import limit_heap, return_freed_memory

def resident_mb():
    return int(re.search(r"RssAnon:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

if {limited}:
    limit_heap()
before = resident_mb()
for _ in range(2):  # from the first time on glibc takes blocks of this size from its heap
    arrays = [bytearray(1 << 20) for _ in range(60)]
    above = [bytearray(1000) for _ in range(1000)]
    del arrays
freed = resident_mb() - before
return_freed_memory()
print(freed, resident_mb() - before)
"""

GARBAGE = """
import gc, weakref
from monitor.service.heap import return_freed_memory

gc.disable()
class Sheet:
    pass
sheet = Sheet()
sheet.itself = sheet
seen = weakref.ref(sheet)
del sheet
return_freed_memory()
print("freed" if seen() is None else "stays")
"""


def stays_mb(*, limited: bool) -> tuple[float, float]:
    command = [sys.executable, "-c", FREED.format(limited=limited)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    freed, returned = map(float, done.stdout.split())
    return freed, returned


def test_what_is_large_goes_back_when_it_is_freed() -> None:
    assert stays_mb(limited=False)[0] > 40
    assert stays_mb(limited=True)[0] < 10


def test_garbage_goes_back_too() -> None:
    looked = subprocess.run([sys.executable, "-c", GARBAGE], capture_output=True, check=True)
    assert looked.stdout == b"freed\n"


def test_what_the_heap_has_kept_goes_back_when_it_is_asked_for() -> None:
    freed, returned = stays_mb(limited=False)
    assert freed > 40
    assert returned < 10
