"""The facts of a digest of 10 April 2025, and what may have changed that day."""

from __future__ import annotations

from datetime import date, timedelta

from alerts.digest.digest import digest_message
from alerts.digest.facts import DigestFacts, RuleStatus
from alerts.digest.source_line import SourceLine
from alerts.lifecycle import acknowledge, settle, step
from alerts.message.plain import plain_text
from alerts.model import Transition
from monitor.ingest.calendars import NEW_YORK
from rules.markets.curve import CurveMove
from rules.markets.day import MarketDay, market_day
from rules.model import AlertText, Analogue
from rules.settlement.model import MonthAnswer, Settlement
from rules.terms import Answer, Kind, Severity
from rules.tic.move import Move
from rules.verdict.model import Confidence, Horizon, Indicator, Stance, Verdict, Weight
from tests.spring_figures import rows_of, spring
from tests.support import history_of, new_york, signal

AT = new_york("2025-04-10 19:00")

VERDICT = Verdict(
    line="Not shown.",
    beside=("Custody outflow (critical): officials at the Fed alone.",),
    notes=("Who, February 2025: officials.",),
    horizons=(
        Horizon("3 months", "flat", "−$5.0bn", date(2025, 2, 28), Confidence.HIGH, "published"),
    ),
    headings=(
        Indicator(
            name="flows",
            reading=Stance.NEUTRAL,
            number="−$5.0bn",
            rule="a rule",
            period_end=date(2025, 2, 28),
            source="TIC",
            weight=Weight.DECIDES,
        ),
    ),
)


def facts() -> DigestFacts:
    levels = ("spx", "ust10y", "dxy")
    known = history_of(rows_of(spring(), levels), levels).as_of(AT)
    return DigestFacts(
        digest_date=date(2025, 4, 10),
        at=AT,
        verdict=VERDICT,
        since=AT - timedelta(days=1),
        late=False,
        transitions=(),
        open_conditions=(),
        answers=3,
        standings=(
            RuleStatus(
                "Joint selloff", "us", date(2025, 4, 10), Answer.QUIET, None, -0.8, "sd", ""
            ),
        ),
        levels=known,
        market=market_day(known),
        sources=(SourceLine("cboe", "Cboe", "OK", date(2025, 4, 10), ""),),
        dead_letters=0,
        releases=(),
        titles={},
    )


def read(found: DigestFacts) -> str:
    """All that a digest is cut from."""
    return plain_text(digest_message(found, NEW_YORK).whole)


def sent(found: DigestFacts) -> str:
    """What is sent of it."""
    return plain_text(digest_message(found, NEW_YORK))


def subject(found: DigestFacts) -> str:
    return digest_message(found, NEW_YORK).subject


def changed(
    severity: Severity = Severity.WARNING,
    name: str = "us",
    said: str = "Something happened.",
    kind: Kind = Kind.EVENT,
    *,
    rule_id: str = "joint_selloff",
    period: date = date(2025, 4, 10),
) -> Transition:
    words = AlertText(said)
    transition = step(
        None,
        signal(severity=severity, subject=name, explained=words, rule_id=rule_id, period=period),
        kind,
        timedelta(days=9),
    )
    assert transition is not None
    return transition


def ended(opened: Transition) -> Transition:
    transition = step(
        opened.after,
        signal(Answer.QUIET, subject=opened.after.subject, explained=AlertText("It is over.")),
        opened.after.kind,
        timedelta(days=9),
    )
    assert transition is not None
    return transition


def acknowledged(opened: Transition, for_hours: int = 24) -> Transition:
    transition = acknowledge(
        opened.after, opened.signal, "ann", "Looking into it.", AT, timedelta(hours=for_hours)
    )
    assert transition is not None
    return transition


def settled(opened: Transition, net_bn: float = -70.0) -> Transition:
    answer = MonthAnswer(
        month=date(2025, 4, 30),
        move=Move.SOLD,
        net_bn=net_bn,
        pct=net_bn / 90.0,
        has_bills=True,
        large_bn=65.0,
        long_bn=net_bn,
        officials_bn=-6.0,
    )
    said = f"in April 2025 foreigners sold Treasuries on balance: {net_bn}"
    nothing = Analogue(date(2025, 4, 10), None, "", (None,), (None,), (None,))
    found = Settlement(answer, said, "", "", "", "", "", (), nothing)
    return settle(opened.after, opened.signal, AT, found)


def market_day_of(spx: float | None, ust10y: float | None, dxy: float | None) -> MarketDay:
    """The tenth of April with other moves; None = no close."""
    moves = {"spx": spx, "ust10y": ust10y, "dxy": dxy}
    known = {name: move for name, move in moves.items() if move is not None}
    curve = None if ust10y is None else CurveMove({"ust10y": ust10y})
    return MarketDay(date(2025, 4, 10), known, curve)
