"""Each channel, tested without a message; with `--send` by one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar, Final

from alerts.channel import Channel, Reachable, Undelivered
from alerts.transport.outbound_call import OutboundCall
from monitor.doctor.check import Check, Finding, Group, Step, failed, ok, skipped, warning
from monitor.doctor.circumstances import Circumstances, SendTest
from monitor.doctor.remedies import remedy_for
from monitor.errors import HavenwatchError

# Its messages would stand in the middle of the report.
PRINTS: Final = "console"


class Channels(Check):
    """Each enabled channel's receiver answers and takes the login."""

    name: ClassVar[str] = "channels"
    group: ClassVar[Group] = Group.OUTSIDE
    asks_outside: ClassVar[bool] = True
    needs_config: ClassVar[bool] = True

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """A line a channel, and one for its test message where one is wanted."""
        for name, channel in given.checked.channels.items():
            if not channel.enabled:
                continue
            lane = f"channel {name}"
            yield Step(lane, partial(_reach, name, channel, given), lane)
            if given.send_test is not None and channel.channel_type != PRINTS:
                send = partial(_send, name, channel, given, given.send_test)
                yield Step(f"{lane}, test message", send, lane)


def _reach(name: str, channel: Channel, given: Circumstances) -> Finding:
    if not isinstance(channel, Reachable):
        return skipped(f"only a test message shows whether it works: havenwatch send-test {name}")
    try:
        with OutboundCall(given.exchange_s):
            reached = channel.reach(given.checked.secrets, given.at)
    except Undelivered as error:
        return failed(
            expected="a receiver that answers and takes the login",
            got=error.problem,
            remedy=remedy_for(error.problem, _correct(name, channel, error)),
        )
    if not reached.lacks:
        return ok(reached.said, reached.clock_offset)
    return warning(
        expected="a receiver that allows all that havenwatch does",
        got="; ".join(reached.lacks),
        remedy=f"correct it, then check with: havenwatch send-test {name}",
        clock_offset=reached.clock_offset,
    )


def _correct(name: str, channel: Channel, error: Undelivered) -> str:
    """What to do where nothing more is known than whether trying again can help."""
    if not error.permanent:
        return "try again later; the receiver may be down"
    secrets = " or ".join(channel.secret_names)
    return f"correct [channels.{name}]" + (f" or the secret in {secrets}" if secrets else "")


def _send(name: str, channel: Channel, given: Circumstances, send: SendTest) -> Finding:
    try:
        with OutboundCall(given.exchange_s):
            return ok(f"sent ({send(channel, given.checked, given.at)})")
    except HavenwatchError as error:
        remedy = f"{error.remedy}, then: havenwatch send-test {name}"
        return failed(expected=error.expected, got=error.got, remedy=remedy)
