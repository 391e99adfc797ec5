"""The track record in the terminal: tables, estimates and JSON of the same numbers."""

from __future__ import annotations

import json
from datetime import date

import pytest

from monitor.terminal.render_record import print_record
from rules.record.nowcast import Estimate, Nowcast, NowcastRecord
from rules.record.record import Line, TrackRecord
from rules.record.score import Score
from state.developing_alerts import Settled

SCORE = Score(39, 31, 23, 0.66, 0.43, 0.81, 21.15, date(2023, 2, 28), date(2026, 4, 30))
FEW = Score(2, 1, 2, None, None, None, None, date(2026, 3, 31), date(2026, 4, 30))
GOOD = NowcastRecord(26, date(2024, 3, 31), 18.1, 32.8, 24.3, 24.7)
RECORD = TrackRecord(
    (
        Line("custody", "custody", "officials", "net purchases", "foreign officials", "month",
             "usd_bn", "all", SCORE),
        Line("usd_basket", "ECB's fix", "dxy", "change", "DXY", "session", "pct", "all",
             Score(1170, 760, 600, 0.49, 0.44, 0.53, 0.344, date(2021, 8, 2), date(2026, 4, 13))),
        Line("auctions", "auctions", "japan", "net purchases", "Japan", "month", "", "all", FEW),
    ),
    {
        "foreign officials": Nowcast(
            (Estimate(date(2026, 5, 31), -21.3, -53.6, 11.1),), GOOD
        ),
        "all foreigners": Nowcast((), NowcastRecord(26, date(2024, 3, 31), 45.8, 62.8, 61.4, 45.3)),
        "Japan": Nowcast((), NowcastRecord(3, date(2026, 1, 31), 1.0, 2.0, 3.0, 4.0)),
    },
)  # fmt: skip


def test_each_early_number_has_a_table_and_what_is_not_known_a_dash(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_record(RECORD, {}, as_json=False)
    said = capsys.readouterr().out
    assert "Custody, against net purchases\n" in said
    assert "foreign officials  all    2023-02   79%    59%  0.66  0.43 to 0.81  $21.1bn  39" in said
    assert "DXY  all    2021-08   65%    51%  0.49  0.44 to 0.53  0.34%  1,170" in said
    # A share of two months would look like more than it is.
    assert "Japan  all    2026-03  1 of 2  2 of 2  –         –      –  2" in said
    assert max(map(len, said.splitlines())) <= 80


def test_an_estimate_stands_beside_what_simple_guesses_would_have_missed_by(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_record(RECORD, {}, as_json=False)
    said = " ".join(capsys.readouterr().out.split())
    assert (
        "Foreign officials: May 2026 −$21.3bn (80% of months: −$53.6bn to +$11.1bn). Mean error "
        "$18.1bn over 26 months since March 2024; as the last published month $32.8bn, zero "
        "$24.3bn, the mean so far $24.7bn."
    ) in said
    assert "All foreigners: not shown, a simple guess did as well. Mean error $45.8bn" in said
    assert "Japan: not shown, too few months to compare with. Mean error $1.0bn" in said


def test_the_json_holds_the_same_numbers_and_dates_as_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_record(RECORD, {}, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["lines"][0]["score"]["correlation"] == 0.66
    assert found["lines"][0]["score"]["first"] == "2023-02-28"
    assert found["nowcasts"]["foreign officials"]["estimates"][0]["month"] == "2026-05-31"


def test_nothing_stored_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_record(TrackRecord((), {}), {}, as_json=False)
    assert "of the same period are stored yet" in capsys.readouterr().out


def test_how_developing_alerts_ended(capsys: pytest.CaptureFixture[str]) -> None:
    ended = {"developing_joint_selloff": Settled(12, 9, date(2025, 4, 10))}
    print_record(TrackRecord((), {}), ended, as_json=False)
    said = capsys.readouterr().out
    assert "Developing alerts, against the official close" in said
    assert "Developing joint selloff  2025-04-10    12     9" in said
