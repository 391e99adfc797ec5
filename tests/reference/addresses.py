"""docs/addresses.md: every address of the status page, as Flask has them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from flask import Flask

from monitor.config.load import build
from monitor.config.web import Web
from monitor.web.server import create_site
from monitor.web.site import WebContext
from tests.desk import LOOKED

HEAD: Final = """\
# Every address

What the [status page](web.md) answers to. Each takes `?at=` with an instant, but for the health
probe, metrics and files. What programs get, and how they log in, is in [API, metrics and
feeds](web-feeds.md). `python -m tests.reference` writes this page.

| address | is |
|---|---|
"""
ABOUT: Final = {
    "home.home": "the first page: verdict, open alerts, levels, releases, rule status",
    "alerts.listed": "all alerts, with filters",
    "alerts.one": "one alert with its evidence, history and notifications",
    "alerts.chart": "its chart, as it was sent",
    "alerts.numbers": "the numbers of its chart",
    "alerts.answer": "acknowledges it, from the form on its page",
    "calendar.calendar": "joint selloffs by day and by week",
    "digests.listed": "the digests",
    "digests.one": "the digest of a day, in full",
    "figures.figures": "the six figures",
    "figures.drawing": "one of them, `?ink=light` or `dark`",
    "figures.numbers": "its numbers",
    "outbox.outbox": "queued, held and failed notifications",
    "record.shown": "the track record of each early number",
    "rules.listed": "the rules",
    "rules.tried": "what a rule would have sent, with sliders for its sizes",
    "search.search": "what has every word of `?q=`",
    "series.listed": "all series",
    "series.one": "one series, with its revisions",
    "session.so_far": "the session so far, by quotes",
    "silences.silences": "active and expired silences",
    "sources.sources": "each source: state, latest data, next release, terms",
    "tic.newest": "the newest month of TIC",
    "tic.month": "a month of TIC, `?print=first` as first published",
    "tic.areas": "all areas of TIC",
    "tic.area": "the months of an area",
    "api.alerts": "alerts as JSON",
    "series_api.as_document": "a series as JSON",
    "series_api.as_table": "a series as CSV",
    "feeds.feed": "the alert feed",
    "feeds.calendar": "releases, auctions and closures as iCalendar",
    "health.healthz": "the health probe",
    "health.metrics": "metrics for Prometheus",
    "login.form": "the login",
    "login.log_in": "logs in with the token",
    "login.log_out": "logs out",
    "assets.style": "the stylesheet",
    "assets.icon": "the icon",
    "assets.scripts": "the scripts of charts and sliders",
}


def page() -> str:
    """The page. Raises KeyError for an address that nobody has described."""
    places = {name: place for place, name in enumerate(ABOUT)}
    rules = sorted(site().url_map.iter_rules(), key=lambda rule: places[rule.endpoint])
    rows = [
        f"| `{_method(rule.methods or set())}{_address(rule.rule)}` | {ABOUT[rule.endpoint]} |"
        for rule in rules
    ]
    return HEAD + "\n".join([*rows, ""])


def site() -> Flask:
    """The site of a database that is not there: its addresses are the same."""
    config = build({}, {}, Path())
    return create_site(WebContext(config, config.database, lambda: LOOKED, Web()))


def _method(methods: set[str]) -> str:
    return "POST " if "POST" in methods else ""


def _address(rule: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: match[1].upper(), rule)
