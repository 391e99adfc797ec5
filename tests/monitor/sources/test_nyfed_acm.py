"""The ACM workbook: text dates and the identity."""

from __future__ import annotations

import pytest

from monitor.errors import BodyRejected
from monitor.ingest.http import Body
from monitor.sources.nyfed_acm import NyFedAcm
from tests.contracts.bodies import FORMATS
from tests.support import body, new_york

EVENING = new_york("2025-04-08 18:30")


def workbook(rows: list[list[str]]) -> Body:
    return body(FORMATS["nyfed_acm"].body(rows), "application/vnd.ms-excel")


HEADER = ["DATE", "ACMY10", "ACMTP10", "ACMRNY10"]


def test_the_workbooks_text_dates_are_read() -> None:
    rows = [HEADER, ["28-Aug-2026", "4.794445", "0.728036", "4.066409"]]
    found = NyFedAcm().parse(workbook(rows), EVENING)
    assert found.to_numpy().tolist() == [[4.794445, 0.728036, 4.066409]]
    assert str(found.index[0].date()) == "2026-08-28"


def test_premium_and_risk_neutral_yield_must_add_up_to_the_yield() -> None:
    rows = [HEADER, ["28-Aug-2026", "4.794445", "0.928036", "4.066409"]]
    with pytest.raises(BodyRejected, match=r"ACMY10 = ACMTP10 \+ ACMRNY10"):
        NyFedAcm().parse(workbook(rows), EVENING)
