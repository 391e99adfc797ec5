"""How each early number did against the later one."""

from __future__ import annotations

from flask import Blueprint, render_template

from monitor.views.record_tables import (
    NOWCAST,
    WHAT_IT_IS,
    developing_table,
    nowcast_sentences,
    record_tables,
)
from monitor.web.site import WebContext


def routes(site: WebContext) -> Blueprint:
    """`/record`."""
    pages = Blueprint("record", __name__)

    @pages.get("/record")
    def shown() -> str:
        record = site.kept("record", lambda: site.reading.record(site.now()))
        ended = developing_table(site.reading.developing_record())
        return render_template(
            "record.html.j2",
            what_it_is=WHAT_IT_IS,
            tables=(*record_tables(record.lines), *([ended] if ended else [])),
            nowcast=NOWCAST,
            nowcasts=nowcast_sentences(record),
        )

    return pages
