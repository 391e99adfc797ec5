"""A decided transition becomes a record and the promises to tell it: the same live and replayed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from alerts.model import Transition
from alerts.routing import channels_for
from monitor.releases import coming_releases
from rules.judged import Rule
from state.database import Database
from state.ledger import Ledger
from state.outbox import Outbox


class Recording:
    """Writes transitions into the ledger and the outbox of one database."""

    def __init__(
        self, database: Database, rules: Sequence[Rule], routes: Mapping[str, Sequence[str]]
    ):
        self._ledger = Ledger(database)
        self._outbox = Outbox(database)
        self._awaits = {rule.rule_id: rule.awaits for rule in rules}
        self._routes = routes

    def record(self, connection: sqlite3.Connection, transition: Transition) -> None:
        """Store a transition, and owe it to whom its route names, in the caller's transaction."""
        awaits = self._awaits.get(transition.signal.rule_id, ())
        releases = coming_releases(transition.signal, awaits)
        told = self._outbox.channels_told(transition.after.alert_id)
        self._ledger.record_transition(connection, transition, releases)
        self._outbox.promise_transition(
            connection,
            transition.transition_id,
            channels_for(transition, self._routes, told),
            transition.signal.known_at,
        )
