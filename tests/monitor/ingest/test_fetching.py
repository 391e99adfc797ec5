"""What several bodies of one source say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

import pandas as pd
import pytest

from monitor.clock import SimulatedClock
from monitor.errors import BodyRejected
from monitor.ingest.fetch import Fetching
from monitor.ingest.http import Body, Http, Request
from monitor.sources.fiscaldata_auctions import FiscaldataAuctions
from state.database import Database
from state.health import Health
from tests.monitor.sources.test_fiscaldata import BILL, TEN_YEAR, page
from tests.support import new_york

AT = new_york("2025-04-09 14:00")
THREE_YEAR = {
    **TEN_YEAR,
    "cusip": "91282CMW8",
    "security_term": "3-Year",
    "original_security_term": "3-Year",
}


class Pages(Http):
    """A publisher that answers with one body after the other."""

    def __init__(self, bodies: Sequence[Body]):
        super().__init__(SimulatedClock(AT))
        self.bodies = list(bodies)

    def get(self, request: Request) -> Body:
        return self.bodies.pop(0)


@dataclass(frozen=True, kw_only=True)
class Paged(FiscaldataAuctions):
    """Auctions, a page a body."""

    source_type: ClassVar[str] = "fiscaldata_auctions"

    def history_requests(self, since: date, at: datetime) -> Sequence[Request]:
        return [self.request("/1"), self.request("/2")]


def together(*bodies: Body) -> pd.DataFrame:
    source, http = Paged(), Pages(bodies)
    requests = source.history_requests(AT.date(), AT)[: len(bodies)]
    found = Fetching(http, Health(Database(None))).fetch(source, requests, AT, conditional=False)
    assert found.frame is not None
    return found.frame


def test_a_day_that_two_pages_share_keeps_what_each_says_of_it() -> None:
    apart = together(page(TEN_YEAR), page(THREE_YEAR, BILL))
    whole = together(page(TEN_YEAR, THREE_YEAR, BILL))
    pd.testing.assert_frame_equal(apart.sort_index(axis=1), whole.sort_index(axis=1))
    for name in ("note_10y", "note_3y", "bill_4w"):
        assert apart[f"auction.{name}.bid_to_cover"].tolist() == [2.67]


def test_a_number_that_stands_on_two_pages_is_taken_once() -> None:
    assert together(page(TEN_YEAR), page(TEN_YEAR)).index.is_unique


def test_two_numbers_for_one_cell_are_refused() -> None:
    other = {**TEN_YEAR, "bid_to_cover_ratio": "2.68"}
    with pytest.raises(BodyRejected, match=r"bid_to_cover on 2025-04-09, got 2.67 and 2.68"):
        together(page(TEN_YEAR), page(other))
