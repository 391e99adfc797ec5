"""What a session keeps between its requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from alerts.transport.http_session import MOST_MADE, Session
from alerts.transport.outbound_call import OutboundCall
from tests.alerts.http_gate import Answer, HttpGate

WAIT_S = 30.0


@pytest.fixture
def session() -> Iterator[Session]:
    with closing(Session()) as one, OutboundCall(WAIT_S):
        yield one


def take(path: str, headers: Any, body: bytes) -> Answer:
    """What it was shown of cookies and of who asks, and a cookie to be shown next."""
    seen = f"{headers['Cookie']} {headers['User-Agent']}".encode()
    return 200, seen, {"Set-Cookie": "seen=1; Path=/shop"} if path == "/shop" else {}


def test_what_is_asked_again_is_not_made_again(session: Session) -> None:
    with HttpGate(take) as gate:
        first, again, other = (
            session.ask("GET", gate.root, {"User-Agent": name}, WAIT_S) for name in ("a", "a", "b")
        )
        said = [one.content for one in (first, again, other)]
    assert first.request is again.request
    assert said == [b"None a", b"None a", b"None b"]


def test_no_more_requests_are_kept_than_a_publisher_has(session: Session) -> None:
    with HttpGate(take) as gate:
        first = session.ask("GET", gate.root, {}, WAIT_S)
        first.close()
        for number in range(MOST_MADE):
            session.ask("GET", f"{gate.root}/{number}", {}, WAIT_S).close()
        again = session.ask("GET", gate.root, {}, WAIT_S)
        again.close()
    assert again.request is not first.request
    assert gate.asked[0] == gate.asked[-1]


def test_a_cookie_is_shown_to_whom_it_is_of_and_to_nobody_else(session: Session) -> None:
    with HttpGate(take) as gate:
        said = [
            session.ask("GET", gate.root + path, {"User-Agent": "a"}, WAIT_S).content
            for path in ("/shop", "/shop", "/other", "/shop")
        ]
    assert said == [b"None a", b"seen=1 a", b"None a", b"seen=1 a"]
