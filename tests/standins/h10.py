"""Federal Reserve Board: H.10 on Mondays at 16:15. The rates are the ECB's fixes turned around, as
the noon rates of these days are not among the figures: for tests only."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from monitor.demo.facts import sessions
from monitor.demo.publishers.h15 import OUT_AT, day_of
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from monitor.ingest.business_days import are_sessions
from monitor.ingest.calendars import FED, at_local, local_date

PER_DOLLAR = {"JA": "jpy", "CA": "cad", "SD": "sek", "SZ": "chf"}
NAMES = ("RXI$US_N.B.EU", "RXI$US_N.B.UK", *(f"RXI_N.B.{code}" for code in PER_DOLLAR))


class Standin:
    """Rows of titles and units, then a column a currency, `ND` on days without a rate."""

    def reply(self, asked: Asked) -> Reply:
        """The newest observations or a span of them, as far as they are published."""
        query = asked.query
        if asked.path != "/datadownload/Output.aspx" or query.get("rel") != "H10":
            return NOT_FOUND
        monday = local_date(asked.at)
        while monday.weekday() != 0 or at_local(monday, OUT_AT) > asked.at:
            monday -= timedelta(days=1)
        days = pd.bdate_range(sessions().index[0], monday - timedelta(days=3))
        if query.get("lastobs"):
            days = days[-int(query["lastobs"]) :]
        else:
            days = days[(days >= day_of(query["from"])) & (days <= day_of(query["to"]))]
        return Reply(200, _file(days), "text/csv", at_local(monday, OUT_AT))


def _file(days: pd.DatetimeIndex) -> bytes:
    fixes = sessions().reindex(days[are_sessions(FED, days)]).reindex(days)
    rates = [fixes["usd"], fixes["usd"] / fixes["gbp"]]
    rates += [fixes[name] / fixes["usd"] for name in PER_DOLLAR.values()]
    lines = [
        ",".join(['"Series Description"', *['"SPOT EXCHANGE RATE, A CURRENCY"'] * len(NAMES)]),
        ",".join(['"Unit:"', *['"Currency:_Per_USD"'] * len(NAMES)]),
        ",".join(['"Multiplier:"', *['"1"'] * len(NAMES)]),
        ",".join(['"Time Period"', *[f'"{name}"' for name in NAMES]]),
    ]
    for day, row in zip(days, np.column_stack(rates), strict=True):
        cells = ["ND" if np.isnan(rate) else f"{rate:.6f}" for rate in row]
        lines.append(",".join([str(day.date()), *cells]))
    return ("\n".join(lines) + "\n").encode()
