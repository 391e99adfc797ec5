"""US Treasury, TIC: s1_globl.txt as it was left in 2023."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from monitor.demo.facts import months
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply

LEFT_AT = datetime(2023, 3, 15, 20, 0, tzinfo=UTC)
HEADER = ("name", "code", "month", *(f"[{number}]" for number in range(1, 13)))


class Standin:
    """Tabs, CRLF, quoted thousands, newest month first inside an area, the grand total last."""

    def reply(self, asked: Asked) -> Reply:
        """The one file there will ever be."""
        if asked.path != "/Publish/s1_globl.txt":
            return NOT_FOUND
        return Reply(200, _file(), "text/plain", LEFT_AT)


@lru_cache(maxsize=1)
def _file() -> bytes:
    titles = ('"U.S. Transactions with Foreigners"', "All amounts in millions of dollars.")
    lines = ["\t\t\t" + title + "\t" * 11 for title in titles]
    lines += ["\t".join(HEADER), "\t".join([" ----------"] * len(HEADER))]
    for row in months("tic_form_s.csv").itertuples(index=False):
        amounts = [f"{int(cell):,}" for cell in row[3:]]
        lines.append("\t".join([*row[:3], *(f'"{a}"' if "," in a else a for a in amounts)]))
    return ("\r\n".join(lines) + "\r\n").encode("ascii")
