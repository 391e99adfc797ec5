"""What changed, for a feed reader: Atom (RFC 4287), an entry a transition."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from alerts.message.compose import CHANGE_OUR_MIND
from alerts.message.values import show
from alerts.model import Transition
from rules.model import Evidence
from state.instants import to_text

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
CONTENT_TYPE: Final = "application/atom+xml; charset=utf-8"
# Of ids of this program alone; an entry's follows from it, the database and the transition.
IDS: Final = uuid.UUID("8d1bb1f7-0c3a-5d7e-9b3c-5f7a4c4d2e10")
# What XML 1.0 has no way to write.
UNWRITABLE: Final = {
    code: "\N{REPLACEMENT CHARACTER}" for code in range(32) if code not in (9, 10, 13)
} | {
    0xFFFE: "\N{REPLACEMENT CHARACTER}",
    0xFFFF: "\N{REPLACEMENT CHARACTER}",
}


@dataclass(frozen=True)
class Feed:
    """A feed before it is written. `origin` names the database, so that two desks that read both
    of each other's feeds see each entry; `began` is its date while nothing has happened."""

    title: str
    origin: str
    began: datetime
    self_url: str
    page_url: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Entry:
    """A transition, the title of its rule, and the address of its alert's page."""

    transition: Transition
    rule_title: str
    page_url: str


def atom(feed: Feed) -> bytes:
    """The feed as a document; everything in it is escaped, in the order of `entries`."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(_name("feed"))
    _text(root, "id", _id(feed.origin, "feed"))
    _text(root, "title", feed.title)
    newest = max((one.transition.at for one in feed.entries), default=feed.began)
    _text(root, "updated", to_text(newest))
    ET.SubElement(root, _name("link"), rel="self", type="application/atom+xml", href=feed.self_url)
    ET.SubElement(root, _name("link"), rel="alternate", type="text/html", href=feed.page_url)
    author = ET.SubElement(root, _name("author"))
    _text(author, "name", "havenwatch")
    _text(root, "generator", "havenwatch")
    for one in feed.entries:
        _entry(root, one, feed.origin)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: ET.Element, entry: Entry, origin: str) -> None:
    transition, found = entry.transition, ET.SubElement(root, _name("entry"))
    after, said = transition.after, transition.signal.explained
    _text(found, "id", _id(origin, transition.transition_id))
    kicker = [after.severity.label, entry.rule_title, transition.reason.value]
    kicker += ["provisional"] if after.provisional else []
    _text(found, "title", f"{', '.join(kicker)}: {said.headline}")
    _text(found, "updated", to_text(transition.at))
    _text(found, "published", to_text(transition.at))
    ET.SubElement(found, _name("link"), rel="alternate", type="text/html", href=entry.page_url)
    for term in (after.rule_id, after.severity.label, transition.reason.value):
        ET.SubElement(found, _name("category"), term=term)
    content = ET.SubElement(found, _name("content"), type="html")
    content.text = str(_content(transition)).translate(UNWRITABLE)


def _content(transition: Transition) -> Markup:
    said = transition.signal.explained
    parts = [
        Markup("<p><b>{}</b> {}</p>").format(heading, text)
        for heading, text in (
            ("Note.", transition.note),
            ("How unusual.", said.unusual),
            ("What it does not mean.", said.caveat),
            (f"{CHANGE_OUR_MIND}.", said.falsifier),
        )
        if text
    ]
    if said.evidence:
        rows = Markup("").join(_row(one) for one in said.evidence)
        parts.append(Markup("<table>{}</table>").format(rows))
    return Markup("").join([Markup("<p>{}</p>").format(said.headline), *parts])


def _row(one: Evidence) -> Markup:
    threshold = "" if one.threshold is None else f"threshold {show(one.threshold, one.unit)}"
    cells = (one.label, show(one.value, one.unit), threshold, one.period_end, one.source)
    return Markup("<tr>{}</tr>").format(
        Markup("").join(Markup("<td>{}</td>").format(cell) for cell in cells)
    )


def _id(origin: str, name: str) -> str:
    return uuid.uuid5(uuid.uuid5(IDS, origin), name).urn


def _name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, _name(tag)).text = text.translate(UNWRITABLE)
