"""The Bank of Canada's basket: its formula, its JSON and the days it is asked for."""

from __future__ import annotations

import json
from datetime import date

import pytest

from monitor.errors import BodyRejected
from monitor.ingest.http import Body
from monitor.sources.boc import POWERS, Boc
from monitor.sources.ecb import Ecb
from tests.monitor.sources.test_ecb import zipped
from tests.support import body, new_york

EVENING = new_york("2025-04-10 18:30")
PER_EURO = {
    "USD": 1.1357,
    "JPY": 162.8,
    "GBP": 0.8531,
    "CAD": 1.5754,
    "SEK": 11.0015,
    "CHF": 0.9421,
}
IN_CAD = {
    f"FX{name}CAD": PER_EURO["CAD"] / rate for name, rate in (PER_EURO | {"EUR": 1.0}).items()
}


def answer(**changed: object) -> Body:
    row = {"d": "2025-04-25", **{name: {"v": f"{IN_CAD[name]:.10f}"} for name in POWERS}}
    kept = {name: cell for name, cell in (row | changed).items() if cell is not None}
    return body(json.dumps({"observations": [kept]}).encode(), "application/json")


def test_the_basket_is_that_of_the_ecb_where_all_rates_agree() -> None:
    text = ",".join(["Date", *PER_EURO]) + ",\n"
    text += ",".join(["2025-04-25", *map(str, PER_EURO.values())]) + ",\n"
    ecb = Ecb().parse(zipped(text), EVENING)["usd_basket"]
    boc = Boc().parse(answer(), EVENING)["boc.usd_basket"]
    assert boc.tolist() == pytest.approx(ecb.tolist(), abs=1e-5)
    assert boc.tolist() == [pytest.approx(99.608, abs=0.0005)]
    assert boc.index.equals(ecb.index)


@pytest.mark.parametrize("rate", [{"v": ""}, {}])
def test_a_day_without_one_of_the_six_has_no_basket(rate: object) -> None:
    assert Boc().parse(answer(FXJPYCAD=rate), EVENING)["boc.usd_basket"].isna().all()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"FXSEKCAD": None}, "no FXSEKCAD"),
        ({"FXUSDCAD": {"v": "0"}}, "FXUSDCAD rates above zero"),
        ({"FXUSDCAD": "1.4"}, "a number"),
        ({"d": 20250425}, "a day `d`"),
        ({"d": "25/04/2025"}, "dates like 2025-04-21"),
    ],
)
def test_what_is_not_as_the_bank_writes_it_is_refused(
    changed: dict[str, object], said: str
) -> None:
    with pytest.raises(BodyRejected, match=said):
        Boc().parse(answer(**changed), EVENING)


def test_a_message_in_place_of_rates_is_shown() -> None:
    refused = body(b'{"message": "Series FXXXXCAD not found."}', "application/json")
    with pytest.raises(BodyRejected, match="FXXXXCAD not found"):
        Boc().parse(refused, EVENING)


@pytest.mark.parametrize(
    ("newest", "first"),
    [(date(2025, 4, 9), "2025-03-26"), (None, "2023-04-11"), (date(2016, 1, 1), "2017-01-03")],
)
def test_a_poll_asks_for_one_span_of_the_six_currencies(newest: date | None, first: str) -> None:
    (asked,) = Boc().requests(newest, EVENING)
    names = "FXUSDCAD,FXEURCAD,FXJPYCAD,FXGBPCAD,FXSEKCAD,FXCHFCAD"
    span = f"start_date={first}&end_date=2025-04-10"
    assert asked.url == f"https://www.bankofcanada.ca/valet/observations/{names}/json?{span}"


def test_it_is_never_called_dxy() -> None:
    assert "DXY" not in Boc().describe("boc.usd_basket").title
    assert Boc().checks == {"dxy": "boc.usd_basket"}
