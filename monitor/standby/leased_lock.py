"""The right to act on a database of which other hosts have copies."""

from __future__ import annotations

from pathlib import Path

from monitor.standby.lease import Lease
from state.leader_lock import LeaderLock


class LeasedLock(LeaderLock):
    """Held by one process of one host: it has the lock on this host's file, and the lease."""

    def __init__(self, database: Path, lease: Lease):
        super().__init__(database)
        self._lease = lease

    def take(self) -> bool:
        """Whether this process is the one that acts; the lease is not taken by asking."""
        return super().take() and self._lease.is_valid

    @property
    def is_alone_here(self) -> bool:
        """Whether it is the only process of this host; it is from now on, where it can be."""
        return super().take()

    @property
    def is_held(self) -> bool:
        """Whether this process may act now."""
        return super().is_held and self._lease.is_valid

    def confirm(self) -> bool:
        """Whether the shared store says so too."""
        return super().is_held and self._lease.confirm()
