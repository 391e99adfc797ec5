"""TIC with first prints: the newest month is a little other at first, and revised a month later."""

from __future__ import annotations

from typing import Final

from monitor.demo.publishers.treasury_tic import HEADER, Standin
from monitor.demo.request_reply import Asked, Reply

# By how much a first print is off: net transactions and so the holdings, USD mn. Countries only,
# so that no sum is wrong.
OFF_USD_MN: Final = 150
REVISED: Final = {"42609": 1, "41408": -1}
NET: Final = ("for_treas_net", "for_lt_treas_net")


class RevisedTic:
    """The stand-in of slt_table3, whose newest month is a first print for some countries."""

    def __init__(self) -> None:
        self._whole = Standin()
        self._last: tuple[bytes, bytes] = (b"", b"")

    def reply(self, asked: Asked) -> Reply:
        """The file of the newest release."""
        reply = self._whole.reply(asked)
        if reply.status != 200:
            return reply
        if self._last[0] is not reply.body:
            self._last = (reply.body, _first_prints(reply.body))
        return Reply(200, self._last[1], reply.content_type, reply.last_modified)


def _first_prints(body: bytes) -> bytes:
    lines = body.decode("ascii").split("\r\n")
    seen: set[str] = set()
    for number, line in enumerate(lines):
        cells = line.split("\t")
        code = cells[1] if len(cells) > 2 else ""
        if code in REVISED and code not in seen:
            seen.add(code)  # the newest month is an area's first row
            for name in NET:
                place = HEADER.index(name)
                cells[place] = str(int(cells[place]) + REVISED[code] * OFF_USD_MN)
            lines[number] = "\t".join(cells)
    return "\r\n".join(lines).encode("ascii")
