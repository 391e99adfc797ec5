"""What can settle a signal, and when it comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from monitor.ingest.releases import coming_releases, next_releases
from rules.catalog.term_premium_jump import TermPremiumJump
from tests.support import new_york, signal

SELLOFF = signal(period=date(2025, 4, 10), known_at=new_york("2025-04-10 18:30"))


def test_a_selloff_awaits_the_transactions_of_its_own_month_and_the_weekly_pulse() -> None:
    custody, tic = coming_releases(SELLOFF, ("tic", "custody"))
    assert (custody.title, custody.at) == (
        "H.4.1 custody (weekly pulse)",
        new_york("2025-04-17 16:30"),
    )
    assert (tic.title, tic.at) == ("TIC for April 2025 (who sold)", new_york("2025-06-18 16:00"))
    assert not tic.estimated


def test_a_term_premium_awaits_the_models_next_estimates() -> None:
    jump = signal(period=date(2025, 4, 8), known_at=new_york("2025-04-10 09:30"))
    acm, kim_wright, _ = coming_releases(jump, TermPremiumJump.awaits)
    assert acm.at == new_york("2025-04-11 09:30")
    assert kim_wright.at == new_york("2025-04-15 15:00")
    friday = signal(period=date(2025, 4, 16), known_at=new_york("2025-04-17 09:31"))
    assert coming_releases(friday, ("acm",))[0].at == new_york("2025-04-21 09:30")


def test_once_its_month_is_out_the_next_one_is_named() -> None:
    sale = signal(period=date(2025, 3, 31), known_at=new_york("2025-05-16 16:02"))
    (tic,) = coming_releases(sale, ("tic",))
    assert (tic.title, tic.at) == ("TIC for April 2025 (who sold)", new_york("2025-06-18 16:00"))


def test_the_next_report_of_futures_positions_is_on_friday_or_after_a_holiday() -> None:
    friday = replace(SELLOFF, known_at=new_york("2025-04-11 15:30"))
    (next_week,) = coming_releases(friday, ("cftc",))
    # Good Friday is no holiday of the government.
    assert next_week.at == new_york("2025-04-18 15:30")
    july = replace(SELLOFF, known_at=new_york("2025-07-01 12:00"))
    assert coming_releases(july, ("cftc",))[0].at == new_york("2025-07-07 15:30")


def test_a_message_about_the_program_awaits_nothing() -> None:
    assert coming_releases(SELLOFF, ()) == ()


def test_behind_the_calendar_the_day_is_estimated_and_marked() -> None:
    tic = next(one for one in next_releases(new_york("2027-04-01 12:00")) if "TIC" in one.title)
    assert tic.estimated


def test_a_digest_names_the_next_of_each_kind_the_nearest_first() -> None:
    found = next_releases(new_york("2025-04-10 19:00"))
    assert [(one.title, one.at) for one in found] == [
        ("ACM term premium (next session)", new_york("2025-04-11 09:30")),
        ("Kim-Wright term premium (another model)", new_york("2025-04-15 15:00")),
        ("TIC for February 2025 (who sold)", new_york("2025-04-16 16:00")),
        ("H.4.1 custody (weekly pulse)", new_york("2025-04-17 16:30")),
    ]
