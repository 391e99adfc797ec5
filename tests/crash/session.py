"""A session followed by quotes, step by step: told, worse, quiet again, back, the close by quotes,
and settled by the official closes the same evening and the next morning."""

from __future__ import annotations

from datetime import time
from typing import Final

from monitor.demo.facts import sessions, values_out_by
from monitor.demo.request_reply import Asked, Publisher, Reply
from tests.monitor.intraday.desk import CALM, CRITICAL, WARNING, stepwise

WATCHED: Final = ("table",)
RULES: Final = ("joint_selloff", "haven_failure")

# The closes of the evening before are history. Each other step is one process.
STEPS: Final = (
    "tick 2025-04-09 20:00",
    "session 11:00",
    "session 11:10",
    "session 11:16",
    "session 11:21",
    "session 11:26",
    "session 12:16",
    "session 12:22",
    "session 12:27",
    "session 13:16",
    "session 13:22",
    "session 13:27",
    "session 14:16",
    "session 14:22",
    "session 14:27",
    "session 16:20",
    "tick 18:40",
    "tick 2025-04-11 09:31",
)

CONFIG: Final = """\
[intraday]
enabled = true

[sources.yahoo_quotes]
base_url = "{quotes}"
min_interval_s = 0.01

[sources.table]
base_url = "{closes}"
publisher = "The script"
path = "/closes.csv"
known_at = "17:30"
stale_after_hours = 700
min_interval_s = 0.01
poll_at = ["18:35"]
columns.spx = {{ column = "spx", title = "S&P 500", unit = "index", substitutes = "spx" }}
columns.ust10y = {{ column = "ust10y", title = "10-year", unit = "pct", substitutes = "ust10y" }}
columns.dxy = {{ column = "dxy", title = "DXY", unit = "index", substitutes = "dxy" }}

[chains.spx]
sources = ["table"]
tolerance_pct = 1.0

[chains.ust10y]
sources = ["table"]
tolerance_bp = 10.0

[chains.dxy]
sources = ["table"]
tolerance_pct = 1.0
"""


class Closes:
    """The official closes of the three markets, each evening's at 17:30 New York."""

    def reply(self, asked: Asked) -> Reply:
        """`date,spx,ust10y,dxy` of the sessions that are over."""
        known, _ = values_out_by("spx", time(17, 30), asked.at)
        table = sessions().loc[known.index, ["spx", "ust10y", "dxy"]].dropna().tail(150)
        body = table.to_csv(index_label="date").encode()
        return Reply(200, body, "text/csv", asked.at.replace(microsecond=0))


def quotes() -> Publisher:
    """What markets do."""
    return stepwise(
        ("09:30", CALM),
        ("11:00", WARNING),
        ("12:00", CRITICAL),
        ("13:00", CALM),
        ("14:00", WARNING),
    )
