"""What the demonstration prints of each alert as it comes: a line, or the box of the console."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from rich.console import Console
from rich.text import Text

from alerts.channels.console import STYLES
from alerts.channels.console import Console as Boxes
from alerts.developing import is_settled, own_word
from alerts.message.settled import transition_message
from alerts.model import Transition
from alerts.states import Reason
from monitor.ingest.calendars import NEW_YORK
from monitor.views.read_model import ReadModel
from state.alert_store import AlertStore

# What says something that no line above has said.
NEWS: Final = (Reason.OPENED, Reason.WORSENED, Reason.WITHDRAWN, Reason.SETTLED)


class AlertLines:
    """Prints what was decided since it was asked last."""

    def __init__(self, reading: ReadModel, terminal: Console, since: datetime, *, full: bool):
        self._alerts = AlertStore(reading.database)
        self._titles = reading.titles
        self._zone = reading.zone
        self._terminal = terminal
        self._since = since
        self._full = full

    def print_until(self, now: datetime) -> None:
        """Print what was decided by an instant."""
        for one, releases in self._alerts.transitions(self._since, now):
            if one.reason not in NEWS:
                continue
            if self._full:
                title = self._titles.get(one.after.rule_id, one.after.rule_id)
                message = transition_message(one, title, releases, self._zone)
                Boxes().send(message, {}, one.at, again=False)
            else:
                self._terminal.print(_line(one), soft_wrap=True)
        self._since = now


def _line(one: Transition) -> Text:
    """When, how severe, what it says, and by what id it is shown."""
    label = one.after.severity.label
    return Text.assemble(
        f"{one.at.astimezone(NEW_YORK):%d %b %H:%M}  ",
        (f"{label.upper():<8}", STYLES[label]),
        f"  {_said(one)}  ",
        (one.after.alert_id, "dim"),
    )


def _said(one: Transition) -> str:
    """What it says, and what became of the alert where those words do not."""
    if one.settlement is not None:
        return one.settlement.title
    if own_word(one) and is_settled(one.after):
        return one.note
    said = one.signal.explained.head.moves or one.signal.explained.headline
    return said if one.reason is Reason.OPENED else f"{one.reason.value}: {said}"
