"""When a receiver asks to be tried again, in every form it may have."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.transport.retry_after_header import MOST_S, retry_after_s
from tests.support import utc

AT = utc("2025-04-10 22:30")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("30", 30.0),
        (" 30 ", 30.0),
        ("0", 0.0),
        ("Thu, 10 Apr 2025 22:31:00 GMT", 60.0),
        ("Thursday, 10-Apr-25 22:31:00 GMT", 60.0),
        ("Thu Apr 10 22:31:00 2025", 60.0),
        ("Thu, 10 Apr 2025 22:29:00 GMT", 0.0),
        ("9" * 400, MOST_S),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MOST_S),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("\xb2", None),
        ("Thu, 10 Apr 2025 22:31:00 +99999999999999999999", None),
        ("Thu, 99 Apr 2025 22:31:00 GMT", None),
    ],
)
def test_a_wait_is_read_from_seconds_and_from_dates(said: str, seconds: float | None) -> None:
    assert retry_after_s({"retry-AFTER": said}, AT) == seconds


def test_no_header_is_no_wait() -> None:
    assert retry_after_s({"Date": "Thu, 10 Apr 2025 22:31:00 GMT"}, AT) is None


@pytest.mark.slow
@given(st.text())
@settings(max_examples=100)
def test_nothing_a_receiver_says_breaks_it(said: str) -> None:
    found = retry_after_s({"Retry-After": said}, AT)
    assert found is None or 0 <= found <= MOST_S
