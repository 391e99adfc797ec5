"""Quotes as their publishers write them."""

from __future__ import annotations

from monitor.ingest.http import Body
from monitor.ingest.quote_feed import plausible
from monitor.quotes.cboe_quotes import CboeQuotes
from monitor.quotes.yahoo_quotes import YahooQuotes
from tests.support import SHARED, new_york, utc


def real(name: str) -> Body:
    """A real body."""
    return Body("http://publisher/file", (SHARED / "real" / name).read_bytes(), "", None, None)


def test_tnx_of_yahoo_is_the_yield_with_its_own_close_before() -> None:
    found = real("yahoo/chart_TNX_5m_1d_meta_only@2026-09-15.json")
    (one,) = plausible(YahooQuotes().parse(found), found.url, utc("2026-09-15 18:45"))
    assert (one.series_id, one.value, one.previous_close) == ("ust10y", 5.0, 4.961)
    assert one.at == new_york("2026-09-15 14:26:43")


def test_a_delayed_quote_of_cboe_is_of_its_last_trade() -> None:
    found = real("cboe/delayed_quote_SPX@2026-09-15T1840Z.json")
    (one,) = plausible(CboeQuotes().parse(found), found.url, utc("2026-09-15 18:41"))
    assert (one.series_id, one.value, one.previous_close) == ("spx", 7585.75, 7619.98)
    assert one.at == new_york("2026-09-15 14:25:35")
