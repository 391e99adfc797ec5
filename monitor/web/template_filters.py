"""The words that every template may use."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import Flask, g, request, url_for
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from alerts.message.html import keep_amounts_whole
from alerts.message.values import local_time, show
from alerts.near_misses import way
from alerts.states import DELIVERY_WORDS
from monitor.web.current_user import current_user
from monitor.web.health_dot import health_dot
from monitor.web.scripts import script_version
from monitor.web.search import asked_words
from monitor.web.site import WebContext
from monitor.web.sparkline import sparkline_svg
from monitor.web.unit_words import unit_words
from rules.wording import day, number, plural, signed_bp, signed_pct
from state.instants import to_text

# The pages in the order of the menu: endpoint and words.
MENU: Final = (
    ("home.home", "Now"),
    ("alerts.listed", "Alerts"),
    ("tic.newest", "TIC"),
    ("figures.figures", "Figures"),
    ("record.shown", "Record"),
    ("calendar.calendar", "Calendar"),
    ("series.listed", "Series"),
    ("rules.listed", "Rules"),
    ("sources.sources", "Sources"),
    ("outbox.outbox", "Outbox"),
    ("silences.silences", "Silences"),
)


# Where sessions are followed by quotes.
SESSION: Final = ("session.so_far", "Session")


def register_filters(app: Flask, site: WebContext) -> None:
    """Give the templates what they say times, numbers and links with."""

    def instant(moment: datetime | None) -> Markup:
        """An instant in the desk's zone, for people and for programs."""
        if moment is None:
            return Markup("never")
        words = escape(local_time(moment, site.zone))
        return Markup(f'<time datetime="{to_text(moment)}">{words}</time>')

    def session(period: date | None) -> Markup:
        """A calendar day."""
        if period is None:
            return Markup("none")
        return Markup('<time datetime="{}">{}</time>').format(period.isoformat(), day(period))

    @pass_context
    def menu(_: Context) -> list[tuple[str, str, bool]]:
        """The pages there are, and which of them is shown."""
        here = (request.blueprint or "") if request else ""
        pages = (MENU[0], SESSION, *MENU[1:]) if site.config.intraday.enabled else MENU
        return [(endpoint, name, endpoint.partition(".")[0] == here) for endpoint, name in pages]

    def series_link(series_id: str, words: str) -> Markup:
        """The words, as a link to the page of the series."""
        link = url_for("series.one", series_id=series_id)
        return Markup('<a href="{}">{}</a>').format(link, keep_amounts_whole(words))

    filters: dict[str, Any] = {
        "instant": instant,
        "session": session,
        "plural": plural,
        "number": number,
        "signed_bp": signed_bp,
        "signed_pct": signed_pct,
        "show": show,
        "spark": sparkline_svg,
        "twice": lambda one: (one, one),
        "way": way,
        "delivery_words": DELIVERY_WORDS.__getitem__,
        "level": lambda value: number(value, level_digits(value)),
        "unit_words": unit_words,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(
        menu=menu,
        series_link=series_link,
        desk=site.config.desk.name,
        current_user=current_user,
        now=site.now,
        looks_back=lambda: site.as_of is not None,
        style_version=style_version(),
        script_version=script_version,
        health=lambda: health_dot(site),
        searched=lambda: (
            asked_words(request.args.get("q", ""))
            if request and request.endpoint == "search.search"
            else ""
        ),
        may_log_out=lambda: bool(g.get("person") and current_user().session),
    )


def level_digits(value: float) -> int:
    """The digits after the point that a level at a chart's edge needs."""
    return next((d for d in (0, 1, 2) if abs(value - round(value, d)) < 1e-9), 3)


@cache
def style_version() -> str:
    """Changes with the stylesheet, so that a browser may keep it."""
    files = sorted((Path(__file__).parent / "templates").glob("*.css.j2"))
    return hashlib.sha256(b"".join(one.read_bytes() for one in files)).hexdigest()[:12]
