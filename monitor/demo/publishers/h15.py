"""Federal Reserve Board: H.15, a session's yields on the next business day at 16:15 New York."""

from __future__ import annotations

from datetime import date, datetime, time

import pandas as pd

from monitor.demo.facts import sessions, values_out_by
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply

OUT_AT = time(16, 15)
TENORS = {
    "RIFLGFCY02_N.B": ("ust2y", "2-year"),
    "RIFLGFCY05_N.B": ("ust5y", "5-year"),
    "RIFLGFCY10_N.B": ("ust10y", "10-year"),
    "RIFLGFCY30_N.B": ("ust30y", "30-year"),
}


class Standin:
    """Rows of titles and units, then a column a series; `ND` on weekdays without a yield. The
    yields are the Treasury's, which H.15 publishes once more."""

    def reply(self, asked: Asked) -> Reply:
        """The newest observations or a span of them, as far as they are published."""
        query = asked.query
        if asked.path != "/datadownload/Output.aspx" or query.get("rel") != "H15":
            return NOT_FOUND
        out, modified = values_out_by("ust10y", OUT_AT, asked.at, lag_business_days=1)
        days = pd.bdate_range(sessions().index[0], out.index[-1])
        if query.get("lastobs"):
            days = days[-int(query["lastobs"]) :]
        else:
            days = days[(days >= day_of(query["from"])) & (days <= day_of(query["to"]))]
        return Reply(200, _file(days), "text/csv", modified)


def day_of(text: str) -> pd.Timestamp:
    """A day as the download's address writes it."""
    return pd.Timestamp(datetime.strptime(text, "%m/%d/%Y"))  # noqa: DTZ007 - a calendar day


def _file(days: pd.DatetimeIndex) -> bytes:
    table = sessions().reindex(days)
    titles = [f'"Market yield on U.S. Treasuries, {name}, par"' for _, name in TENORS.values()]
    lines = [
        ",".join(['"Series Description"', *titles]),
        ",".join(['"Unit:"', *['"Percent:_Per_Year"'] * len(TENORS)]),
        ",".join(['"Multiplier:"', *['"1"'] * len(TENORS)]),
        ",".join(['"Currency:"', *['"NA"'] * len(TENORS)]),
        ",".join(['"Unique Identifier: "', *[f'"H15/H15/{name}"' for name in TENORS]]),
        ",".join(['"Time Period"', *[f'"{name}"' for name in TENORS]]),
    ]
    for day, row in zip(days, table.to_dict("records"), strict=True):
        cells = [row[tenor] for tenor, _ in TENORS.values()]
        written = ["ND" if pd.isna(cell) else f"{cell:.2f}" for cell in cells]
        lines.append(",".join([date.isoformat(day.date()), *written]))
    return ("\n".join(lines) + "\n").encode()
