"""The name a page is asked by: one that is none is refused, and so is another machine's."""

from __future__ import annotations

import http.client
import socket
from urllib.parse import urlsplit

import pytest

from monitor.config.web import Web
from monitor.web.host_names import HOST
from tests.monitor.web.desk import TOKEN, Browser, Desk, browsing

LONG = "a" * 63
NO_NAMES = (b"a" * 64, b"a..b", b".a", b"\xe8", b"a b", b"[", b"localhost:x", b"a@b", b"<zq>")


def asked(browser: Browser, host: bytes) -> tuple[int, str]:
    """The status of the answer to a request with these very bytes as its host, and its body."""
    parts = urlsplit(browser.address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as raw:
        head = b"GET / HTTP/1.1\r\nAccept: text/html\r\nConnection: close\r\nHost: "
        raw.sendall(head + host + b"\r\n\r\n")
        answer = http.client.HTTPResponse(raw)
        answer.begin()
        return answer.status, answer.read().decode()


@pytest.mark.parametrize("host", NO_NAMES)
def test_what_is_no_name_is_refused_in_words(
    shown: Browser, host: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    status, said = asked(shown, host)
    assert status == 400
    assert said == "Bad request: the Host header is no name of a host.\n"
    assert caplog.records == []


def test_nor_is_it_an_error_where_people_log_in(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with browsing(desk, Web(port=0, token_env="X"), TOKEN) as browser:
        assert {asked(browser, host)[0] for host in NO_NAMES} == {400}
    assert caplog.records == []


# Flask takes some of these for no name at all, which must not be this machine's.
@pytest.mark.parametrize("host", ["evil_x.example", "_", "evil_x.example:8321", "x-.example"])
def test_a_name_that_few_libraries_know_is_another_machines_too(shown: Browser, host: str) -> None:
    assert asked(shown, host.encode())[0] in (400, 403)


def test_a_request_without_a_name_is_answered(shown: Browser) -> None:
    assert asked(shown, b"")[0] == 200


@pytest.mark.parametrize(
    "host",
    ["", "localhost", "LOCALHOST:8321", "[::1]:8321", "127.0.0.1", "desk_1.example.org.", LONG,
     f"{LONG}.{LONG}", "xn--bcher-kva.example", "localhost:"],
)  # fmt: skip
def test_every_name_that_a_browser_can_ask_for_is_one(host: str) -> None:
    assert HOST.fullmatch(host)
