"""CFTC: Traders in Financial Futures on Fridays at 15:30, by the documented names of fields. The
positions are made up and regular, and no stored answer was at hand to compare them with: for tests
only."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd

from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from monitor.sources.cftc_tff import CftcTff

FIRST = pd.Timestamp("2021-01-05")
SINCE = re.compile(r">='(\d{4}-\d{2}-\d{2})'")
CODES = ("042601", "044601", "043602", "043607", "020601", "020604")
SIZES = (4_100_000, 6_200_000, 4_900_000, 2_300_000, 1_800_000, 1_900_000)


class Standin:
    """Rows of text, those of the contracts and days asked for, oldest first."""

    def reply(self, asked: Asked) -> Reply:
        """The reports published so far."""
        if asked.path != "/resource/gpe5-46if.json":
            return NOT_FOUND
        weeks = pd.date_range(FIRST, asked.at.date(), freq="W-TUE")
        known = CftcTff().assumed_known_at(weeks)
        out = known <= pd.Timestamp(asked.at)
        since = SINCE.search(asked.query["$where"])
        wanted = [code for code in CODES if f"'{code}'" in asked.query["$where"]]
        names = asked.query["$select"].split(",")
        rows = [
            {name: row[name] for name in names}
            for place, week in enumerate(weeks[out])
            for row in _report(week, place)
            if row["cftc_contract_market_code"] in wanted
            and (since is None or f"{week.date()}" >= since[1])
        ]
        content = json.dumps(rows[: int(asked.query["$limit"])]).encode()
        newest = known[out].max().to_pydatetime()
        return Reply(200, content, "application/json;charset=utf-8", newest)


def _report(week: pd.Timestamp, place: int) -> list[dict[str, str]]:
    return [_row(week, place, number, code) for number, code in enumerate(CODES)]


def _row(week: pd.Timestamp, place: int, number: int, code: str) -> dict[str, str]:
    wave = np.sin(place / 5 + number)
    parts = {
        "open_interest_all": 1.0,
        "dealer_positions_long_all": 0.09,
        "dealer_positions_short_all": 0.12 + 0.005 * wave,
        "asset_mgr_positions_long": 0.46 + 0.01 * wave,
        "asset_mgr_positions_short": 0.14,
        "lev_money_positions_long": 0.11 - 0.004 * wave,
        "lev_money_positions_short": 0.38 + 0.012 * wave,
    }
    counts = {name: f"{SIZES[number] * share:.0f}" for name, share in parts.items()}
    return {
        "report_date_as_yyyy_mm_dd": f"{week.date()}T00:00:00.000",
        "cftc_contract_market_code": code,
        **counts,
    }
