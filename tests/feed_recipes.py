"""The files of docs/feeds.md, made: each of the shape that its heading says, with made numbers."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from tests.table_files import parquet, xlsx

PAGE: Final = Path(__file__).parents[1] / "docs" / "feeds.md"
FENCE: Final = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
# The folder and the hosts that the page names.
FOLDER: Final = "/srv/havenwatch"
HOSTS: Final = ("https://feed.example.org", "https://www.bankofcanada.ca")


@dataclass(frozen=True)
class Recipe:
    """A section of the page: the words of its command, and the block that this writes."""

    words: list[str]
    block: str


def recipes() -> dict[str, Recipe]:
    """The recipes of the page by their headings."""
    found = {}
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        blocks = dict(FENCE.findall(section))
        if {"console", "toml"} <= set(blocks):
            command = blocks["console"].splitlines()[0].removeprefix("$ havenwatch ")
            found[section.partition("\n")[0]] = Recipe(shlex.split(command), blocks["toml"])
    return found


def sessions(count: int = 300) -> Iterator[tuple[date, int]]:
    """Weekdays from the beginning of 2024, each with its number."""
    day, number = date(2024, 1, 1), 0
    while number < count:
        if day.weekday() < 5:
            yield day, number
            number += 1
        day += timedelta(days=1)


def level(number: int, base: float, step: float) -> float:
    """A line that goes up and down in waves."""
    return round(base + step * (number % 20 if number % 40 < 20 else 20 - number % 20), 4)


def terminal_export() -> bytes:
    """What a terminal saves: its query above the table, dates as it shows them."""
    rows: list[list[Any]] = [["Saved by the terminal"], ["Security", "DXY Curncy"], []]
    rows.append(["Date", "PX_LAST", "PX_VOLUME"])
    rows += [[f"{day:%d/%m/%Y}", level(n, 102, 0.05), "#N/A N/A"] for day, n in sessions()]
    return xlsx({"Query": [["nothing"]], "Worksheet": rows})


def nightly_csv() -> bytes:
    """What a job of the bank writes at night, in the way of its country."""
    lines = ["Datum;DE 2J;DE 10J"]
    for day, number in sessions():
        short, long = (f"{level(number, base, 0.01):.3f}" for base in (2.1, 2.6))
        lines.append(f"{day:%d.%m.%Y};" + f"{short};{long}".replace(".", ","))
    return "\n".join(lines).encode()


def rest_feed() -> bytes:
    """What an API gives: a list below other keys, instants of UTC."""
    items = [
        {"ts": f"{day}T21:00:00Z", "close": level(n, 102, 0.05), "status": "final"}
        for day, n in sessions()
    ]
    return json.dumps({"meta": {"next": None}, "data": {"items": items}}).encode()


def valet() -> bytes:
    """The shape of the Bank of Canada's Valet: a value lies below its series in each row."""
    rows = [{"d": f"{day}", "FXUSDCAD": {"v": f"{level(n, 1.35, 0.001)}"}} for day, n in sessions()]
    detail = {"FXUSDCAD": {"label": "USD/CAD"}}
    return json.dumps({"terms": {}, "seriesDetail": detail, "observations": rows}).encode()


def dropped_parquet() -> bytes:
    """What a pipeline leaves in a bucket: a row a week, with real dates."""
    days = [date(2020, 1, 1) + timedelta(weeks=one) for one in range(200)]
    values = [level(one, 2900, 3) for one in range(200)]
    return parquet({"week": days, "custody_bn": values, "source": ["pipeline"] * 200})


FILES: Final = {
    "A terminal's Excel export": terminal_export,
    "A nightly CSV drop": nightly_csv,
    "A REST feed with a token": rest_feed,
    "The Bank of Canada's Valet": valet,
    "A bucket or an SFTP folder, mounted": dropped_parquet,
}
