"""How the Fiscal Data service answers: filtered, sorted, and a page at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.demo.request_reply import Asked, Reply

MOST_A_PAGE = 200


def page(rows: Sequence[Mapping[str, str]], asked: Asked, modified: datetime) -> Reply:
    """The page asked for of the rows since the day asked for, newest first, fields as asked."""
    field, _, since = asked.query["filter"].split(":")
    chosen = [row for row in rows if row[field] >= since]
    for name in reversed(asked.query["sort"].split(",")):
        chosen.sort(key=lambda row: row[name.lstrip("-")], reverse=name.startswith("-"))
    size = min(int(asked.query["page[size]"]), MOST_A_PAGE)
    number = int(asked.query["page[number]"])
    pages = max(-(-len(chosen) // size), 1)
    names = asked.query["fields"].split(",")
    here = chosen[(number - 1) * size : number * size]
    following = f"&page%5Bnumber%5D={number + 1}&page%5Bsize%5D={size}"
    answer = {
        "data": [{name: row[name] for name in names} for row in here],
        "meta": {"count": len(here), "total-count": len(chosen), "total-pages": pages},
        "links": {"next": following if number < pages else None},
    }
    return Reply(200, json.dumps(answer).encode(), "application/json", modified)
