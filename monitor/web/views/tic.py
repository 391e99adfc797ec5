"""A month of TIC, as known now and as first published; an area's months; the areas by name."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from flask import Blueprint, abort, render_template, request
from markupsafe import Markup

from alerts.tic.tables import amount
from alerts.tic.words import CAVEAT, OF_FORM_S
from monitor.web.cache import Cache
from monitor.web.site import WebContext
from monitor.web.tic_view import area_view, month_view
from rules.tic.areas import found_areas
from rules.tic.month_report import FORM_S

NOT_STORED = "No such month of TIC is stored; see the months on /tic."


def routes(site: WebContext) -> Blueprint:
    """`/tic`, a month of it, an area, and the search for one."""
    pages = Blueprint("tic", __name__)
    # Their own: there are more months than results that a site keeps.
    kept = Cache()

    @pages.get("/tic")
    def newest() -> str:
        return _page(site, kept, None)

    @pages.get("/tic/<month>")
    def month(month: str) -> str:
        return _page(site, kept, month)

    @pages.get("/tic/areas")
    def areas() -> str:
        asked = request.args.get("q", "")[:60]
        return render_template("tic_areas.html.j2", asked=asked, areas=found_areas(asked))

    @pages.get("/tic/areas/<code>")
    def area(code: str) -> str:
        found = area_view(site, code)
        if found is None:
            abort(404, "TIC has no such area; see the areas on /tic/areas.")
        return render_template("tic_area.html.j2", area=found, amount=amount)

    return pages


def _page(site: WebContext, kept: Cache, month: str | None) -> str:
    """The page of a month, or of the newest; what it says is kept for the numbers stored."""
    is_first = request.args.get("print") == "first"
    wanted = None if month is None else _month_end(month)
    name = ("tic", wanted, is_first)
    title, facts = kept.result(
        name, site.reading.database, site.now(), lambda: _written(site, wanted, is_first=is_first)
    )
    if not facts and month is not None:
        said = "Its first print is not stored." if is_first else NOT_STORED
        abort(404, said)
    return render_template("tic.html.j2", title=title, facts=facts)


def _written(site: WebContext, month: date | None, *, is_first: bool) -> tuple[str, Markup]:
    """The title and what stands below the menu; empty where nothing is stored."""
    view = month_view(site, month, is_first=is_first)
    if view is None:
        return "TIC", Markup()
    is_form_s = view.day.report.basis == FORM_S
    caveat = f"{OF_FORM_S} {CAVEAT}" if is_form_s else CAVEAT
    # Escaped as every template is.
    return (
        f"TIC {view.day.report.month:%B %Y}",
        Markup(render_template("tic_facts.html.j2", view=view, amount=amount, caveat=caveat)),
    )


def _month_end(text: str) -> date:
    """The last day of `2025-04`; a page that is not there for anything else."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        abort(404, "A month is written as 2025-04.")
    return first.replace(day=monthrange(first.year, first.month)[1])
