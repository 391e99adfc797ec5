"""A page as one HTML document without external assets: the mail's body and the digest file."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from alerts.page import Bars, Page, Table, Text


@cache
def template(name: str) -> Template:
    """A template of this package; it escapes what it is given."""
    environment = Environment(
        loader=PackageLoader("alerts"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["text"] = lambda section: isinstance(section, Text)
    environment.tests["bars"] = lambda section: isinstance(section, Bars)
    environment.tests["table"] = lambda section: isinstance(section, Table)
    return environment.get_template(name)


def html_document(page: Page) -> str:
    """The page as HTML; every text from outside is escaped by the template engine."""
    return template("page.html.j2").render(page=page)
