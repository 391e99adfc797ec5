"""Yahoo's chart JSON in another shape: refused in words, whatever is where."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.errors import BodyRejected
from monitor.sources.yahoo import Yahoo
from tests.support import body, new_york

AT = new_york("2025-04-10 21:00")
STAMP = int(new_york("2025-04-09 00:00").timestamp())

# The last second of the year 9999: in some time zones there is none.
LAST = 253402300799


def parsed(result: Any, /, **chart: Any) -> int:
    """How many closes are read of a chart."""
    whole = {"chart": {"result": [result], "error": None, **chart}}
    return len(Yahoo().parse(body(json.dumps(whole)), AT))


def result(**changed: Any) -> dict[str, Any]:
    return {"timestamp": [STAMP], "indicators": {"quote": [{"close": [102.9]}]}, **changed}


def test_what_it_may_leave_out_is_left_out() -> None:
    assert parsed(result(meta=None)) == 1
    # No time that there is says nothing of the last trade.
    for far in (10**30, LAST, -LAST):
        assert parsed(result(meta={"regularMarketTime": far})) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        [1], "x", 3, result(meta=[9]), result(meta="x"), result(timestamp={"a": 1}),
        result(timestamp=7), result(timestamp=[[]]), result(indicators=[1]),
        result(indicators={"quote": 3}), result(indicators={"quote": [4]}),
        result(indicators={"quote": [{"close": "9"}]}),
        result(indicators={"quote": [{"close": {"0": 1.0}}]}),
        result(indicators={"quote": [{"close": [10**400]}]}),
        result(indicators={"quote": [{}]}), result(meta={"exchangeTimezoneName": "America"}),
        result(meta={"exchangeTimezoneName": ["x"]}),
        result(indicators={"quote": [{"close": [True]}]}),
        result(timestamp=[LAST], meta={"exchangeTimezoneName": "UTC"}), result(timestamp=[-LAST]),
    ],
)  # fmt: skip
def test_another_shape_is_refused(wrong: Any) -> None:
    with pytest.raises(BodyRejected):
        parsed(wrong)


@pytest.mark.parametrize("found", [{"0": 1}, "x", 5, [[]], [None]])
def test_and_so_are_results_that_are_none(found: Any) -> None:
    with pytest.raises(BodyRejected):
        parsed({}, result=found)
