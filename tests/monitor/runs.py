"""What the tests of the running program share: its alerts in short, and publishers that err."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.message.message import Message
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from rules.catalog.joint_selloff import JointSelloff
from rules.evaluation import Evaluations
from rules.model import Panel
from rules.wording import day
from tests.support import new_york

YAHOO_IS_DOWN = Reply(429, b"Too Many Requests\n", "text/plain")


def ids(app: App) -> list[str]:
    return [one["id"] for one in app.report.alerts_json()]


def kickers(pages: Sequence[Message]) -> list[str]:
    return [f"{kicker(page)} | {page.footer}" for page in pages]


def kicker(page: Message) -> str:
    """The line above the title without its day, which the id has."""
    assert page.about is not None
    return page.kicker.replace(f" · {day(page.about.period_end)}", "")


def standing_at(standins: Standins, text: str) -> SimulatedClock:
    """A clock by which the stand-ins publish."""
    clock = SimulatedClock(new_york(text))
    standins.now = clock.now
    return clock


def corrected(standins: Standins, name: str, old: bytes, new: bytes) -> None:
    """From now on a publisher serves a corrected number."""

    def fault(reply: Reply) -> Reply:
        assert old in reply.body
        return Reply(200, reply.body.replace(old, new), reply.content_type)

    standins.faults[name] = fault


class Crashing(JointSelloff):
    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        raise ZeroDivisionError("a mistake")
