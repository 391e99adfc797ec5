"""A selloff of stocks, Treasuries and the dollar in a line, and why one could not be judged."""

from __future__ import annotations

from collections.abc import Sequence

from rules.markets.curve import CurveMove
from rules.markets.legs import Session
from rules.wording import day, moves_line, visible


def selloff_glance(
    spx_pct: float,
    curve: CurveMove,
    dollar: str,
    dollar_pct: float,
    since: Sequence[str] = ("", "", ""),
    haven: str = "",
) -> str:
    """`S&P −3.5% · 10y +6bp (2y −7, 30y +14: twist steepener) · DXY −2.0%`; `since` since when each
    moved, where that is not the session before; `haven` a currency that rose instead."""
    spx, ust, usd = since
    return moves_line(
        f"S&P {visible(spx_pct, 1)}%{spx}",
        f"{curve.short}{ust}",
        f"{dollar} {visible(dollar_pct, 1)}%{usd}",
        haven,
    )


def why_unknown(session: Session, window: int) -> str:
    """Why nobody can say whether a session was one."""
    when = day(session.period)
    if session.dispute is not None:
        return f"No data for {when}: {session.dispute.said}."
    if session.maybe:
        return (
            f"No data for {when}: the S&P 500 and the 10-year fell, but there is no DXY close, "
            "no Bank of Canada average and no ECB fix."
        )
    return (
        f"No data for {when}: all three fell, but fewer than {window} earlier "
        "moves are stored; `havenwatch backfill` loads them."
    )
