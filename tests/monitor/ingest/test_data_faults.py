"""Everything that publishers send wrongly, a day or a release long, in the running program: no
alert that is not true, none of the true ones missed, the right state of the source, and nothing
told twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from monitor.service.tick_loop import run_simulated
from tests.begun import Begun
from tests.monitor.ingest.wrong_bodies import (
    Fault,
    answer,
    chart,
    column_times,
    copy_of,
    last_close,
    of_rows,
    replaced,
    xlsx,
)
from tests.slow import quick_where
from tests.standins import more_publishers
from tests.support import DECIDING, new_york


@dataclass(frozen=True)
class Span:
    """A stretch of days with true alerts in it: what is watched, when the fault lasts, the end."""

    watched: tuple[str, ...]
    start: str
    fault_from: str
    fault_until: str
    end: str
    true_alerts: frozenset[str]


SELLOFF = Span(
    watched=(*DECIDING, "h15", "yahoo_spx", "yahoo_tnx"),
    start="2025-04-07 21:00",
    fault_from="2025-04-08 00:00",
    fault_until="2025-04-08 23:59",
    end="2025-04-09 10:30",
    true_alerts=frozenset({"joint_selloff/us/2025-04-08", "term_premium_day/acm_10y/2025-04-07"}),
)
# Yahoo's number of the 8th is right again with its close of the 9th.
TO_THE_NEXT_CLOSE = replace(SELLOFF, end="2025-04-09 17:45")


TIC = Span(
    watched=("treasury_tic",),
    start="2025-05-15 21:00",
    fault_from="2025-05-16 15:59",
    fault_until="2025-05-16 16:10",
    end="2025-05-17 12:00",
    true_alerts=frozenset({"foreign_net_sales/china/2025-03-31"}),
)


# Retries after an hour, two and four: enough to see that nothing is told twice.
RETRIES = {"retry_first_seconds": 3600, "retry_most_seconds": 4 * 3600}


BROKEN, WRONG, OLD, AWAY, APART = (
    "CHANGED_FORMAT",
    "IMPLAUSIBLE",
    "STALE",
    "UNREACHABLE",
    "CONFLICT",
)


CAPTCHA = b"<html><head><title>Just a moment...</title></head></html>"


NEW_YIELD = b"04/08/2025,,,,,,,,3.71,,3.88,,4.26,,4.71"

CASES: dict[str, tuple[Span, str, Fault, str]] = {
    "a maintenance page with status 200": (SELLOFF, "cboe", of_rows("cboe", "html"), BROKEN),
    "a captcha under the content type of CSV": (
        SELLOFF, "cboe", answer(200, CAPTCHA, "text/csv"), BROKEN),
    "an empty body": (SELLOFF, "cboe", of_rows("cboe", "empty"), BROKEN),
    "a body cut in half": (SELLOFF, "cboe", of_rows("cboe", "cut in half"), BROKEN),
    "bytes that are no text": (SELLOFF, "cboe", of_rows("cboe", "damaged in the middle"), BROKEN),
    "a stray quote": (SELLOFF, "cboe", of_rows("cboe", "a stray quote"), BROKEN),
    "a header without rows": (SELLOFF, "cboe", of_rows("cboe", "a header and no rows"), BROKEN),
    "a renamed column": (SELLOFF, "cboe", of_rows("cboe", "a renamed column"), BROKEN),
    "rows out of order": (SELLOFF, "cboe", of_rows("cboe", "out of order"), BROKEN),
    "a date twice": (SELLOFF, "cboe", of_rows("cboe", "a date twice"), BROKEN),
    "a date in the future": (SELLOFF, "cboe", of_rows("cboe", "a date in the future"), WRONG),
    "a file that lost rows": (SELLOFF, "cboe", of_rows("cboe", "shrunk"), BROKEN),
    "closes a thousand times too large": (
        SELLOFF, "cboe", of_rows("cboe", "a unit a thousand times too large"), WRONG),
    "a slipped digit": (SELLOFF, "cboe", of_rows("cboe", "a slipped digit"), WRONG),
    "a typo of ten sigma in stocks": (SELLOFF, "cboe", column_times("cboe", 0.9), APART),
    "a word for a close": (SELLOFF, "cboe", of_rows("cboe", "a word for a number"), BROKEN),
    "the file of the week before": (SELLOFF, "cboe", copy_of("cboe", "2025-04-03 21:00"), OLD),
    "status 500": (SELLOFF, "cboe", answer(500), AWAY),
    "status 403": (SELLOFF, "cboe", answer(403), AWAY),
    "two tenors swapped": (
        SELLOFF, "treasury_curve", of_rows("treasury_curve", "two labels swapped"), WRONG),
    "yields as fractions": (
        SELLOFF, "treasury_curve",
        of_rows("treasury_curve", "a unit a hundred times too small"), WRONG),
    "a typo of ten sigma in yields": (
        SELLOFF, "treasury_curve", replaced(NEW_YIELD, NEW_YIELD.replace(b"4.26", b"4.86")), WRONG),
    "a blank newest yield": (
        SELLOFF, "treasury_curve", replaced(NEW_YIELD, NEW_YIELD.replace(b"4.26", b"")), "OK"),
    "N/A for the newest yield": (
        SELLOFF, "treasury_curve", replaced(NEW_YIELD, NEW_YIELD.replace(b"4.26", b"N/A")), "OK"),
    "a tenor that is gone": (
        SELLOFF, "treasury_curve", of_rows("treasury_curve", "a renamed column"), BROKEN),
    "a byte-order mark": (
        SELLOFF, "treasury_curve", replaced(b"Date,", b"\xef\xbb\xbfDate,"), "OK"),
    "a year that is not there": (SELLOFF, "treasury_curve", answer(404), AWAY),
    "too many requests": (SELLOFF, "yahoo", answer(429, b"Too Many Requests\n"), AWAY),
    "a page where JSON was": (SELLOFF, "yahoo", answer(200, CAPTCHA, "text/html"), BROKEN),
    "an error inside the JSON": (
        SELLOFF, "yahoo",
        answer(200, b'{"chart": {"result": null, "error": {"code": "x"}}}', "application/json"),
        BROKEN),
    "a null for the newest close": (SELLOFF, "yahoo", last_close(None), "OK"),
    "bars a week long": (
        SELLOFF, "yahoo", chart(lambda one: one["meta"].update(dataGranularity="1wk")), BROKEN),
    "another index": (
        SELLOFF, "yahoo", chart(lambda one: one["meta"].update(symbol="DX=F")), BROKEN),
    "a typo of ten sigma in the dollar": (
        TO_THE_NEXT_CLOSE, "yahoo", column_times("yahoo", 1.05), APART),
    "a zip that was cut": (SELLOFF, "ecb", of_rows("ecb", "cut in half"), BROKEN),
    "two currencies swapped": (SELLOFF, "ecb", of_rows("ecb", "two labels swapped"), WRONG),
    "rates in another unit": (
        SELLOFF, "ecb", of_rows("ecb", "a unit a thousand times too large"), WRONG),
    "a premium that does not add up": (
        SELLOFF, "nyfed_acm", of_rows("nyfed_acm", "a slipped digit"), WRONG),
    "two model columns swapped": (
        SELLOFF, "nyfed_acm", of_rows("nyfed_acm", "two labels swapped"), WRONG),
    "a workbook of another kind": (SELLOFF, "nyfed_acm", xlsx, BROKEN),
    "the workbook of the week before": (
        SELLOFF, "nyfed_acm", copy_of("nyfed_acm", "2025-03-31 12:00"), OLD),
    "ND for the newest H.15 yield": (
        SELLOFF, "h15",
        replaced(b"2025-04-07,3.73,3.82,4.15,4.58", b"2025-04-07,ND,ND,ND,ND"), "OK"),
    "H.15 in basis points": (
        SELLOFF, "h15", replaced(b"Percent:_Per_Year", b"Basis_Points"), BROKEN),
    "a typo of ten sigma in the check of stocks": (
        TO_THE_NEXT_CLOSE, "yahoo_spx", column_times("yahoo_spx", 0.9), APART),
    "a table cut off before its notes": (TIC, "treasury_tic", replaced(b"Notes:", b""), BROKEN),
    "a table in billions": (
        TIC, "treasury_tic", replaced(b"Millions of", b"Billions of"), BROKEN),
    "two measures swapped": (
        TIC, "treasury_tic", of_rows("treasury_tic", "two labels swapped"), WRONG),
    "a month twice": (TIC, "treasury_tic", of_rows("treasury_tic", "a date twice"), BROKEN),
    "a month in the future": (
        TIC, "treasury_tic", of_rows("treasury_tic", "a date in the future"), BROKEN),
    "a sale that does not add up": (
        TIC, "treasury_tic", of_rows("treasury_tic", "a slipped digit"), WRONG),
    "areas that are gone": (TIC, "treasury_tic", of_rows("treasury_tic", "shrunk"), BROKEN),
    "a table of two months before": (
        TIC, "treasury_tic", copy_of("treasury_tic", "2025-03-20 12:00"), OLD),
    "a release day without an answer": (TIC, "treasury_tic", answer(503), AWAY),
    "a page on release day": (TIC, "treasury_tic", answer(200, CAPTCHA, "text/html"), BROKEN),
}  # fmt: skip


# Every state of TIC once: there one source is asked.
QUICK = {
    "a release day without an answer",
    "a sale that does not add up",
    "a table of two months before",
    "a page on release day",
}


# Of every source each state once; the others in a sweep.
IN_CI = {*{(source, state): name for name, (_, source, _, state) in CASES.items()}.values()}


@pytest.mark.parametrize("case", quick_where(QUICK.__contains__, CASES, in_ci=IN_CI.__contains__))
def test_a_wrong_body_makes_no_false_alert_and_hides_no_true_one(
    tmp_path: Path, case: str, begun: Begun
) -> None:
    span, source, fault, state = CASES[case]
    clock = SimulatedClock(new_york(span.start))
    channel = RecordingChannel()
    with Standins(clock.now, more_publishers()) as standins:
        app = begun(standins, clock, tmp_path, channel, watched=span.watched, monitor=RETRIES)
        clock.advance_to(new_york(span.fault_from))
        hits: list[bool] = []

        def faulty(reply: Reply) -> Reply:
            broken = fault(reply) if reply.status == 200 else reply
            hits.append((broken.status, broken.body) != (reply.status, reply.body))
            return broken

        standins.faults[source] = faulty
        run_simulated(app, clock, new_york(span.fault_until), lambda _: None)
        seen = {line.name: line.state for line in app.report.source_lines(clock.now())}
        assert any(hits)
        assert seen[source] == state
        del standins.faults[source]
        run_simulated(app, clock, new_york(span.end), lambda _: None)
        market = {one["id"] for one in app.report.alerts_json() if one["rule"] in RULES}
        assert market == span.true_alerts
        keys = Counter(page.key for page in channel.pages)
        assert set(keys.values()) == {1}
        opened = Counter(key.partition("#")[0] for key in keys if key.endswith("#1"))
        assert set(opened.values()) == {1}
        app.close()


RULES = ("joint_selloff", "term_premium_day", "term_premium_jump", "foreign_net_sales")


def test_there_are_at_least_forty_and_every_state_is_among_them() -> None:
    assert len(CASES) >= 40
    assert {state for *_, state in CASES.values()} == {"OK", BROKEN, WRONG, OLD, AWAY, APART}
    assert {source for _, source, _, _ in CASES.values()} >= set(DECIDING)
    assert {CASES[name][3] for name in QUICK} == {BROKEN, WRONG, OLD, AWAY}
