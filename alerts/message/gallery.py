"""Pictures with captions as one HTML document without external assets."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

from alerts.message.html import template
from alerts.message.sections import Table


@dataclass(frozen=True)
class Picture:
    """One drawing: its SVG, what it shows in words for who cannot see it, and what stands below.

    `paragraphs` are pairs of a heading and a text.
    """

    title: str
    svg: bytes
    described: str
    paragraphs: tuple[tuple[str, str], ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Gallery:
    """A page of pictures: a short line above the title, an introduction, the pictures, a footer."""

    kicker: str
    title: str
    introduction: str
    pictures: tuple[Picture, ...]
    footer: str
    tables: tuple[Table, ...] = field(default=())


def gallery_document(gallery: Gallery) -> str:
    """The page as HTML. The SVG is ours; every other text is escaped by the template engine."""
    drawings = [Markup(_inline(picture.svg)) for picture in gallery.pictures]
    return template("gallery.html.j2").render(gallery=gallery, drawings=drawings)


def _inline(svg: bytes) -> str:
    """An SVG without the head that only a file of its own has."""
    text = svg.decode()
    return text[text.index("<svg") :]
