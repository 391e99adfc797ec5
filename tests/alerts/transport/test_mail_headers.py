"""A subject is read as it was written, however long it is and whatever is in it."""

from __future__ import annotations

from email import message_from_bytes, policy

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from alerts.transport.mail_headers import new_mail

# One that ends in an encoded part, one that is ASCII and just too long, and one with a mark first.
SUBJECTS = (
    "[Digest 2025-05-13] Dollar down: S&P +0.7%, 10y +4bp (parallel), DXY −0.8%",
    "[Digest 2025-05-14] Quiet: S&P +0.1%, 10y +4bp (bear steepener), DXY 0.0%",
    "[WARNING] Joint selloff: S&P −1.6% · 10y +11bp (2y −7, 30y +14: twist steepener) · DXY −0.3%",
    "Japan’s residents sold net ¥3,324bn of foreign long-term debt in 4 weeks to Sat 12 Apr 2025",
    "short",
)
WORDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=["Z", "C", "M"]),
    min_size=1,
    max_size=60,
)


def sent(subject: str) -> bytes:
    mail = new_mail()
    mail["Subject"] = subject
    mail.set_content("x")
    return mail.as_bytes()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    assert message_from_bytes(sent(subject), policy=policy.default)["Subject"] == subject


@given(words=st.lists(WORDS, min_size=1, max_size=12))
@example(words=["a" * 60, "b" * 60, "−"])
def test_any_subject_does_and_no_line_is_too_long(words: list[str]) -> None:
    subject = " ".join(words)
    mail = sent(subject)
    assert message_from_bytes(mail, policy=policy.default)["Subject"] == subject
    assert max(map(len, mail.split(b"\r\n"))) <= 78
