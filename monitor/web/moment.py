"""The instant that a page is of: now, or a past one that its address names with `?at=`."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask, abort, g, has_request_context, request
from markupsafe import Markup

from alerts.message.values import local_time
from monitor.web.site import WebContext

FIELD: Final = "at"
EXAMPLE: Final = "2025-04-10T16:30-04:00"
# No instant is written longer.
LONGEST: Final = 40
YEARS: Final = range(1900, 2200)
# What is led to without the instant of the page that leads there: a feed is followed from now on.
WITHOUT: Final = ("assets.", "feeds.", "login.")
STEPS: Final = (
    ("−1 day", "Previous day", timedelta(days=-1)),
    ("−1 h", "Previous hour", timedelta(hours=-1)),
    ("+1 h", "Next hour", timedelta(hours=1)),
    ("+1 day", "Next day", timedelta(days=1)),
)


@dataclass(frozen=True)
class Walk:
    """How to go on from the instant of a page: `steps` are a button's words, its name and its
    address, None where that is in the future; `field` the instant as a person writes it.

    The hours of the month of the instant are counted from `first_ms`, milliseconds since 1970;
    `hour` is the one shown, `hours` how many there are to walk.
    """

    field: str
    month: str
    first_ms: int
    hour: int
    hours: int
    zone: str
    steps: tuple[tuple[str, str, str | None], ...]
    others: tuple[tuple[str, str], ...]


def add_moments(app: Flask, site: WebContext) -> None:
    """Let every page that somebody may see be asked for as of an instant, and its links keep it."""

    @app.before_request
    def read_asked() -> None:
        text = request.args.get(FIELD, "")
        view = app.view_functions.get(request.endpoint or "")
        # Who need not log in is shown nothing of the past: each instant costs a look of its own.
        if not text or getattr(view, "is_public", False):
            return
        try:
            at = read_instant(text, site.zone)
        except ValueError:
            abort(400, f"{FIELD} is not an instant like {EXAMPLE}.")
        if at > site.now():
            abort(400, f"{local_time(at, site.zone)} has not come yet.")
        g.at = at

    @app.url_defaults
    def keep_asked(endpoint: str, values: dict[str, Any]) -> None:
        if has_request_context() and "at" in g and not endpoint.startswith(WITHOUT):
            values.setdefault(FIELD, written(g.at, site.zone))

    def at_field() -> Markup:
        """What keeps a form that is sent by GET at the instant of its page."""
        if "at" not in g:
            return Markup("")
        hidden = Markup('<input type="hidden" name="{}" value="{}">')
        return hidden.format(FIELD, written(g.at, site.zone))

    app.jinja_env.globals.update(
        at_field=at_field,
        is_asked=lambda: "at" in g,
        walk=lambda: walk_from(site),
        here_now=lambda: _address([one for one in _others() if one[0] != FIELD]),
    )


def read_instant(text: str, zone: ZoneInfo) -> datetime:
    """The instant of an ISO 8601 text, in UTC; without an offset it is in the desk's zone. Raises
    ValueError."""
    text = text.strip()
    if len(text) > LONGEST:
        raise ValueError
    # A plus that nobody escaped comes as a space.
    text = re.sub(r" (\d\d:?\d\d)$", r"+\1", text) if "T" in text else text
    found = datetime.fromisoformat(text)
    if found.year not in YEARS:
        raise ValueError
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def written(at: datetime, zone: ZoneInfo) -> str:
    """`2025-04-10T16:30-04:00`: an instant in the desk's zone, for an address."""
    return at.astimezone(zone).isoformat(timespec="seconds" if at.second else "minutes")


def walk_from(site: WebContext) -> Walk:
    """How to go on from the instant that is shown."""
    at, latest, zone = site.now(), site.latest(), site.zone
    local = at.astimezone(zone)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    days = calendar.monthrange(local.year, local.month)[1]
    after = (first + timedelta(days=days)).astimezone(UTC)
    begins = first.astimezone(UTC)
    last = min(after - timedelta(hours=1), latest)
    others = [one for one in _others() if one[0] != FIELD]
    return Walk(
        field=f"{local:%Y-%m-%d %H:%M}",
        month=f"{local:%B %Y}",
        first_ms=int(begins.timestamp() * 1000),
        hour=_hours(at - begins),
        hours=max(_hours(last - begins), 0),
        zone=str(zone),
        steps=tuple(
            (words, name, _address([*others, (FIELD, written(at + step, zone))]))
            if at + step <= latest
            else (words, name, None)
            for words, name, step in STEPS
        ),
        others=tuple(others),
    )


def _hours(length: timedelta) -> int:
    return length // timedelta(hours=1)


def _others() -> list[tuple[str, str]]:
    """What else the address of this page asks for."""
    return list(request.args.items(multi=True)) if has_request_context() else []


def _address(asked: list[tuple[str, str]]) -> str:
    """This page, asked for with this."""
    return f"{request.script_root}{request.path}" + (f"?{urlencode(asked)}" if asked else "")
