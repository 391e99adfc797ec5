"""Litestream as a child of this process: started, watched, started again, and ended with it."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Final

from monitor.retry import Retry
from monitor.standby.replica import CONFIG, Replica
from monitor.standby.stores import ReplicaFailed

log = logging.getLogger("havenwatch.litestream")

WRAPPER: Final = Path(__file__).with_name("ends_with_parent.py")
# It sends what is written when it is told to end.
END_S: Final = 2.5
LEVELS: Final = {"WARN": logging.WARNING, "ERROR": logging.ERROR}


class Replicator:
    """Writes the replica of one token, from `start` to `stop`. Where systemd runs Litestream, it
    only says so in its configuration."""

    def __init__(self, replica: Replica, token: int, retry: Retry):
        self._replica, self._token, self._retry = replica, token, retry
        self._ends = threading.Event()
        self._child: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None
        self._ended_well = False

    def start(self) -> None:
        """Begin with a whole copy of the database. Raises OSError."""
        self._replica.write_config(self._token)
        self._replica.forget_notes(self._token)
        if self._replica.settings.replicator == "external":
            return
        # The kernel ends the child with the thread that made it, so one thread does it all.
        self._thread = threading.Thread(target=self._keep, name="litestream", daemon=True)
        self._thread.start()

    def stop(self) -> bool:
        """End it; whether it has said that all is in the replica."""
        self._ends.set()
        if self._replica.settings.replicator == "external":
            return self._is_synced()
        child = self._child
        if child is not None:
            child.terminate()
        if self._thread is not None:
            self._thread.join(END_S)
            if self._thread.is_alive() and child is not None:
                child.kill()
                self._thread.join(END_S)
        return self._ended_well

    def _is_synced(self) -> bool:
        try:
            self._replica.sync(END_S)
        except ReplicaFailed:
            return False
        return True

    def _keep(self) -> None:
        """Run it until it is to end; after each end by itself wait longer."""
        failures = 0
        while not self._ends.is_set():
            code = self._run()
            if self._ends.is_set():
                self._ended_well = code == 0
                return
            failures += 1
            wait = self._retry.wait(failures)
            log.error("litestream ended with %s; it is started again in %s", code, wait)
            self._ends.wait(wait.total_seconds())

    def _run(self) -> int | str:
        try:
            self._child = subprocess.Popen(
                [sys.executable, "-S", "-E", str(WRAPPER), str(os.getpid()),
                 self._replica.program, "replicate", "-config", CONFIG],
                cwd=self._replica.folder,
                env=self._replica.child_environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
            )  # fmt: skip
        except (OSError, ReplicaFailed) as error:
            return str(error)
        if self._ends.is_set():
            self._child.terminate()
        assert self._child.stderr is not None
        with self._child.stderr as lines:
            _log_lines(lines)
        return self._child.wait()


def _log_lines(lines: IO[str]) -> None:
    """Repeat what it says in our log, which masks the secrets."""
    for line in lines:
        try:
            said = json.loads(line)
            level, text = LEVELS.get(said.pop("level"), logging.INFO), str(said.pop("msg"))
            said.pop("time", None)
        except (ValueError, KeyError, AttributeError):
            level, text, said = logging.INFO, line.strip(), {}
        more = ", ".join(f"{name} {value}" for name, value in said.items())
        log.log(level, "%s", f"{text} ({more})"[:1000] if more else text[:1000])
