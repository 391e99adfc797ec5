"""The rules, and what each would have told: a page to move its sizes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Final

from flask import Blueprint, abort, render_template, request
from markupsafe import Markup

from monitor.errors import HavenwatchError
from monitor.evaluate.known import Known
from monitor.history.rule_sizes import movable_sizes, moved
from monitor.history.rule_trial import RuleTrial, trial_of
from monitor.history.rule_trial_tables import (
    episodes_table,
    last_table,
    trial_sentence,
    years_table,
)
from monitor.history.tune import changed_rule, contradicts_itself
from monitor.views.about_rule import about, is_own
from monitor.web.cache import Cache
from monitor.web.moment import FIELD
from monitor.web.site import WebContext
from monitor.web.year_bars import year_bars
from rules.evaluation import Rule

# Where a trial begins: the year in which DXY does.
SINCE: Final = datetime(1973, 1, 31, tzinfo=UTC)
# Each holds fifty years of its series.
MOST_LOADED: Final = 4
# What the script asks for: the answer without the page around it.
PART: Final = "part"


def routes(site: WebContext) -> Blueprint:
    """`/rules` and `/rules/NAME`."""
    pages = Blueprint("rules", __name__)
    loaded = Cache(MOST_LOADED)

    @pages.get("/rules")
    def listed() -> str:
        own = [one for one in site.reading.rules if is_own(one)]
        built_in = [one for one in site.reading.rules if one not in own]
        return render_template("rules.html.j2", own=own, built_in=built_in)

    @pages.get("/rules/<name>")
    def tried(name: str) -> str:
        rule = next((one for one in site.reading.rules if one.rule_id == name), None)
        if rule is None:
            abort(404, "No rule of this name is enabled; see the list of rules.")
        fields = {key: one for key, one in request.args.items() if key not in (FIELD, PART)}
        answer = _answer(site, rule, loaded, fields)
        if PART in request.args:
            return answer
        titles = site.reading.series_titles()
        sizes = movable_sizes(rule, titles)
        return render_template(
            "rule.html.j2",
            rule=rule,
            sizes=sizes,
            asked=fields,
            answer=answer,
            about=about(rule, titles)[0],
        )

    return pages


def _answer(site: WebContext, rule: Rule, loaded: Cache, fields: Mapping[str, str]) -> Markup:
    """What the rule would have told with the sizes asked for, or what is wrong with those."""
    changes, problems = moved(rule, fields)
    trial: RuleTrial | None = None
    if not problems:
        try:
            changed = changed_rule(rule, changes)
            if changed is None or contradicts_itself(changed):
                problems = ["these sizes contradict each other: let them grow with the severity"]
            else:
                trial = _trial(site, changed, loaded)
        except HavenwatchError as error:
            problems = [f"{error.where}: expected {error.expected}, got {error.got}"]
    shown = None if trial is None else year_bars(trial.by_year)
    tables = () if trial is None else (last_table, episodes_table, years_table)
    return Markup(
        render_template(
            "rule_trial.html.j2",
            problems=problems,
            sentence="" if trial is None else trial_sentence(trial),
            newest=trial.last[0].headline if trial is not None and trial.last else "",
            bars=shown,
            tables=[table(trial) for table in tables] if trial is not None else [],
            changes=changes,
        )
    )


def _trial(site: WebContext, rule: Rule, loaded: Cache) -> RuleTrial:
    reading, at = site.reading, site.now()

    def load() -> Known:
        known = Known.of_rules([rule], partial(reading.archive.history, until=at))
        # Now: another thread has another connection.
        known.read(tuple(rule.series))
        return known

    name = rule.rule_id, site.as_of
    known: Known = loaded.result(name, reading.database, at, load)
    return trial_of(site.config, known, rule, SINCE, at)
