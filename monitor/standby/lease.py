"""Who of several hosts acts: a lease that is written by condition to a store they share.

No host's time of day is trusted, nor that two clocks agree. The holder counts its validity from
before its renewal began; another takes over only after it saw the same document for a whole lease
by its own clock. Clocks may run faster or slower than each other by a tenth.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Final, Protocol

# The part of a lease that its holder does not use: clocks do not run equally fast.
MARGIN: Final = 0.2
# A lease is renewed so many times before it would end, and looked at twice as often.
RENEWALS: Final = 3

# Seconds of a clock that never goes back and also counts while the machine sleeps.
SteadyClock = Callable[[], float]


class StoreUnreachable(Exception):
    """The store gave no answer, so that nobody can say whether what was asked was done."""


@dataclass(frozen=True)
class LeaseDocument:
    """What the store holds. `instance` is a process of the host; `token` grows with each takeover,
    `renewal` with each write of a process. `replicated_at`: all that was written before it is in
    the replica, as the holder's clock has it; for people alone."""

    host_id: str
    instance: str
    token: int
    renewal: int = 0
    is_released: bool = False
    replicated_at: str = ""

    def as_bytes(self) -> bytes:
        """The document as JSON."""
        return json.dumps(asdict(self)).encode()


def document_of(content: bytes) -> LeaseDocument:
    """The document that was written so. Raises ValueError for anything else."""
    try:
        return LeaseDocument(**json.loads(content))
    except TypeError:
        raise ValueError("expected a lease of havenwatch, got another document") from None


class LeaseStore(Protocol):
    """Where the one document is. Both raise StoreUnreachable."""

    def read(self) -> tuple[bytes, str] | None:
        """The document and its version, or None where there is none."""
        ...

    def write(self, content: bytes, version: str | None) -> str | None:
        """Put a document in the place of that version, or the first one where it is None. Its own
        version, or None where another was there."""
        ...


class Lease:
    """The lease as one process sees it. `step` is for one thread; all else for any."""

    def __init__(
        self,
        store: LeaseStore,
        host_id: str,
        instance: str,
        clock: SteadyClock,
        lease_s: float,
        last_token: int = 0,
    ):
        """`last_token`: one that this host knows of; a later one is taken, also of a new store."""
        self._store, self._clock, self._lease_s = store, clock, lease_s
        self.host_id, self._instance = host_id, instance
        self._last_token = last_token
        self._lock = threading.Lock()
        self._held: LeaseDocument | None = None
        self._version: str | None = None
        self._valid_until = float("-inf")
        self._seen: tuple[LeaseDocument | None, str | None] = (None, None)
        self._seen_since = float("-inf")
        # Each write is another: one whose answer was lost is not taken for a later one.
        self._writes = 0
        # Whose lease it was when this process took it; None where it was nobody's.
        self.taken_from: LeaseDocument | None = None

    @property
    def is_valid(self) -> bool:
        """Whether this process may act now, whatever the others do."""
        return self.ends_for_others is not None

    @property
    def ends_for_others(self) -> float | None:
        """By this process's clock, an instant after the end of its validity at which no other can
        have taken the lease yet; None where this process may not act now."""
        with self._lock:
            is_valid = self._clock() < self._valid_until
            return self._valid_until + self._lease_s * MARGIN / 2 if is_valid else None

    @property
    def token(self) -> int:
        """The token of the lease that this process holds, or held last; 0 where it never did."""
        return 0 if self._held is None else self._held.token

    @property
    def seen(self) -> LeaseDocument | None:
        """The document as it was seen last."""
        return self._seen[0]

    @property
    def unchanged_s(self) -> float:
        """For how long the document has been the same, as far as it was seen."""
        return self._clock() - self._seen_since

    @property
    def wait_s(self) -> float:
        """How long to wait until the next step, in no case longer than the lease is valid."""
        with self._lock:
            left = self._valid_until - self._clock()
        each = self._lease_s / RENEWALS
        return min(each, left) if left > 0 else each / 2

    def step(self, replicated_at: str = "", *, takes: bool = True) -> bool:
        """Renew the lease, or take it where nobody has it, unless it `takes` none; whether it is
        valid then. Raises StoreUnreachable, and ValueError where something else is in its place."""
        if not self._is_in_hand() or not self._renew(replicated_at):
            self._look()
            if takes:
                self._take(replicated_at)
        return self.is_valid

    def confirm(self) -> bool:
        """Whether the store still has this process's token; where it cannot be asked, whether the
        lease is valid at least. Asked before anything is claimed."""
        if not self.is_valid:
            return False
        try:
            document, _ = self._read()
        except (StoreUnreachable, ValueError):
            return self.is_valid
        if not self._is_mine(document):
            self._lose()
        return self.is_valid

    def release(self) -> None:
        """Let another take over at once. Raises StoreUnreachable."""
        held, version = self._held, self._version
        self._lose()
        if held is not None and version is not None:
            self._store.write(replace(held, is_released=True).as_bytes(), version)

    def _renew(self, replicated_at: str) -> bool:
        """Whether it is this process's still."""
        assert self._held is not None
        return self._written(self._next(self._held.token, replicated_at), self._version)

    def _take(self, replicated_at: str) -> None:
        """Take the lease where it is free, has been released or was not renewed for its length."""
        document, version = self._seen
        goes_on = self._is_mine(document)
        free = document is None or document.is_released or self.unchanged_s >= self._lease_s
        if not free and not goes_on:
            return
        # One that lapsed and that nobody took goes on with its token.
        seen = 0 if document is None else document.token
        token = seen if goes_on else max(self._last_token, seen) + 1
        if self._written(self._next(token, replicated_at), version) and not goes_on:
            self.taken_from = document

    def _next(self, token: int, replicated_at: str) -> LeaseDocument:
        self._writes += 1
        return LeaseDocument(
            self.host_id, self._instance, token, self._writes, replicated_at=replicated_at
        )

    def _written(self, document: LeaseDocument, version: str | None) -> bool:
        """Whether the document was put in the place of that version; the lease is valid then."""
        began = self._clock()
        content = document.as_bytes()
        now = self._store.write(content, version)
        if now is None:
            # Another is there, or this very one, where the answer to its writing was lost.
            found = self._store.read()
            if found is None or found[0] != content:
                self._lose()
                return False
            now = found[1]
        with self._lock:
            self._held, self._version = document, now
            self._valid_until = began + self._lease_s * (1 - MARGIN)
        self._see(document, now)
        return True

    def _look(self) -> None:
        document, version = self._read()
        self._see(document, version)

    def _see(self, document: LeaseDocument | None, version: str | None) -> None:
        # By the clock after the answer: the document was there by then.
        if (document, version) != self._seen:
            self._seen, self._seen_since = (document, version), self._clock()

    def _read(self) -> tuple[LeaseDocument | None, str | None]:
        found = self._store.read()
        return (None, None) if found is None else (document_of(found[0]), found[1])

    def _is_in_hand(self) -> bool:
        return self._held is not None and self._version is not None

    def _is_mine(self, document: LeaseDocument | None) -> bool:
        """Whether it is what this process wrote, or a later one of its own."""
        held = self._held
        return (
            document is not None
            and held is not None
            and not document.is_released
            and (document.instance, document.token) == (self._instance, held.token)
        )

    def _lose(self) -> None:
        with self._lock:
            self._valid_until, self._version = float("-inf"), None
