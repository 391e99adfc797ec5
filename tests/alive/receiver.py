"""A receiver of pings on loopback, after the conventions of healthchecks.io."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from tests.alerts.http_gate import Answer, Fault, HttpGate

PATH: Final = "/ping/secret-uuid"
PATIENCE_S: Final = 60.0


@dataclass(frozen=True)
class Seen:
    """One ping as it came: `kind` is what was behind the check's own path."""

    kind: str
    run_id: str
    said: str


class _Announced(list[str]):
    """What was asked; each is announced."""

    def __init__(self, changed: threading.Condition):
        super().__init__()
        self._changed = changed

    def append(self, path: str, /) -> None:
        with self._changed:
            super().append(path)
            self._changed.notify_all()


@dataclass
class PingReceiver:
    """`pings` are those that were answered with 200, in order."""

    pings: list[Seen] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def __enter__(self) -> Self:
        self.gate = HttpGate(self._take, asked=_Announced(self._changed)).__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.gate.__exit__()

    @property
    def url(self) -> str:
        """What somebody would configure."""
        return f"{self.gate.root}{PATH}"

    @property
    def last(self) -> Seen:
        """The ping that came last."""
        return self.pings[-1]

    def breaks(self, fault: Fault) -> None:
        """From now on it does this."""
        self.gate.faults.append(fault)

    def mends(self) -> None:
        """It takes pings again."""
        self.gate.faults.clear()

    def wait_until(self, what: str, holds: Callable[[], bool]) -> None:
        """Return when something holds; fail when it does not in time."""
        with self._changed:
            assert self._changed.wait_for(holds, PATIENCE_S), f"not in time: {what}; {self.pings}"

    def _take(self, path: str, headers: Any, body: bytes) -> Answer:
        split = urlsplit(path)
        with self._changed:
            kind = split.path.removeprefix(PATH)
            (run_id,) = parse_qs(split.query)["rid"]
            self.pings.append(Seen(kind, run_id, body.decode()))
            self._changed.notify_all()
        return 200, b"OK", {}
