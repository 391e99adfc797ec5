"""The view of what TIC gives of a country's month: transactions, and what else moved holdings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rules.tic.areas import COUNTRIES, GRAND_TOTAL, OFFICIAL, SUMS

# What each area is called; officials and the total in the words that the view always had.
AREAS: Final[Mapping[str, str]] = {
    **COUNTRIES,
    **SUMS,
    OFFICIAL: "all officials",
    GRAND_TOTAL: "all countries",
}


def _names() -> str:
    cases = " ".join(f"WHEN '{code}' THEN '{name}'" for code, name in AREAS.items())
    return f"CASE now.code {cases} ELSE 'area ' || now.code END"


def _of(measure: str) -> str:
    return f"max(value) FILTER (WHERE measure = '{measure}')"


# Holdings are never read as transactions: their change is net transactions, the valuation that TIC
# gives of long-term Treasuries, and other, which is the rest. Where TIC says n.a. it is NULL, and
# so is all that needs it. Only of all countries together does TIC tell officials from others.
TIC_SPLIT: Final = f"""
WITH cells AS (
    SELECT substr(series_id, 5, 5) AS code, substr(series_id, 11) AS measure,
        period_end, value, known_at
    FROM series CROSS JOIN observations AS cell USING (series_key)
    WHERE series_id GLOB 'tic.[0-9][0-9][0-9][0-9][0-9].for_*' AND vintage_id =
        (SELECT vintage_id FROM observations WHERE series_key = cell.series_key
         AND period_end = cell.period_end ORDER BY vintage_id DESC LIMIT 1)),
months AS MATERIALIZED (
    SELECT code, period_end, {_of("for_treas_net")} AS net, {_of("for_lt_treas_net")} AS long_term,
        {_of("for_st_treas_net")} AS bills, {_of("for_treas_pos")} AS holdings,
        {_of("for_lt_treas_valchg")} AS valuation, max(known_at) AS known_at
    FROM cells GROUP BY code, period_end)
SELECT now.period_end AS month_end, now.code AS country_code, {_names()} AS country,
    now.net AS net_transactions_usd_mn, now.long_term AS net_long_term_usd_mn,
    now.bills AS net_bills_usd_mn, officials.net AS net_by_officials_usd_mn,
    now.net - officials.net AS net_by_others_usd_mn, now.holdings AS holdings_usd_mn,
    now.holdings - before.holdings AS change_in_holdings_usd_mn,
    now.valuation AS valuation_usd_mn,
    now.holdings - before.holdings - now.net - now.valuation AS other_usd_mn,
    max(now.known_at, coalesce(before.known_at, now.known_at)) AS known_at_utc
FROM months AS now
LEFT JOIN months AS before ON before.code = now.code
    AND before.period_end = date(now.period_end, 'start of month', '-1 day')
LEFT JOIN months AS officials ON now.code = '99996' AND officials.code = '99990'
    AND officials.period_end = now.period_end"""
