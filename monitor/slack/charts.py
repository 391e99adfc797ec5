"""A chart of one series that somebody asks for in Slack, and its way to them.

Slack shows no file to one person alone inside a conversation, so that it goes into the direct
messages between them and the app; into the conversation only where they share it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from alerts.message.sections import Image
from alerts.slack.blocks import escape
from alerts.slack.calls import Api, object_in, text_in
from monitor.errors import HavenwatchError
from monitor.views.glance import Glance
from monitor.views.status import SHORT
from rules.model import Panel, to_date
from rules.plot import series_plot
from rules.terms import Severity

# How long the span is where nobody says, by how often numbers come.
USUAL: Final = {"session": "6m", "week": "2y", "month": "5y"}
DAYS: Final = {"d": 1.0, "w": 7.0, "m": 30.4375, "y": 365.25}
SPAN: Final = re.compile(r"(\d{1,3})([dwmy])|max|ytd")
MOST_NAMED: Final = 10
DESK_NAMES: Final = {
    **{title.lower(): series_id for series_id, title in SHORT.items()},
    "sp500": "spx",
    "s&p": "spx",
    "dollar": "dxy",
    "acm": "acm_tp10y",
    **{f"{years}y": f"ust{years}y" for years in (2, 5, 10, 30)},
}


def chart_of(reading: Glance, words: tuple[str, ...], at: datetime) -> tuple[str, Image]:
    """The title and the chart of what words name, with the span last. Raises HavenwatchError."""
    *named, last = words
    span = last.lower() if named and SPAN.fullmatch(last.lower()) else ""
    wanted = " ".join(named if span else words)
    series_id = meant_series(reading.full.series_titles(), wanted)
    panel = reading.full.known((series_id,), at)
    described = panel.series.get(series_id)
    frequency = "session" if described is None else described.frequency
    span = span or USUAL.get(frequency, "5y")
    image = _drawn(panel, series_id, span, at)
    title = series_id if described is None else described.title
    return f"{title}, {span}", image


def _drawn(panel: Panel, series_id: str, span: str, at: datetime) -> Image:
    from alerts.message.alert_chart import alert_chart

    known = panel.frame[series_id].dropna()
    first = _first(span, at)
    shown = known if first is None else known[known.index >= first.strftime("%Y-%m-%d")]
    if len(shown) < 2:
        newest = (
            f"the newest is of {to_date(known.index.to_numpy()[-1])}"
            if len(known)
            else "none is stored"
        )
        raise HavenwatchError(
            "chart",
            expected="two numbers or more",
            got=f"{len(shown)} of {series_id} over {span}",
            remedy=f"ask for a longer span; {newest}",
        )
    plot = replace(series_plot(panel, series_id, shown), periods=len(shown))
    image = alert_chart([plot], to_date(shown.index.to_numpy()[-1]), Severity.NOTICE)
    assert image is not None  # there are numbers
    return image


def _first(span: str, at: datetime) -> datetime | None:
    if span == "max":
        return None
    if span == "ytd":
        return at.replace(month=1, day=1)
    count, unit = int(span[:-1]), span[-1]
    return at - timedelta(days=round(count * DAYS[unit]))


def meant_series(titles: Mapping[str, str], wanted: str) -> str:
    """The stored series that somebody means: by its id, by what desks call it, or by words of its
    title that fit no other. Raises HavenwatchError that lists the candidates, or the nearest."""
    low = wanted.lower()
    named = DESK_NAMES.get(low, low)
    if named in titles:
        return named
    words = low.split()
    fits = [one for one in titles if all(word in f"{one} {titles[one]}".lower() for word in words)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        listed = [f"  {one}: {titles[one]}" for one in fits[:MOST_NAMED]]
        more = [f"  ... and {len(fits) - MOST_NAMED} more"] if len(fits) > MOST_NAMED else []
        raise HavenwatchError(
            "chart",
            expected="words that fit one series",
            got=f"{wanted!r}, which fits {len(fits)}",
            remedy="\n".join(["use one of them:", *listed, *more]),
        )
    stored = [name for name, series_id in DESK_NAMES.items() if series_id in titles]
    close = difflib.get_close_matches(low, [*titles, *stored], n=1, cutoff=0.5)
    raise HavenwatchError(
        "chart",
        expected="a stored series",
        got=repr(wanted),
        remedy=f"did you mean {close[0]!r}?" if close else "try a word of its title, such as china",
    )


def send_chart(api: Api, image: Image, title: str, place: str, user_id: str) -> None:
    """Put a chart into a conversation, or, where that is empty, into the direct messages with a
    user. Raises Undelivered."""
    if not place:
        opened = api.call("conversations.open", {"users": user_id})
        place = text_in(object_in(opened, "channel"), "id", "conversations.open")
    file = api.upload("chart.png", title, image.described, image.png)
    said = escape(f"{title}. {image.described}")
    where = {"channel_id": place, "initial_comment": said}
    api.call("files.completeUploadExternal", {"files": [file], **where})
