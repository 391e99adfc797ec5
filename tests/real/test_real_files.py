"""The publishers' own bytes and fifty years of closes, where they are beside the project."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from monitor.ingest.http import Body
from monitor.ingest.validation import check_levels
from monitor.ingest.validation_values import implausible_values
from monitor.sources.cboe import SPX
from monitor.sources.cboe_vix import VIX
from monitor.sources.ecb import Ecb
from monitor.sources.h41 import CUSTODY
from monitor.sources.kim_wright import TENOR_PREMIUM
from monitor.sources.nyfed_acm import NyFedAcm
from monitor.sources.treasury_curve import TreasuryCurve
from monitor.sources.treasury_tic import TreasuryTic
from monitor.sources.yahoo import Yahoo
from monitor.sources.yahoo_tnx import YahooTnx
from rules.catalog.foreign_net_sales import ForeignNetSales
from rules.catalog.joint_selloff import JointSelloff
from rules.catalog.term_premium_day import TermPremiumDay
from rules.catalog.term_premium_jump import TermPremiumJump
from rules.evaluation import Evaluations
from rules.tic.series_ids import MEASURES
from tests.support import SHARED, Row, history_of, utc

AT = utc("2026-09-01 12:00")


def body(path: Path) -> Body:
    return Body(path.name, path.read_bytes(), "text/plain", None, None)


def rows(shared: Path, series_id: str, name: str) -> list[Row]:
    table = pd.read_csv(shared / "market" / f"{name}.csv", parse_dates=["date"]).dropna()
    days = [stamp.date() for stamp in table["date"]]
    evening = [utc(f"{day} 22:30") for day in days]
    values = table["value"].tolist()
    return [
        (series_id, day, known, 1, float(value))
        for day, known, value in zip(days, evening, values, strict=True)
    ]


def judged_by(rule: JointSelloff) -> Evaluations:
    if not SHARED.is_dir():
        pytest.skip("the real files (../shared/data) are not here")
    names = (("spx", "SPX"), ("ust10y", "DGS10"), ("dxy", "DXY"))
    found = [row for series_id, name in names for row in rows(SHARED, series_id, name)]
    (judged,) = rule.judge(history_of(found, rule.series).as_of(AT))
    return judged


@pytest.fixture(scope="module")
def joint() -> Evaluations:
    return judged_by(JointSelloff())


@pytest.fixture(scope="module")
def plain() -> Evaluations:
    """Every session on which all three fell, however little."""
    return judged_by(JointSelloff(notice_weakest_leg_sd=0))


def between(
    judged: Evaluations, start: str, end: str
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The sessions judged with DXY in a span, both ends included."""
    days = judged.period_end
    inside = (days >= np.datetime64(start)) & (days <= np.datetime64(end))
    return np.asarray(inside & ~judged.provisional)


def a_year(judged: Evaluations, start: str, least_sd: float = -np.inf) -> float:
    inside = between(judged, start, "2026-08-20")
    fell = inside & (judged.severity > 0) & (judged.measure >= least_sd)
    span = (np.datetime64("2026-08-20") - np.datetime64(start)) / np.timedelta64(1, "D")
    return float(fell.sum() / (span / 365.25))


def test_the_plain_count_of_joint_selloffs_is_the_known_one(plain: Evaluations) -> None:
    """Each leg moves from its own market's close before; between common sessions it is 1,275."""
    inside = between(plain, "1973-01-31", "2025-04-30")
    assert int((plain.severity[inside] > 0).sum()) == 1278
    assert abs(int(inside.sum()) - 13037) <= 1


def test_the_base_rates_of_joint_selloffs_come_out(plain: Evaluations, joint: Evaluations) -> None:
    assert a_year(plain, "1973-01-01") == pytest.approx(24, abs=0.5)
    assert a_year(plain, "1999-01-01") == pytest.approx(16.6, abs=0.05)
    assert a_year(joint, "1999-01-01") == pytest.approx(7.1, abs=0.05)
    assert a_year(joint, "1999-01-01", 0.5) == pytest.approx(2.9, abs=0.05)
    assert a_year(joint, "2015-01-01", 0.5) == pytest.approx(2.8, abs=0.05)
    assert a_year(joint, "2015-01-01", 1.0) == pytest.approx(0.8, abs=0.05)


def test_seven_sessions_since_2015_were_critical_by_the_absolute_sizes(joint: Evaluations) -> None:
    sized = JointSelloff(critical_weakest_leg_sd=9.9)
    inside = between(joint, "2015-01-01", "2026-08-20") & (joint.severity == 3)
    moves = [joint.signal(int(row)).explained.evidence[:3] for row in np.flatnonzero(inside)]
    large = [
        (spx.value or 0) <= -sized.critical_spx_fall_pct
        and (ust.value or 0) >= sized.critical_ust10y_rise_bp
        and (usd.value or 0) <= -sized.critical_usd_fall_pct
        for spx, ust, usd in moves
    ]
    assert sum(large) == 7


def test_the_term_premium_sizes_are_the_percentiles_since_2010(shared: Path) -> None:
    premium = pd.Series(
        {row[1]: row[4] for row in rows(shared, "acm_tp10y", "ACMTP10")}, dtype="float64"
    )
    one, more = TermPremiumDay(), TermPremiumJump()
    for lag, notice, warning in (
        (1, one.notice_1_session_bp, one.warning_1_session_bp),
        (5, more.notice_5_session_bp, more.warning_5_session_bp),
        (21, more.notice_21_session_bp, more.warning_21_session_bp),
    ):
        change = 100.0 * premium.diff(lag)
        since = change[[day >= date(2010, 1, 1) for day in change.index]]
        found = np.percentile(since, [95, 99])
        assert found == pytest.approx([notice, warning], abs=0.05)


def test_the_june_2026_tic_release_parses_whole(shared: Path) -> None:
    path = shared / "tic" / "slt_table3@2026-06-18.txt"
    found = TreasuryTic().parse(body(path), AT)
    codes = {name.split(".")[1] for name in found.columns}
    assert len(codes) == 91
    assert len(found) == 76
    assert str(found.index.max().date()) == "2026-04-30"
    assert found.loc["2026-03-31", "tic.42609.for_lt_treas_net"] == -23933
    # Every cell of the file is there: 91 areas x 76 months x 7 measures, less those not available.
    text = path.read_text(encoding="ascii")
    lines = [line.split("\t") for line in text.splitlines()]
    data = [line[3:10] for line in lines if len(line) == 10 and line[2][:2] == "20"]
    assert len(data) == 91 * 76
    cells = [cell for line in data for cell in line]
    assert int(found.notna().to_numpy().sum()) == len(cells) - cells.count("n.a.")
    assert float(np.nansum(found.to_numpy())) == sum(int(c) for c in cells if c != "n.a.")


def test_tic_identities_hold_over_every_row(shared: Path) -> None:
    found = TreasuryTic().parse(body(shared / "tic" / "slt_table3@2026-06-18.txt"), AT)
    checked = 0
    for code in {name.split(".")[1] for name in found.columns}:
        part = {
            measure: found.get(f"tic.{code}.{measure}", pd.Series(np.nan, index=found.index))
            for measure in (
                "for_treas_pos", "for_lt_treas_pos", "for_st_treas_pos",
                "for_treas_net", "for_lt_treas_net", "for_st_treas_net",
            )
        }  # fmt: skip
        position = part["for_lt_treas_pos"] + part["for_st_treas_pos"] - part["for_treas_pos"]
        net = part["for_lt_treas_net"] + part["for_st_treas_net"] - part["for_treas_net"]
        bills = part["for_st_treas_pos"].diff() - part["for_st_treas_net"]
        for gap in (position, net, bills):
            assert (gap.dropna().abs() <= 1).all(), code
            checked += int(gap.notna().sum())
    assert checked == 14_178


def test_the_tic_rule_agrees_with_the_file_for_every_month_of_japan_and_china(
    shared: Path,
) -> None:
    found = TreasuryTic().parse(body(shared / "tic" / "slt_table3@2026-06-18.txt"), AT)
    rule = ForeignNetSales()
    listed: list[Row] = [
        (str(name), stamp.date(), utc(f"{stamp.date()} 20:00"), 1, float(value))
        for name in found.columns
        if name in rule.series
        for stamp, value in zip(pd.DatetimeIndex(found.index), found[name], strict=True)
        if not np.isnan(value)
    ]
    for judged in rule.judge(history_of(listed, rule.series).as_of(AT)):
        code = rule.countries[judged.subject].code
        nets = pd.DataFrame({m: found[f"tic.{code}.{m}"] for m in MEASURES})
        lowest = nets.min(axis=1).to_numpy() / 1000
        expected = np.select([lowest <= -30, lowest <= -20, np.isnan(lowest)], [3, 2, -1], 0)
        assert judged.severity.tolist() == expected.tolist()
        assert len(judged.severity) == 76


def test_the_ecb_history_parses_whole(shared: Path) -> None:
    path = shared / "ecb" / "eurofxref-hist@2026-04-13.zip"
    found = Ecb().parse(body(path), AT)["usd_basket"]
    assert len(found) == 6983
    assert found.notna().all()
    days = pd.DatetimeIndex(found.index).strftime("%Y-%m-%d").tolist()
    assert (days[0], days[-1]) == ("2026-04-13", "1999-01-04")
    assert found.to_numpy()[days.index("2025-04-25")] == pytest.approx(99.608, abs=0.0005)
    assert "2025-04-21" not in days


def test_the_basket_stays_as_near_to_dxy_as_measured(shared: Path) -> None:
    basket = Ecb().parse(body(shared / "ecb" / "eurofxref-hist@2026-04-13.zip"), AT)["usd_basket"]
    dxy = pd.Series({pd.Timestamp(row[1]): row[4] for row in rows(shared, "dxy", "DXY")})
    both = pd.concat([basket, dxy], axis=1, join="inner", keys=["basket", "dxy"]).sort_index()
    gap = 100 * (both["basket"] / both["dxy"] - 1).abs()
    assert gap.mean() == pytest.approx(0.25, abs=0.05)
    assert np.percentile(gap, 99) == pytest.approx(1.1, abs=0.15)
    signs = np.sign(both.diff().dropna())
    agree = (signs["basket"] == signs["dxy"]).mean()
    assert agree == pytest.approx(0.65, abs=0.02)


def test_no_real_move_of_fifty_years_is_held_for_an_error(shared: Path) -> None:
    curve = TreasuryCurve()
    for series, name in (
        (SPX, "SPX"),
        (Yahoo.series, "DXY"),
        (YahooTnx.series, "TNX"),
        *((curve.describe(f"ust{years}y"), f"DGS{years}") for years in (2, 10, 30)),
        (VIX, "VIXCLS"),
        (TENOR_PREMIUM, "THREEFYTP10"),
        (NyFedAcm().describe("acm_tp10y"), "ACMTP10"),
        (CUSTODY, "WMTSECL1"),
    ):
        # Cboe's file of the S&P 500 begins in 1975, the Treasury's par yields in 1990.
        since = date(1990 if name.startswith("DGS") else 1975, 1, 1)
        found = [row for row in rows(shared, series.series_id, name) if row[1] >= since]
        values = pd.DataFrame(
            {series.series_id: [row[4] for row in found]},
            index=pd.DatetimeIndex([row[1] for row in found]),
        )
        empty = pd.DataFrame(index=pd.DatetimeIndex([]), dtype="float64")
        described = {series.series_id: series}
        check_levels(values, name, described.__getitem__)
        assert list(implausible_values(values, name, described.__getitem__, empty)) == []
