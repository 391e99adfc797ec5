"""Freed memory is given back, so that a program that runs for years stays small.

glibc keeps what is freed for later: in an arena of each thread, and large arrays too once some of
their size have been freed. From the first simulated year to the seventh 235 MB became 256, though
nothing leaked.
"""

from __future__ import annotations

import ctypes
import gc
import platform
from functools import cache
from typing import Final

# Of <malloc.h>.
M_MMAP_THRESHOLD: Final = -3
M_ARENA_MAX: Final = -8
# glibc's own threshold, which it raises to 32 MB as larger blocks are freed.
MAPPED_FROM_BYTES: Final = 128 * 1024
# The loop's thread and one more allocate at the same time, hardly ever a third.
ARENAS: Final = 2


def limit_heap() -> None:
    """Let what is large go back to the system when it is freed, and all threads share two arenas.
    For the whole process; does nothing where the C library is not glibc."""
    library = _glibc()
    if library is not None:
        library.mallopt(M_MMAP_THRESHOLD, MAPPED_FROM_BYTES)
        library.mallopt(M_ARENA_MAX, ARENAS)


def return_freed_memory() -> None:
    """Look for garbage, and give back the pages in which nothing is left, where the C library is
    glibc; takes a tenth of a second."""
    gc.collect()
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


@cache
def _glibc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if platform.libc_ver()[0] == "glibc" else None
