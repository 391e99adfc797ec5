"""What a page is made of, for tests of its structure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Final

VOID = {"meta", "link", "input", "br", "img", "hr"}
CONTROLS = {"input", "select", "textarea"}
TARGET: Final = re.compile(r'<a\b[^>]*?\shref="([^"]*)"|<img\b[^>]*?\ssrc="([^"]*)"')


def targets(html: str) -> list[str]:
    """Where the links of a page lead and where its images are, without what else `Message` reads,
    which takes longer than the page."""
    return [unescape(link or image) for link, image in TARGET.findall(html)]


@dataclass
class Message(HTMLParser):
    """The elements of an HTML page, in order; it complains about what is not closed."""

    html: str
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self.feed(self.html)
        self.close()
        self.unclosed += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.elements.append((tag, named))
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append(int(tag[1:]))
        if tag == "a":
            self.links.append(named.get("href") or "")
        if tag in CONTROLS and named.get("type") != "hidden":
            by_id = any(
                one == "label" and other.get("for") == named.get("id") is not None
                for one, other in self.elements
            )
            if "label" not in self._open and not by_id and "aria-label" not in named:
                self.unlabelled.append(str(named))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.unclosed.append(tag)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of a kind."""
        return [named for one, named in self.elements if one == tag]
