"""How far the replica is behind, and whether it can be restored: asked again and again while this
host leads."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from monitor.clock import Clock
from monitor.standby.replica import Replica
from monitor.standby.replica_proof import prove_replica
from monitor.standby.stores import ReplicaFailed
from state.backup_proof import NotRestored
from state.instants import from_text, to_text
from state.standby_state import StandbyState

log = logging.getLogger("havenwatch.standby")

ASKED_EVERY_S: Final = 5.0
PROVEN_EVERY: Final = timedelta(hours=24)
TRIED_AGAIN: Final = timedelta(hours=1)

# Changes the state that is shown.
Note = Callable[[Callable[[StandbyState], StandbyState]], StandbyState]


class ReplicaWatch:
    """Asks in a thread of its own, from `start` to `stop`."""

    def __init__(self, replica: Replica, token: int, clock: Clock, note: Note):
        self._replica, self._token, self._clock, self._note = replica, token, clock, note
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="replica", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what it just asks is left behind."""
        self._ends.set()

    def step(self) -> None:
        """Ask once, and prove the replica where that is due."""
        state = self._ask()
        if not state.replica_problem and self._is_proof_due(state, self._clock.now()):
            self._prove()

    def _ask(self) -> StandbyState:
        began = to_text(self._clock.now())
        try:
            self._replica.sync()
        except ReplicaFailed as error:
            said = str(error)
            state = self._note(lambda it: it._replace(replica_problem=said))
        else:
            state = self._note(lambda it: it._replace(replicated_at=began, replica_problem=""))
        return state

    def _is_proof_due(self, state: StandbyState, at: datetime) -> bool:
        if state.disproof:
            return at >= from_text(state.disproven_at) + TRIED_AGAIN
        return not state.proven_at or at >= from_text(state.proven_at) + PROVEN_EVERY

    def _prove(self) -> None:
        at = to_text(self._clock.now())
        try:
            prove_replica(self._replica, self._token)
            self._replica.remove_old(self._token)
        except NotRestored as error:
            said = str(error)
            log.error("the replica failed its restore test: %s", said)
            self._note(lambda it: it._replace(disproof=said, disproven_at=at))
        except ReplicaFailed as error:
            log.warning("the replica was not tested: %s; it is tried again", error)
        else:
            log.info("the replica was restored and compared")
            self._note(lambda it: it._replace(proven_at=at, disproof="", unproven_since=""))

    def _watch(self) -> None:
        while not self._ends.is_set():
            try:
                self.step()
            except Exception:
                log.exception("the replica cannot be watched; it is tried again")
            self._ends.wait(ASKED_EVERY_S)
