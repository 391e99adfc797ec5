"""What a host that no longer leads has of answers, and the one that does has not."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime

from monitor.standby.replica import Replica, remove_file
from monitor.standby.stores import ReplicaFailed
from monitor.standby.takeover import own_leadership
from state.lost_answers import lost_answers

log = logging.getLogger("havenwatch.standby")


def compared(replica: Replica, token: int, at: datetime) -> tuple[str, ...]:
    """The answers that this host's database has and the replica of the leader's token has not, as
    commands; none where this host never led, or where the replica cannot be restored."""
    if own_leadership(replica.database) is None:
        return ()
    part = replica.folder / "compared.db"
    try:
        replica.folder.mkdir(mode=0o700, exist_ok=True)
        replica.restore_token(token, part)
        found = lost_answers(replica.database, part, at)
    except (ReplicaFailed, sqlite3.Error, OSError) as error:
        log.warning("what was answered here cannot be compared with the leader's: %s", error)
        return ()
    finally:
        remove_file(part)
    for said in found:
        log.warning("an answer given here is not in the leader's database; there again: %s", said)
    return found
