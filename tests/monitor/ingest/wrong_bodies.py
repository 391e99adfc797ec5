"""What publishers send wrongly, each as a change of a good reply."""

from __future__ import annotations

import importlib
import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

from monitor.demo import publishers
from monitor.demo.request_reply import Asked, Reply
from tests.contracts.bodies import FORMATS
from tests.contracts.faults import FAULTS
from tests.support import new_york

Fault = Callable[[Reply], Reply]


def of_rows(source: str, name: str) -> Fault:
    return lambda reply: FAULTS[name](reply, FORMATS[source])


def answer(status: int, body: bytes = b"no\n", content_type: str = "text/plain") -> Fault:
    return lambda _: Reply(status, body, content_type)


def replaced(old: bytes, new: bytes) -> Fault:
    """Other bytes for some that are in the body by the evening."""

    def fault(reply: Reply) -> Reply:
        return Reply(200, reply.body.replace(old, new), reply.content_type, reply.last_modified)

    return fault


def column_times(source: str, factor: float) -> Fault:
    """The newest number of the judged column times a factor: a typo that no range excludes."""

    def fault(reply: Reply) -> Reply:
        style = FORMATS[source]
        rows = style.rows(reply.body)
        newest = max(range(1, len(rows)), key=lambda row: _day(source, rows[row]))
        cell = rows[newest][style.value]
        rows[newest][style.value] = f"{float(cell) * factor:.2f}"
        return Reply(200, style.body(rows), reply.content_type, reply.last_modified)

    return fault


def _day(source: str, row: list[str]) -> Any:
    if FORMATS[source].date_style == "stamp":
        return float(row[0])
    month, day, year = row[0].split("/")
    return (year, month, day)


def chart(change: Callable[[dict[str, Any]], None]) -> Fault:
    def fault(reply: Reply) -> Reply:
        content = json.loads(reply.body)
        change(content["chart"]["result"][0])
        return Reply(200, json.dumps(content).encode(), reply.content_type)

    return fault


def last_close(value: float | None) -> Fault:
    def change(result: dict[str, Any]) -> None:
        result["indicators"]["quote"][0]["close"][-1] = value

    return chart(change)


def xlsx(reply: Reply) -> Reply:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return Reply(200, packed.getvalue(), reply.content_type)


def copy_of(source: str, at: str) -> Fault:
    """The publisher's own file of an earlier day."""

    def fault(reply: Reply) -> Reply:
        standin = importlib.import_module(f"{publishers.__name__}.{source}").Standin()
        asked = Asked(PATHS[source], {}, "Mozilla/5.0 havenwatch", new_york(at))
        earlier: Reply = standin.reply(asked)
        return earlier

    return fault


PATHS = {
    "cboe": "/api/global/us_indices/daily_prices/SPX_History.csv",
    "nyfed_acm": "/medialibrary/media/research/data_indicators/ACMTermPremium.xls",
    "treasury_tic": "/Publish/slt_table3.txt",
}
