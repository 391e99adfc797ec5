"""US Treasury, TIC: slt_table1.txt rewritten with slt_table3 on release days."""

from __future__ import annotations

from functools import lru_cache

from monitor.demo.facts import months, released
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply

PATH = "/resource-center/data-chart-center/tic/Documents/slt_table1.txt"
TITLES = (
    "Table 1: U.S. Long-Term Securities Held by Foreign Residents",
    "All Countries and International and Regional Organizations",
    "A positive number for net U.S. sales to foreigners denotes an increase in a foreign position",
    "Millions of dollars",
    "",
)
KINDS = ("total", "treas", "agcy", "corp", "eqty")
COUNTS = ("pos", "net", "valchg")
HEADER = (
    "country",
    "country_code",
    "date",
    *(f"for_lt_{kind}_{count}" for kind in KINDS for count in COUNTS),
)


class Standin:
    """Tabs, CRLF, every line padded to eighteen fields, newest month first inside an area."""

    def reply(self, asked: Asked) -> Reply:
        """The file of the newest release."""
        if asked.path != PATH:
            return NOT_FOUND
        newest, at = released(sorted(set(months("tic_assets.csv")["month"])), asked.at)
        return Reply(200, _file(newest), "text/plain", at)


@lru_cache(maxsize=4)
def _file(newest: str) -> bytes:
    table = months("tic_assets.csv")
    lines = [*((title,) for title in TITLES), HEADER]
    lines += [tuple(row) for row in table[table["month"] <= newest].itertuples(index=False)]
    lines += [("",), ("Definitions:",), ("A stand-in for a demonstration.",)]
    padded = ["\t".join([*line, *[""] * (len(HEADER) - len(line))]) for line in lines]
    return ("\r\n".join(padded) + "\r\n").encode("ascii")
