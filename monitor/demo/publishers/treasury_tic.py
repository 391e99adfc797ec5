"""US Treasury, TIC: slt_table3.txt rewritten two minutes after 16:00 on release days."""

from __future__ import annotations

from functools import lru_cache

from monitor.demo.facts import released, tic
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply

TITLES = (
    "Table 3: U.S. Treasury Securities Held by Foreign Residents 1/",
    "All Countries and International and Regional Organizations",
    "A positive number for net U.S. sales to foreigners denotes an increase in a foreign position",
    "Millions of dollars",
    "",
)
HEADER = (
    "country", "country_code", "date", "for_treas_pos", "for_treas_net", "for_lt_treas_pos",
    "for_lt_treas_net", "for_lt_treas_valchg", "for_st_treas_pos", "for_st_treas_net",
)  # fmt: skip
CELLS = [
    "country",
    "code",
    "month",
    "pos",
    "net",
    "lt_pos",
    "lt_net",
    "lt_valchg",
    "st_pos",
    "st_net",
]
PATHS = (
    "/resource-center/data-chart-center/tic/Documents/slt_table3.txt",
    "/Publish/slt_table3.txt",
)


class Standin:
    """Tabs, CRLF, every line padded to ten fields, newest month first inside an area."""

    def reply(self, asked: Asked) -> Reply:
        """The file of the newest release; 403 to whoever does not say who is asking."""
        if asked.path not in PATHS:
            return NOT_FOUND
        if not asked.user_agent or asked.user_agent.startswith("python-requests"):
            return Reply(403, b"Forbidden\n", "text/plain")
        newest, at = released(sorted(set(tic()["month"])), asked.at)
        return Reply(200, _file(newest), "text/plain", at)


@lru_cache(maxsize=4)
def _file(newest: str) -> bytes:
    rows = tic()[tic()["month"] <= newest].fillna("n.a.")
    lines = [*((title,) for title in TITLES), HEADER]
    for _, area in rows.groupby("code", sort=False):
        newest_first = area.sort_values("month", ascending=False)
        lines += [tuple(row) for row in newest_first[CELLS].itertuples(index=False)]
    lines += [("",), ("Notes:",), ("1/ A stand-in for a demonstration.",)]
    padded = ["\t".join([*line, *[""] * (len(HEADER) - len(line))]) for line in lines]
    return ("\r\n".join(padded) + "\r\n").encode("ascii")
