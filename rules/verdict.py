"""Are foreigners dumping Treasuries? The evidence weighed under named headings, no black box."""

from __future__ import annotations

from rules.headings import auctions, custody, flows, price_action, share, term_premium
from rules.model import Panel
from rules.verdict_rule import Heading, Reading, Verdict, VerdictRule
from rules.wording import month


def weigh(panel: Panel, rule: VerdictRule) -> Verdict:
    """The verdict on what a panel knows, as of its instant. Pure."""
    headings = tuple(
        heading(panel, rule)
        for heading in (price_action, flows, custody, term_premium, auctions, share)
    )
    return Verdict(_line(headings, rule), headings)


def _line(headings: tuple[Heading, ...], rule: VerdictRule) -> str:
    """The overall line in plain words: flows decide, and only for the months they cover."""
    flows = next(one for one in headings if one.name == "flows")
    supporting = [one for one in headings if one.reading is Reading.SUPPORTS]
    others = [one.name for one in supporting if one is not flows]
    beside = f"{_listed(others)} would fit it" if others else "nothing else points to it"
    if flows.reading is Reading.NOT_ENOUGH or flows.period_end is None:
        return f"Not enough data: without transactions nobody can say who sold; {beside}."
    if flows.reading is Reading.SUPPORTS:
        if len(supporting) >= rule.supporting_headings:
            return f"The evidence supports it: flows ({flows.number}), {_listed(others)}."
        return (
            f"Not shown: foreigners sold on balance ({flows.number}) and {beside}, but of six "
            f"headings only {len(supporting)} support it; {rule.supporting_headings} are wanted."
        )
    bought = flows.reading is Reading.CONTRADICTS
    what = "foreigners bought on balance" if bought else "flows are neither here nor there"
    later = [one.name for one in supporting if one.period_end and one.period_end > flows.period_end]
    if later:
        return (
            f"Not shown so far: {what} ({flows.number}). {_sentence(later)} would fit it since "
            f"then, and TIC after {month(flows.period_end)} is not out."
        )
    return f"{'No' if bought else 'Not shown'}: {what} ({flows.number}); {beside}."


def _sentence(names: list[str]) -> str:
    listed = _listed(names)
    return listed[0].upper() + listed[1:]


def _listed(names: list[str]) -> str:
    """`price action, custody and share`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
