"""The US Treasury's Fiscal Data service: JSON pages whose values are all text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import pandas as pd

from monitor.errors import BodyRejected
from monitor.ingest.http import Body, Request
from monitor.ingest.payload_parsing import json_of, text_table
from monitor.ingest.source import WARM_UP, BaseUrl, Source, UserAgent

# The most the service gives: a page ends in the middle of a day, so the fewer the better.
PAGE_SIZE: Final = 10_000
LOOK_BACK: Final = timedelta(days=30)


def first_page(
    path: str, fields: Sequence[str], date_field: str, order: Sequence[str], since: date
) -> str:
    """The address of the first page of the rows since a day, sorted by `order`.

    Every field is named: leaving out those that are no numbers can make the service aggregate.
    """
    query = {
        "fields": ",".join(fields),
        "filter": f"{date_field}:gte:{since.isoformat()}",
        "sort": ",".join(order),
        "page[number]": "1",
        "page[size]": str(PAGE_SIZE),
    }
    return f"{path}?{urlencode(query)}"


def page_after(body: Body) -> str | None:
    """The query of the page after a body, None after the last. `links.next` is a fragment of one,
    which replaces what the body's own address said."""
    following = (_answer(body).get("links") or {}).get("next")
    if not following:
        return None
    asked = dict(parse_qsl(urlsplit(body.url).query))
    return urlencode({**asked, **dict(parse_qsl(str(following).lstrip("&?")))})


def rows_of(body: Body, fields: Sequence[str], required: Collection[str]) -> pd.DataFrame:
    """The rows of one page as text, a column a field; the word `null` means missing, and so does a
    field that is not `required` and not there."""
    found = _answer(body).get("data")
    if not isinstance(found, list):
        raise BodyRejected(body.url, expected="a list of rows in `data`", got="none")
    for row in found:
        absent = [name for name in required if not isinstance(row, Mapping) or name not in row]
        if absent:
            got = f"a row without {', '.join(absent)}"
            raise BodyRejected(body.url, expected=f"fields {', '.join(required)}", got=got)
    return text_table(found, fields)


def _answer(body: Body) -> dict[str, Any]:
    answer = json_of(body)
    if not isinstance(answer, dict) or "error" in answer:
        got = str(answer.get("message", answer) if isinstance(answer, dict) else answer)[:120]
        raise BodyRejected(body.url, expected="an answer with `data`", got=repr(got))
    return answer


@dataclass(frozen=True, kw_only=True)
class FiscalDataset(Source):
    """A dataset of the service, a row a line, asked for from some days before the newest stored."""

    licence: ClassVar[str] = "public domain"
    grows: ClassVar[bool] = False  # the last month
    path: ClassVar[str]
    fields: ClassVar[tuple[str, ...]]
    date_field: ClassVar[str]
    # It orders every row, those of one day too: else one could be on two pages and one on none.
    order: ClassVar[tuple[str, ...]]
    first_day: ClassVar[date]

    base_url: BaseUrl = "https://api.fiscaldata.treasury.gov/services/api/fiscal_service"
    user_agent: UserAgent = "havenwatch/0.1"

    def requests(self, newest: date | None, at: datetime) -> Sequence[Request]:
        """The last month, or from before the newest stored day on."""
        since = self.today(at) - WARM_UP if newest is None else newest - LOOK_BACK
        return self.history_requests(since, at)

    def history_requests(self, since: date, at: datetime) -> Sequence[Request]:  # noqa: ARG002
        """The first page of everything since a day."""
        since = max(since, self.first_day)
        path = first_page(self.path, self.fields, self.date_field, self.order, since)
        return (self.request(path),)

    def next_page(self, body: Body) -> Request | None:
        """The page that `links.next` names."""
        query = page_after(body)
        return None if query is None else self.request(f"{self.path}?{query}")
