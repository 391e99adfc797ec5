"""This host as one of several: it stands by until it has the lease, and then leads until it loses
it or stops."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from monitor.clock import Clock
from monitor.config.load import Config
from monitor.standby.comparison import compared
from monitor.standby.dead_mans_switch import DeadMansSwitch
from monitor.standby.lease import Lease, StoreUnreachable
from monitor.standby.leased_lock import LeasedLock
from monitor.standby.replica import Replica
from monitor.standby.replica_watch import ReplicaWatch
from monitor.standby.replicator import Replicator
from monitor.standby.stores import ReplicaFailed, lease_store
from monitor.standby.takeover import own_leadership, take_over
from monitor.stop import Stop
from state.database import UnfitDatabase
from state.files import InTheWay
from state.instants import to_text
from state.standby_state import StandbyState, read_standby, write_standby

log = logging.getLogger("havenwatch.standby")

# A store that does not answer is asked again so often.
UNREACHABLE_S: Final = 2.0
# After a replica that could not be restored another host may lead meanwhile.
DECLINED_S: Final = 60.0
# So long the first tick waits for the first copy of what was just restored.
FIRST_COPY_S: Final = 15.0
LOOK_S: Final = 0.2


def steady_s() -> float:
    """Seconds that also count while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Member:
    """This host. `told` is called now and then while it stands by, with what it waits for."""

    def __init__(
        self,
        config: Config,
        database: Path,
        clock: Clock,
        stop: Stop,
        environ: Mapping[str, str],
        told: Callable[[str], None] = lambda _: None,
    ):
        self.settings = config.standby
        self._clock, self._stop, self._told = clock, stop, told
        self._retry = config.monitor.retry
        self._replica = Replica(config.standby, config.secrets, environ, database)
        self._path = database
        mine = own_leadership(database)
        self.lease = Lease(
            lease_store(config.standby, config.secrets),
            config.standby.name,
            uuid.uuid4().hex,
            steady_s,
            config.standby.lease_seconds,
            0 if mine is None else mine.token,
        )
        self.lock = LeasedLock(database, self.lease)
        self._ends, self._changed = threading.Event(), threading.Event()
        self._stepping, self._noting = threading.Lock(), threading.Lock()
        self._leads = False
        self._declined_until = float("-inf")
        self._state = self._first_state()
        self._thread = threading.Thread(target=self._keep_lease, name="lease", daemon=True)

    @contextmanager
    def taking_part(self) -> Iterator[None]:
        """Inside it the lease is renewed, or waited for."""
        if not self.lock.is_alone_here:
            log.warning(
                "another havenwatch (pid %s) is active on this host; waiting", self.lock.holder()
            )
        while not self.lock.is_alone_here and not self._stop.wait_within(1.0):
            pass
        self._thread.start()
        try:
            yield
        finally:
            self._ends.set()

    def wait_until_leading(self) -> bool:
        """Return when this host leads and its database is in place; False where it is to stop."""
        said = ""
        while not self._stop.is_told:
            if self.lease.is_valid and self._is_in_place():
                self._stop.go_on()
                return True
            seen = self.lease.seen
            leader = "nobody yet" if seen is None else seen.host_id
            now = f"standing by: {leader} leads"
            if now != said:
                log.info("%s", now)
            said = now
            self._told(said)
            self._compare()
            self._stop.wait_within(LOOK_S)
        return False

    @contextmanager
    def leading(self) -> Iterator[None]:
        """Inside it the replica is written. When it ends because the program stops, another host
        may lead at once, as soon as it can have everything."""
        token = self.lease.token
        replicator = Replicator(self._replica, token, self._retry)
        replicator.start()
        self._await_first_copy()
        watch = ReplicaWatch(self._replica, token, self._clock, self._note)
        watch.start()
        switch = DeadMansSwitch(self.lease)
        switch.start()
        self._leads = True
        self._note(lambda it: it._replace(leads=True))
        log.warning("this host (%s) leads, with token %d", self.settings.name, token)
        try:
            yield
        finally:
            self._leads = False
            switch.stop()
            watch.stop()
            is_whole = replicator.stop()
            self._note(lambda it: it._replace(leads=False))
            if self._stop.is_told:
                self._hand_over(is_whole=is_whole)

    def _is_in_place(self) -> bool:
        """Whether the newest state could be put at the database's path."""
        try:
            take_over(
                self._replica,
                self.settings.name,
                self.lease.token,
                self.lease.taken_from,
                self._clock.now(),
            )
        except (ReplicaFailed, UnfitDatabase, InTheWay, sqlite3.Error, OSError) as error:
            said = f"cannot lead: {error}"
            log.error("%s; the lease is given up for %g s", said, DECLINED_S)
            self._note(lambda it: it._replace(replica_problem=said))
            self._decline()
            return False
        self._note(lambda it: it._replace(replica_problem="", lost_answers=()))
        return self.lease.is_valid

    def _decline(self) -> None:
        with self._stepping:
            self._declined_until = steady_s() + DECLINED_S
            self._release()

    def _release(self) -> None:
        try:
            self.lease.release()
        except StoreUnreachable as error:
            log.warning("the lease could not be released, and ends by itself: %s", error)

    def _hand_over(self, *, is_whole: bool) -> None:
        self._ends.set()
        if not is_whole:
            log.warning("the replica may lack the last seconds; the lease ends by itself")
            return
        with self._stepping:
            self._release()

    def _await_first_copy(self) -> None:
        """Wait shortly until the replica under the new token can be restored: what a host decides
        before that would be lost with it."""
        ends = steady_s() + FIRST_COPY_S
        while steady_s() < ends and not self._stop.is_told:
            if not self._ask_for_copy():
                return
            self._stop.wait_within(LOOK_S)
        log.error("no copy of the database is in the replica yet; this host leads all the same")

    def _ask_for_copy(self) -> str:
        """Why there is none yet; empty where there is."""
        at = to_text(self._clock.now())
        try:
            self._replica.sync(FIRST_COPY_S)
        except ReplicaFailed as error:
            return str(error)
        self._note(lambda it: it._replace(replica_problem="", replicated_at=at))
        return ""

    def _compare(self) -> None:
        """Look once under each leader for what this host's former database has of answers alone."""
        seen = self.lease.seen
        if seen is None or seen.token == self._state.compared_token or not seen.replicated_at:
            return
        if seen.host_id == self.settings.name:
            return
        found = compared(self._replica, seen.token, self._clock.now())
        self._note(lambda it: it._replace(lost_answers=found, compared_token=seen.token))

    def _keep_lease(self) -> None:
        while not self._ends.is_set():
            wait_s, problem = UNREACHABLE_S, ""
            try:
                with self._stepping:
                    if self._ends.is_set():
                        return
                    takes = steady_s() >= self._declined_until
                    self.lease.step(self._state.replicated_at if self._leads else "", takes=takes)
                    wait_s = self.lease.wait_s
            except (StoreUnreachable, ValueError) as error:
                problem = str(error)
            except Exception as error:
                # Without this thread a host would neither lead nor take over, and say nothing.
                log.exception("the lease cannot be renewed or read")
                problem = type(error).__name__
            self._say(problem)
            if self._leads and not self.lease.is_valid and not self._stop.has_to_pause:
                log.warning("this host has lost the lease, and stands by")
                self._stop.pause()
            self._ends.wait(max(min(wait_s, self.lease.wait_s), 0.05))

    def _say(self, problem: str) -> None:
        """Note how the lease is."""
        if problem and not self._state.store_problem:
            log.warning("the lease cannot be renewed or read: %s", problem)
        seen, now = self.lease.seen, self._clock.now()

        def noted(state: StandbyState) -> StandbyState:
            state = state._replace(written_at=to_text(now), store_problem=problem)
            if problem or seen is None:
                return state
            changed = (state.leader, state.token) != (seen.host_id, seen.token)
            if self.lease.unchanged_s < self.settings.lease_seconds or changed:
                state = state._replace(renewed_at=to_text(now))
            replicated_at = state.replicated_at if state.leads else seen.replicated_at
            return state._replace(
                leader="" if seen.is_released else seen.host_id,
                token=seen.token,
                replicated_at=replicated_at or state.replicated_at,
            )

        self._note(noted)

    def _note(self, change: Callable[[StandbyState], StandbyState]) -> StandbyState:
        with self._noting:
            self._state = change(self._state)
            try:
                write_standby(self._path, self._state)
            except OSError as error:
                log.error("the state of the standby cannot be written: %s", error)
            return self._state

    def _first_state(self) -> StandbyState:
        """What is known from the run before, as far as that holds."""
        at = to_text(self._clock.now())
        new = StandbyState(at, self.settings.name, leads=False, unproven_since=at)
        try:
            before = read_standby(self._path) or new
        except (OSError, ValueError):
            before = new
        return before._replace(
            written_at=at,
            host_id=self.settings.name,
            leads=False,
            store_problem="",
            replica_problem="",
            lag_warning_s=self.settings.lag_warning_seconds,
        )
