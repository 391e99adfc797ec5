"""One polite GET."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.errors import FetchFailed, NotFound
from monitor.ingest.http import Http, Request
from tests.support import body, new_york


@pytest.fixture
def http(clock: SimulatedClock) -> Iterator[Http]:
    one = Http(clock)
    yield one
    one.close()


def request(url: str) -> Request:
    return Request(
        url, url, "havenwatch/test", timeout_s=2, max_bytes=1_000_000, min_interval_s=1.0
    )


def spx(standins: Standins) -> str:
    return standins.base_url("cboe") + "/api/global/us_indices/daily_prices/SPX_History.csv"


@pytest.fixture
def raw() -> Iterator[tuple[str, list[bytes]]]:
    """A server that sends the bytes it is given, whatever is asked, and then hangs up or waits. It
    keeps what it was asked behind the answer."""
    answers: list[bytes] = []
    asked: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            asked.append(connection.recv(65536))
            answer = answers[0]
            answers[1:] = asked
            connection.sendall(answer)
            if answer:
                connection.close()
            else:
                held.append(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/x", answers
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()
    for connection in held:
        connection.close()


def test_a_body_comes_with_its_validators(http: Http, standins: Standins) -> None:
    found = http.get(request(spx(standins)))
    assert found is not None
    assert found.content.startswith(b"DATE,SPX\n")
    assert found.etag
    assert found.published_at == new_york("2025-04-07 18:00")


@pytest.mark.parametrize("validator", ["etag", "last_modified"])
def test_an_unchanged_body_is_not_sent_again(
    http: Http, standins: Standins, validator: str
) -> None:
    first = http.get(request(spx(standins)))
    assert first is not None
    again = replace(request(spx(standins)), **{validator: getattr(first, validator)})
    assert http.get(again) is None


def test_requests_to_one_publisher_are_spaced_out(
    http: Http, standins: Standins, clock: SimulatedClock
) -> None:
    began = clock.monotonic_s()
    for _ in range(3):
        http.get(request(spx(standins)))
    assert clock.monotonic_s() - began == pytest.approx(2.0)


def test_what_is_not_there_is_said_to_be_so(http: Http, standins: Standins) -> None:
    with pytest.raises(NotFound, match="expected HTTP 200, got HTTP 404"):
        http.get(request(standins.base_url("cboe") + "/nothing"))


def test_a_body_that_is_too_large_is_given_up(http: Http, standins: Standins) -> None:
    with pytest.raises(FetchFailed, match="at most 100 bytes"):
        http.get(replace(request(spx(standins)), max_bytes=100))


def test_a_body_cut_off_on_the_way_is_no_body(http: Http, raw: tuple[str, list[bytes]]) -> None:
    url, answers = raw
    answers.append(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nDATE,SPX\n")
    with pytest.raises(FetchFailed, match="a whole answer"):
        http.get(request(url))


@pytest.mark.slow
def test_a_publisher_that_never_answers_is_given_up(
    http: Http, raw: tuple[str, list[bytes]]
) -> None:
    url, answers = raw
    answers.append(b"")
    with pytest.raises(FetchFailed, match="timed out"):
        http.get(replace(request(url), timeout_s=1))


def test_a_redirect_is_followed_and_a_circle_is_not(
    http: Http, raw: tuple[str, list[bytes]], standins: Standins
) -> None:
    url, answers = raw
    answers.append(f"HTTP/1.1 307 Moved\r\nLocation: {spx(standins)}\r\n\r\n".encode())
    found = http.get(request(url))
    assert found is not None
    assert found.content.startswith(b"DATE")
    answers[0] = f"HTTP/1.1 307 Moved\r\nLocation: {url}\r\n\r\n".encode()
    with pytest.raises(FetchFailed, match="more than 5 redirects"):
        http.get(request(url))


def test_nobody_listening_is_said_in_a_few_words(http: Http) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/x"
    with pytest.raises(FetchFailed) as caught:
        http.get(request(url))
    assert caught.value.got == "connection refused"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120.0), ("Tue, 08 Apr 2025 01:05:00 GMT", 300.0), ("soon", None), ("9" * 30, 86400.0)],
    ids=["seconds", "a date", "nonsense", "for ever"],
)
def test_a_publisher_says_when_to_come_back(
    http: Http, raw: tuple[str, list[bytes]], said: str, seconds: float | None
) -> None:
    url, answers = raw
    head = f"HTTP/1.1 429 Slow\r\nRetry-After: {said}\r\nContent-Length: 0\r\n\r\n"
    answers.append(head.encode())
    with pytest.raises(FetchFailed) as caught:
        http.get(request(url))
    assert caught.value.retry_after_s == seconds


def test_an_unreadable_date_of_publication_is_none() -> None:
    assert replace(body("x"), last_modified="yesterday").published_at is None
    found = replace(body("x"), last_modified="Mon, 07 Apr 2025 22:00:00 GMT").published_at
    assert found == datetime(2025, 4, 7, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "authorization", "seen"),
    [
        ("", "bearer", b"Authorization: Bearer s3cret:/ "),
        ("", "basic", b"Authorization: Basic czNjcmV0Oi8="),
        ("?apikey={token}", "bearer", b"GET /x?apikey=s3cret%3A%2F HTTP"),
    ],
)
def test_a_token_goes_into_its_place_and_nowhere_else(
    clock: SimulatedClock,
    raw: tuple[str, list[bytes]],
    path: str,
    authorization: str,
    seen: bytes,
) -> None:
    url, answers = raw
    asked = replace(request(url + path), token_env="FEED_TOKEN", authorization=authorization)
    with closing(Http(clock, {"FEED_TOKEN": "s3cret:/"})) as http:
        for answer in (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", b"nonsense\r\n\r\n"):
            answers[:1] = [answer]
            with pytest.raises(FetchFailed) as error:
                http.get(asked)
            assert "s3cret" not in str(error.value)
        answers[:1] = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"]
        found = http.get(asked)
    assert found is not None
    assert found.url == url + path
    assert all(seen.strip() in one for one in answers[1:])
    assert (b"Authorization" in answers[1]) is not bool(path)


@pytest.mark.parametrize("secret", ["tok-EXAMPLE-123\n", "tok-EXAMPLE-\u20ac", "tok-EXAMPLE\0"])
def test_a_token_that_no_header_takes_is_not_shown(clock: SimulatedClock, secret: str) -> None:
    asked = replace(request("http://127.0.0.1:9/x"), token_env="FEED_TOKEN")
    with (
        closing(Http(clock, {"FEED_TOKEN": secret})) as http,
        pytest.raises(FetchFailed) as error,
    ):
        http.get(asked)
    assert "EXAMPLE" not in str(error.value)


ELSEWHERE = "http://10.0.0.1/x"


@pytest.mark.parametrize(
    ("target", "token", "followed"),
    [
        ("/y", False, True),
        ("/y", True, False),
        ("http://localhost:9/y", False, False),
        (ELSEWHERE, False, False),
        ("https://169.254.169.254/latest", False, False),
        ("https://intranet/y", False, False),
        ("file:///etc/passwd", False, False),
    ],
)
def test_a_redirect_leads_within_the_host_or_to_a_public_one_and_never_with_a_token(
    clock: SimulatedClock, raw: tuple[str, list[bytes]], target: str, token: bool, followed: bool
) -> None:
    url, answers = raw
    answers.append(f"HTTP/1.1 302 Moved\r\nLocation: {target}\r\n\r\n".encode())
    asked = replace(request(url), token_env="FEED_TOKEN" if token else "")
    with (
        closing(Http(clock, {"FEED_TOKEN": "s3cret"})) as http,
        pytest.raises(FetchFailed) as error,
    ):
        http.get(asked)
    assert (len(answers) - 1 > 1) is followed
    assert ("which is not followed" in str(error.value)) is not followed
