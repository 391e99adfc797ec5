"""The track record on its page, as known at the instant shown."""

from __future__ import annotations

import html
import re

from tests.monitor.web.desk import Browser


def test_the_page_has_a_table_for_each_early_number(shown: Browser) -> None:
    answer = shown.get("/record")
    assert answer.status == 200
    said = html.unescape(answer.text)
    headings = re.findall(r"<h2>(.*?)</h2>", said)
    assert "Custody, change of the month, against net purchases of Treasuries" in headings
    assert "Dollar basket, ECB's fix, against change of the day" in headings
    assert re.search(r'scope="row"[^>]*>foreign officials</th>.*?data-column="sign">\d+%', said)
    assert 'aria-current="page">Record</a>' in said
    # Custody of this desk begins in 2024: too little to estimate from.
    assert "Months not yet published" not in headings


def test_a_look_back_knows_fewer_months(shown: Browser) -> None:
    def months(address: str) -> int:
        found = re.search(
            r'foreign officials</th>.*?data-column="n">(\d+)', shown.get(address).text, re.DOTALL
        )
        assert found is not None
        return int(found[1])

    assert months("/record?at=2025-03-25T12:00Z") <= months("/record")
