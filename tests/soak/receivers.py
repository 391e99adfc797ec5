"""The process of the stand-ins: every publisher over made figures, a Slack and a mail server."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.soak.neighbours import Arrived

if TYPE_CHECKING:
    from monitor.demo.request_reply import Publisher

# The last day of made figures: that of the plan, and some months.
LAST: Final = date(2035, 12, 31)
# Those of tests/standins whose figures the demonstration's files have.
OF_DEMO: Final = ("fiscaldata_auctions", "fiscaldata_debt")


def serve(folder: Path, shared: Synchronized[float], ends: Connection[Any, Any]) -> None:
    """Serve until the other process says `end`, by the time that is shared with it."""
    # Here, so that the program's process, which names this function, loads none of it.
    from monitor.demo.facts import use_figures
    from monitor.demo.request_reply import Reply
    from monitor.demo.server import Standins
    from tests.alerts.smtp_standin import SmtpStandin
    from tests.soak.made_figures import write_figures
    from tests.soak.takers import KeepsKeys, KeptIds

    folder.mkdir(parents=True, exist_ok=True)
    write_figures(folder, LAST)
    use_figures(folder)
    taken: list[Arrived] = []
    count = 0

    def now() -> datetime:
        return datetime.fromtimestamp(shared.value, UTC)

    def down(reply: Reply) -> Reply:
        return Reply(503, b"down for the soak\n", "text/plain")

    with ExitStack() as stack:
        standins = stack.enter_context(Standins(now, publishers()))
        slack = stack.enter_context(KeepsKeys(now, taken))
        smtp = stack.enter_context(SmtpStandin(folder, mails=KeptIds(now, taken)))
        urls = {name: standins.base_url(name) for name in standins.names}
        ends.send((urls, slack.base_url, smtp.port, str(smtp.ca_file)))
        while (command := ends.recv())[0] != "end":
            count += len(standins.asked)
            standins.asked.clear()
            if command[0] == "break down":
                standins.faults = dict.fromkeys(command[1], down)
            ends.send({"arrived": taken, "requests": count}.get(command[0]))


def publishers() -> dict[str, Publisher]:
    """Those besides the demonstration's, which give made figures up to LAST."""
    from tests.soak.revisions import RevisedTic
    from tests.standins import mof_flows, mof_investors, more_publishers

    found = {name: one for name, one in more_publishers().items() if name not in OF_DEMO}
    return {
        **found,
        "mof_flows": mof_flows.Standin(LAST),
        "mof_investors": mof_investors.Standin(LAST),
        "treasury_tic": RevisedTic(),
    }
