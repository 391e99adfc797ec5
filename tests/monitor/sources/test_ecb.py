"""The ECB basket: its formula and its zip."""

from __future__ import annotations

import io
import zipfile

import pytest

from monitor.errors import BodyRejected
from monitor.ingest.http import Body
from monitor.sources.ecb import Ecb
from tests.support import body, new_york

EVENING = new_york("2025-04-08 18:30")


def zipped(text: str, name: str = "eurofxref-hist.csv") -> Body:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, text)
    return body(packed.getvalue(), "application/zip")


def test_the_basket_of_25_april_2025_is_99_608() -> None:
    text = "Date,USD,JPY,GBP,SEK,CHF,CAD,\n2025-04-25,1.1357,162.8,0.8531,11.0015,0.9421,1.5754,\n"
    found = Ecb().parse(zipped(text), EVENING)
    assert found["usd_basket"].tolist() == [pytest.approx(99.608, abs=0.0005)]


def test_a_day_without_one_of_the_six_has_no_basket() -> None:
    text = "Date,USD,JPY,GBP,SEK,CHF,CAD,\n2025-04-25,1.1357,N/A,0.8531,11.0015,0.9421,1.5754,\n"
    assert Ecb().parse(zipped(text), EVENING)["usd_basket"].isna().all()


def test_a_zip_without_the_member_is_refused() -> None:
    with pytest.raises(BodyRejected, match=r"eurofxref-hist\.csv"):
        Ecb().parse(zipped("Date,\n", name="readme.txt"), EVENING)


def test_the_three_rates_are_quoted_as_a_desk_does() -> None:
    text = "Date,USD,JPY,GBP,SEK,CHF,CAD,\n2025-04-25,1.1357,162.8,N/A,11.0015,0.9421,1.5754,\n"
    found = Ecb().parse(zipped(text), EVENING).iloc[0]
    assert found["eurusd"] == 1.1357
    assert found["usdjpy"] == pytest.approx(143.348, abs=0.0005)
    assert found["usdchf"] == pytest.approx(0.82953, abs=0.000005)
    for name in ("eurusd", "usdjpy", "usdchf"):
        described = Ecb().describe(name)
        assert described.plausible is not None
        assert described.plausible[0] < found[name] < described.plausible[1]
