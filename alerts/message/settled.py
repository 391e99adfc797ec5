"""The message that answers an alert once the transactions of its month are published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from alerts.message.compose import about, alert_message, when
from alerts.message.message import Message
from alerts.message.numbers import evidence_table
from alerts.message.sections import Image, Section, Text
from alerts.message.source_notes import with_source_notes
from alerts.message.values import local_time
from alerts.model import Transition
from alerts.release import Release


def last_answers(steps: Iterable[Transition]) -> list[Transition]:
    """Of the steps of an alert, oldest first, the last answer by each month that it named."""
    answers = {one.settlement.answer.month: one for one in steps if one.settlement is not None}
    return list(answers.values())


def transition_message(
    transition: Transition,
    rule_title: str,
    releases: Sequence[Release],
    zone: ZoneInfo,
    chart: Image | None = None,
) -> Message:
    """The message of any transition: the answer where it is one, else the alert."""
    if transition.settlement is not None:
        return settled_message(transition, rule_title, zone)
    return alert_message(transition, rule_title, releases, zone, chart)


def settled_message(transition: Transition, rule_title: str, zone: ZoneInfo) -> Message:
    """What foreigners did in the month, whether it was officials, custody, what markets did after,
    and what it does not mean. Its alert is named above; the thread has what that said."""
    found, label = transition.settlement, transition.after.severity.label
    assert found is not None
    kicker = " · ".join([label.upper(), rule_title, when(transition), transition.reason.value])
    sources = "; ".join(dict.fromkeys(one.source for one in found.evidence))
    as_of = f"Available {local_time(transition.at, zone)}. Source: {sources}."
    first = " ".join(filter(None, (found.before, found.officials)))
    sections: list[Section] = [
        Text(first, strong=True),
        *(
            Text(body, heading)
            for heading, body in (
                ("Who", found.areas),
                ("Custody", found.custody),
                ("Markets since", found.markets),
                ("What it does not mean", found.caveat),
                ("As of", as_of),
            )
        ),
        evidence_table(found.evidence).without_empty_columns(),
    ]
    return Message(
        key=transition.transition_id,
        tone="plain",
        kicker=kicker,
        title=found.title,
        subject=f"[{kicker}] {found.title}",
        sections=tuple(sections),
        footer=with_source_notes(transition.after.alert_id, (one.source for one in found.evidence)),
        about=about(transition, rule_title, found.evidence),
    )
