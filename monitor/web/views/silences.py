"""What nobody is told of for a while."""

from __future__ import annotations

from flask import Blueprint, render_template

from monitor.web.site import WebContext
from state.silences import Silences


def routes(site: WebContext) -> Blueprint:
    """`/silences`."""
    pages = Blueprint("silences", __name__)

    @pages.get("/silences")
    def silences() -> str:
        at = site.now()
        found = list(reversed(Silences(site.reading.database).all()))
        return render_template(
            "silences.html.j2",
            lasting=[one for one in found if one.end > at],
            over=[one for one in found if one.end <= at][:20],
        )

    return pages
