"""A replay as a page: when each rule told something, and how often."""

from __future__ import annotations

from typing import Final

from alerts.message.charts import draw_timeline
from alerts.message.gallery import Gallery, Picture, gallery_document
from alerts.message.sections import Table
from alerts.message.values import local_time
from monitor.history.alert_rates import AlertRate, alert_rates, digests_with_news, reminders
from monitor.history.replay import Replayed
from rules.terms import Severity
from rules.wording import number, plural

RULES_A_TABLE: Final = 6


def replay_document(replayed: Replayed) -> str:
    """The page as HTML: a timeline of every rule, alerts by rule and severity, alerts by year."""
    zone = replayed.config.desk.zone
    first, last = replayed.day(replayed.start), replayed.day(replayed.end)
    alerts = replayed.alerts()
    lines = alert_rates(replayed)
    marks = {
        one.title: [(a.episode, a.severity) for a in alerts if a.rule_id == one.rule_id]
        for one in lines
    }
    worst = {level: sum(a.severity is level for a in alerts) for level in Severity}
    said = ", ".join(f"{worst[level]:,} {level.label}" for level in sorted(Severity, reverse=True))
    digests = plural(digests_with_news(replayed), "digest")
    reminded = plural(reminders(replayed), "reminder")
    picture = Picture(
        title="Alerts of each rule over time",
        svg=draw_timeline(marks, first, last, "svg"),
        described=f"Alerts of {len(lines)} rules from {first} to {last}: {said}.",
    )
    return gallery_document(
        Gallery(
            kicker="REPLAY",
            title=f"{plural(len(alerts), 'alert')} from {first} to {last}",
            introduction=f"By the rules, lifecycle and ids of the live program: {said}; "
            f"{reminded} for conditions still open; {digests} with news. {replayed.basis}".rstrip(),
            pictures=(picture,),
            footer=f"What was known by {local_time(replayed.end, zone)}; history loaded later is "
            "dated by the release calendars.",
            tables=(_by_rule(lines), *_by_year(lines)),
        )
    )


def _by_rule(lines: list[AlertRate]) -> Table:
    rows = tuple(
        (
            one.title,
            "no data" if one.judged_from is None else f"{one.judged_from} to {one.judged_to}",
            *(_counted(one, level) for level in sorted(Severity, reverse=True)),
        )
        for one in lines
    )
    columns = ("rule", "evaluated", "critical", "warning", "notice")
    return Table("Alerts, and alerts per year", columns, "llrrr", rows)


def _counted(one: AlertRate, level: Severity) -> str:
    count = one.by_severity[level]
    rate = f" ({number(one.a_year(level), 1)})" if one.years >= 1.0 and count else ""
    return f"{count}{rate}"


def _by_year(lines: list[AlertRate]) -> list[Table]:
    """Tables of so few rules each that a page of paper is wide enough for their names."""
    years = sorted({year for one in lines for year in one.by_year}, reverse=True)
    found = []
    for first in range(0, len(lines), RULES_A_TABLE):
        part = lines[first : first + RULES_A_TABLE]
        columns = ("year", *(one.title for one in part))
        rows = tuple(
            (str(year), *(str(one.by_year.get(year, 0) or "") for one in part)) for year in years
        )
        title = "Alerts by year" if not first else "Alerts by year, more rules"
        found.append(Table(title, columns, "l" + "r" * len(part), rows))
    return found
