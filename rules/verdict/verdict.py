"""Are foreigners dumping Treasuries? Transactions decide; everything else is named beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from rules.model import Panel
from rules.terms import Severity
from rules.tic.areas import OFFICIAL, PRIVATE
from rules.tic.assets_sold import SERIES as ASSETS
from rules.tic.assets_sold import assets_note
from rules.tic.flows import WINDOWS, Flows, Window
from rules.tic.move import Move, answer_of
from rules.tic.reading import reading
from rules.tic.series_ids import LONG, tic_series
from rules.verdict import alerts as verdict_alerts
from rules.verdict.horizons import months_not_published, over, structure, today
from rules.verdict.indicators import (
    CLOSES,
    auctions,
    custody,
    flows_heading,
    price_action,
    share,
    term_premium,
)
from rules.verdict.indicators import SERIES as HEADINGS
from rules.verdict.model import OwnAlert, Verdict
from rules.verdict.rule import VerdictRule
from rules.wording import capitalized, month, signed_usd_bn

WHO: Final = {"officials": tic_series(OFFICIAL, LONG), "private": tic_series(PRIVATE, LONG)}
SERIES: Final = tuple(dict.fromkeys((*HEADINGS, *verdict_alerts.SERIES, *ASSETS, *WHO.values())))
# Prices are counted over 84 sessions, and read in the month of an alert that is named.
CLOSES_BACK: Final = timedelta(days=2 * 366)


def first_periods(today: date) -> dict[str, date]:
    """From which day on a verdict reads closes; of all else it reads the whole."""
    return dict.fromkeys(CLOSES, today - CLOSES_BACK)


def weigh(panel: Panel, rule: VerdictRule, alerts: Sequence[OwnAlert]) -> Verdict:
    """The verdict on what a panel knows, as of its instant, beside the product's own alerts of
    then. Pure."""
    flows = Flows.of(panel)
    windows = tuple(flows.window(n, pct) for n, pct in zip(WINDOWS, rule.sold_pct, strict=True))
    mine = verdict_alerts.recent(alerts, flows, panel.today, rule)
    known = verdict_alerts.Known(panel, flows)
    notes = (_who_note(panel, flows), assets_note(panel))
    return Verdict(
        line=_line(panel, flows, windows, mine, rule),
        beside=verdict_alerts.sentences(mine, known),
        notes=tuple(one for one in notes if one),
        horizons=(
            today(panel, flows, rule),
            *(over(panel, flows, window, rule) for window in windows),
            structure(panel, rule),
        ),
        headings=(
            flows_heading(panel, flows, windows[1], rule),
            custody(panel, rule),
            auctions(panel, rule),
            price_action(panel, rule),
            term_premium(panel, rule),
            share(panel, rule),
        ),
    )


def _line(
    panel: Panel,
    flows: Flows,
    windows: tuple[Window, ...],
    mine: Sequence[OwnAlert],
    rule: VerdictRule,
) -> str:
    """What foreigners did in the published months, and that the later ones are not yet published.

    "No" only where they bought and nothing of ours has fired since; it names the months that are
    not yet published, like every other answer.
    """
    at = panel.today
    others = _others(mine)
    answer = answer_of([one.move for one in windows])
    if flows.last is None or answer is Move.UNKNOWN:
        return f"No data: without transactions nobody can know who sold; {others}."
    missing = months_not_published(flows.last, at)
    if at - flows.last > timedelta(rule.flows_most_days_old):
        old = f"the last transactions known are of {month(flows.last)}"
        return f"No data: {old}; TIC for {missing} is missing; {others}."
    said = reading(flows, windows)
    if answer is Move.SOLD:
        return f"{capitalized(said)}. TIC for {missing} is not yet published; {others}."
    if answer is Move.FLAT:
        return f"Not shown: {said}. TIC for {missing} is not yet published; {others}."
    if mine:
        return (
            f"Not known yet: TIC for {missing} is not yet published. "
            f"Through {month(flows.last)}: {said}; {others}."
        )
    no = f"No, through {month(flows.last)}: {said}"
    return f"{no}. TIC for {missing} is not yet published; {others}."


def _others(mine: Sequence[OwnAlert]) -> str:
    """Whether anything of ours points to it."""
    loud = [one for one in mine if one.severity >= Severity.WARNING]
    if not loud:
        return "no warning or critical of ours beside it" if mine else "nothing else points to it"
    worst_first = sorted(loud, key=lambda one: -one.severity)
    titles = dict.fromkeys(one.title.lower().replace(", ", " ") for one in worst_first)
    return f"beside it: {', '.join(titles)}"


def _who_note(panel: Panel, flows: Flows) -> str:
    """Officials and private holders, long-term, where TIC tells them apart."""
    if flows.last is None:
        return ""
    said = []
    for who, name in WHO.items():
        known = panel.frame[name].dropna()
        if len(known) and known.index[-1].date() == flows.last:
            said.append(f"{who} {signed_usd_bn(float(known.iloc[-1]) / 1000.0)}")
    if not said:
        return f"TIC does not tell officials from private holders for {month(flows.last)}."
    return f"Who, {month(flows.last)}, long-term: {', '.join(said)}."
