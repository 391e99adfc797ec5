"""What a second host needs, where there is to be one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar, Final

from alerts.channel import after_takeover
from monitor.doctor.check import Check, Finding, Group, Step, failed, found, ok
from monitor.doctor.circumstances import Circumstances
from monitor.standby.lease import StoreUnreachable
from monitor.standby.replica import Replica
from monitor.standby.stores import ReplicaFailed, honours_conditions, probe_store

INSTALL: Final = "install havenwatch[standby]"
LANE: Final = "standby"


class SecondHost(Check):
    """Litestream is there, the hosts' store honours conditions, and what each channel does after a
    takeover."""

    name: ClassVar[str] = "second_host"
    group: ClassVar[Group] = Group.OUTSIDE
    asks_outside: ClassVar[bool] = True
    needs_config: ClassVar[bool] = True

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """A line for each; one alone where there is one host alone."""
        if not given.checked.standby.enabled:
            yield found("standby", ok("one host alone ([standby] is not enabled)"))
            return
        yield Step("standby, litestream", partial(_program, given), LANE)
        yield Step("standby, store", partial(_store, given), LANE)
        for name, channel in given.checked.channels.items():
            if channel.enabled:
                said = after_takeover(channel)
                yield Step(f"standby, channel {name}", partial(ok, said), LANE)


def _program(given: Circumstances) -> Finding:
    config = given.checked
    replica = Replica(config.standby, config.secrets, given.environ, given.database)
    try:
        return ok(f"litestream {replica.version()}")
    except ReplicaFailed as error:
        return failed(expected="the program litestream", got=str(error), remedy=INSTALL)


def _store(given: Circumstances) -> Finding:
    config = given.checked
    expected = "a store that all hosts reach and that refuses a write that another came before"
    try:
        if honours_conditions(probe_store(config.standby, config.secrets)):
            return ok(f"{config.standby.replica} refuses a write that another came before")
    except (StoreUnreachable, ImportError) as error:
        remedy = INSTALL if isinstance(error, ImportError) else "correct [standby], or its key"
        return failed(expected=expected, got=str(error), remedy=remedy)
    remedy = "use S3, or another that honours If-Match (docs/standby.md)"
    return failed(expected=expected, got="one that took both", remedy=remedy)
