"""The message of TIC day: the head, then the tables it rests on and one chart."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from alerts.message.message import Message
from alerts.message.sections import Image, Text
from alerts.tic import words
from alerts.tic.facts import TicDay
from alerts.tic.tables import tic_tables
from rules.tic.month_report import FORM_S
from rules.wording import month


def tic_message(day: TicDay, zone: ZoneInfo, charts: Sequence[Image] = ()) -> Message:
    """What is said once when a month of TIC is out, without its link."""
    said = words.title(day.report)
    beyond = words.records(day.report)
    behind = [Text(beyond, "Records of holders above $50bn")] if beyond else []
    caveat = words.CAVEAT
    if day.report.basis == FORM_S:
        caveat = f"{words.OF_FORM_S} {caveat}"
    return Message(
        key=day.key,
        tone="plain",
        kicker=words.kicker(day, zone),
        title=said,
        subject=f"[TIC · {month(day.report.month)}] {said}",
        sections=(
            *charts,
            *behind,
            *tic_tables(day),
            Text(caveat, "What it does not mean"),
            Text(words.as_of(day, zone), "As of"),
        ),
        footer=words.footer(day, zone),
        brief=words.brief(day, zone),
    )
