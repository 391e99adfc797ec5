"""A timer of the kernel that kills this process when another host may lead and this one has not
said that it knows. A process that is stopped in the middle of sending would send the rest when it
goes on, which nothing inside it can prevent; the timer also ends one that is stopped. Linux alone.
"""

from __future__ import annotations

import ctypes
import math
import os
import signal
import threading
import time
from typing import Any, Final

from monitor.standby.lease import Lease

SET_EVERY_S: Final = 0.1

SIGEV_SIGNAL: Final = 0
TIMER_ABSTIME: Final = 1
NEVER: Final = 0.0
SIGEVENT_BYTES: Final = 64
NANOSECONDS: Final = 1_000_000_000


class _SignalEvent(ctypes.Structure):
    """`struct sigevent`, without the part that only other kinds of event have."""

    _fields_ = (
        ("value", ctypes.c_void_p),
        ("signal_number", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("rest", ctypes.c_char * (SIGEVENT_BYTES - ctypes.sizeof(ctypes.c_void_p) - 8)),
    )


class _TimeSpec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _TimerSpec(ctypes.Structure):
    _fields_ = (("interval", _TimeSpec), ("expires", _TimeSpec))


class DeadMansSwitch:
    """The timer, set to when another host may lead, from `start` to `stop`."""

    def __init__(self, lease: Lease):
        """`lease` counts by CLOCK_BOOTTIME, as the timer does."""
        self._lease = lease
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._timer = ctypes.c_void_p()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._keep_set, name="switch", daemon=True)

    def start(self) -> None:
        """Start the timer. Raises OSError where the kernel has none."""
        kills = _SignalEvent(signal_number=signal.SIGKILL, kind=SIGEV_SIGNAL)
        self._call(
            "timer_create", time.CLOCK_BOOTTIME, ctypes.byref(kills), ctypes.byref(self._timer)
        )
        # Before anything else is done: this process may be stopped at once.
        self._set()
        self._thread.start()

    def stop(self) -> None:
        """End it: this process does not act any more."""
        self._ends.set()
        self._thread.join()
        self._call("timer_delete", self._timer)

    def _keep_set(self) -> None:
        while not self._ends.wait(SET_EVERY_S):
            self._set()

    def _set(self) -> None:
        """Let it expire when another may lead; not at all where this process knows that it may not
        act."""
        part, whole = math.modf(self._lease.ends_for_others or NEVER)
        expires = _TimerSpec(expires=_TimeSpec(int(whole), int(part * NANOSECONDS)))
        self._call("timer_settime", self._timer, TIMER_ABSTIME, ctypes.byref(expires), None)

    def _call(self, name: str, *words: Any) -> None:
        if getattr(self._libc, name)(*words):
            error = ctypes.get_errno()
            raise OSError(error, f"{name}: {os.strerror(error)}")
