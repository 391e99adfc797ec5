"""Being told to stop: a signal is only noted where it strikes, and one thread sees to the end."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

# A supervisor kills after 10 s (containers) or 90 s (systemd); what is stored survives any end.
GRACE_S: Final = 3.0
SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class Stopped(BaseException):
    """The program was told to stop, and ends at this step. No Exception: who survives the errors
    of others must not survive this."""


class Stop:
    """Whether the program was told to stop; `end` is how it ends where it does not by itself."""

    def __init__(
        self,
        end: Callable[[int], object] = os._exit,
        grace_s: float = GRACE_S,
        *,
        takes_reloads: bool = False,
    ):
        """`takes_reloads`: SIGHUP asks for another configuration, and does not end the process as
        it does by default; where the terminal it began on is gone, it stops."""
        self._end = end
        self._grace_s = grace_s
        self._signals = (*SIGNALS, signal.SIGHUP) if takes_reloads else SIGNALS
        self._told = threading.Event()
        self._reload = threading.Event()
        self._pause = threading.Event()
        self._wanted = threading.Event()
        self._ended = threading.Event()
        self._listens = False
        self.number = 0

    @property
    def is_told(self) -> bool:
        """Whether it was told."""
        return self._told.is_set()

    def wait(self) -> None:
        """Return when it was told, when it has to pause, or when a reload is asked for."""
        self._wanted.wait()

    def wait_within(self, seconds: float) -> bool:
        """Whether it was told before so many seconds had passed."""
        return self._told.wait(seconds)

    def take_reload(self) -> bool:
        """Whether a reload was asked for since the last time."""
        asked = self._reload.is_set()
        self._reload.clear()
        if not self.is_told:
            self._wanted.clear()
        return asked

    def refuse(self) -> None:
        """Raise Stopped where it was told, or has to pause: called before each step that can wait
        for the next start."""
        if self.is_told or self.has_to_pause:
            raise Stopped

    @property
    def has_to_pause(self) -> bool:
        """Whether another host acts now: this one ends what it does, and waits."""
        return self._pause.is_set()

    def pause(self) -> None:
        """End what is done, without ending the process."""
        self._pause.set()
        self._wanted.set()

    def go_on(self) -> None:
        """Act again after a pause."""
        self._pause.clear()
        if not self.is_told and not self._reload.is_set():
            self._wanted.clear()

    def tell(self, number: int = 0) -> None:
        """Stop, because of a signal of that number, or of the program's own accord."""
        self.number = self.number or number
        self._told.set()
        self._wanted.set()

    def ask_reload(self) -> None:
        """Ask for another configuration, between ticks."""
        self._reload.set()
        self._wanted.set()

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Inside it SIGTERM and SIGINT tell to stop, and end the process with 0 after the grace,
        whatever hangs. For the main thread; inside another such block it adds nothing.

        The interpreter's own handler writes the signal's number to a pipe at once, also while the
        main thread is inside a library or holds a lock, and a thread reads it there.
        """
        if self._listens:
            yield
            return
        self._listens = True
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        before = {number: signal.signal(number, _noted_by_the_pipe) for number in self._signals}
        piped_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        watch = threading.Thread(target=self._watch, args=(reading,), name="stop", daemon=True)
        watch.start()
        try:
            yield
        finally:
            self._ended.set()
            signal.set_wakeup_fd(piped_before)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(writing)
            watch.join()
            os.close(reading)
            self._listens = False

    def finish(self) -> None:
        """End the process with 0 now that all is closed. The interpreter's own end would join or
        abort threads that wait for others or still import."""
        import logging

        logging.shutdown()
        sys.stdout.flush()
        self._end(0)

    def _watch(self, reading: int) -> None:
        """Nothing here can wait for anybody, not even for the lock of a log."""
        while told := os.read(reading, 1):
            if told[0] == signal.SIGHUP and not _terminal_is_gone():
                self.ask_reload()
                continue
            self.tell(told[0])
            if not self._ended.wait(self._grace_s):
                self._end(0)
            return


def _terminal_is_gone() -> bool:
    """Whether the terminal that the process has its input from has hung up."""
    try:
        return os.isatty(0) and os.tcgetpgrp(0) < 0
    except OSError:
        return True


def _noted_by_the_pipe(*_: object) -> None:
    """Without a handler the signal would kill; what is to be done is done by the thread."""
