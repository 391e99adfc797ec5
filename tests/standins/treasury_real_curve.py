"""US Treasury: a year of par real yields as CSV, as the nominal curve's. They are the figures'
nominal yields less breakevens that are made up and stay the same: for tests only."""

from __future__ import annotations

import pandas as pd

from monitor.demo.facts import sessions, values_out_by
from monitor.demo.publishers.treasury_curve import OUT_AT, PATH
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply

BREAKEVENS_PCT = {"5 YR": 2.40, "7 YR": 2.32, "10 YR": 2.25, "20 YR": 2.35, "30 YR": 2.20}


class Standin:
    """The year asked for, newest first, tenors in capitals."""

    def reply(self, asked: Asked) -> Reply:
        """The year's rows published so far."""
        found = PATH.fullmatch(asked.path)
        is_real = asked.query.get("type") == "daily_treasury_real_yield_curve"
        if found is None or not is_real or not found["year"]:
            return NOT_FOUND
        out, modified = values_out_by("ust10y", OUT_AT, asked.at)
        rows = sessions().loc[: out.index[-1]].loc[found["year"] : found["year"]]
        rows = rows.dropna(subset=["ust5y", "ust10y", "ust30y"]).iloc[::-1]
        if rows.empty:
            return NOT_FOUND
        return Reply(200, _file(rows), "text/csv; charset=utf-8", modified)


def _file(rows: pd.DataFrame) -> bytes:
    five, ten, thirty = (rows[name] for name in ("ust5y", "ust10y", "ust30y"))
    nominal = (five, (five + ten) / 2, ten, (ten + thirty) / 2, thirty)
    real = [
        [f"{value:.2f}" for value in yields - breakeven]
        for yields, breakeven in zip(nominal, BREAKEVENS_PCT.values(), strict=True)
    ]
    days = pd.DatetimeIndex(rows.index).strftime("%m/%d/%Y")
    lines = ["Date," + ",".join(f'"{name}"' for name in BREAKEVENS_PCT)]
    lines += [",".join(row) for row in zip(days, *real, strict=True)]
    return ("\n".join(lines) + "\n").encode()
