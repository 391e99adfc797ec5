"""One call to the outside: its end, whatever the other side does."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest

from alerts.transport.http_session import FAILURES, MOST_HEAD_BYTES, Session
from alerts.transport.network import Unready
from alerts.transport.outbound_call import (
    CANCELLED,
    GivenUp,
    OutboundCall,
    allow_outbound_calls,
    cancel_outbound_calls,
    connect,
    sending_while,
)
from tests.alerts.dripping import Drip, Dripping

# No wait is ever so long: what gives up by it gave up as a whole.
ONE_WAIT_S = 30.0
IN_ALL_S = 0.2


def asked(session: Session, url: str) -> bytes:
    """The whole body of a GET."""
    with session.ask("GET", url, {}, ONE_WAIT_S) as response:
        return b"".join(response.iter_content(1 << 16))


def whole(session: Session, url: str, under_way: OutboundCall) -> bytes:
    """The body of a GET as a call of its own."""
    try:
        with under_way:
            content = asked(session, url)
            under_way.check()
            return content
    except FAILURES:
        under_way.check()
        raise


def wait_until(holds: Callable[[], bool]) -> None:
    """Return when something holds."""
    for _ in range(100_000):
        if holds():
            return
        threading.Event().wait(0.001)
    pytest.fail("it did not come about")


@pytest.fixture
def session() -> Iterator[Session]:
    with closing(Session()) as one:
        yield one


@pytest.mark.parametrize("drip", Drip)
def test_a_server_that_drips_is_given_up_as_a_whole(session: Session, drip: Drip) -> None:
    under_way = OutboundCall(IN_ALL_S)
    with Dripping(drip) as server, pytest.raises(GivenUp, match=r"given up after 0\.2 s in all"):
        whole(session, server.root, under_way)
    assert under_way.is_sent


def test_a_call_is_ended_from_another_thread(session: Session) -> None:
    under_way = OutboundCall(ONE_WAIT_S)
    with Dripping(Drip.UNTIL_CLOSE) as server:

        def end() -> None:
            wait_until(lambda: bool(server.asked))
            under_way.give_up("enough")

        ending = threading.Thread(target=end)
        ending.start()
        with pytest.raises(GivenUp, match="enough"):
            whole(session, server.root, under_way)
        ending.join()


def test_cancelling_ends_every_call_and_lets_none_connect(session: Session) -> None:
    with Dripping(Drip.HEADERS) as server:
        ended: list[OutboundCall] = []

        def ask() -> None:
            under_way = OutboundCall(ONE_WAIT_S)
            with closing(Session()) as own, suppress(GivenUp):
                whole(own, server.root, under_way)
            ended.append(under_way)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for one in threads:
            one.start()
        wait_until(lambda: len(server.asked) == len(threads))
        try:
            cancel_outbound_calls()
            for one in threads:
                one.join(ONE_WAIT_S)
            late = OutboundCall(ONE_WAIT_S)
            with pytest.raises(GivenUp, match=CANCELLED):
                whole(session, server.root, late)
            assert not late.is_sent
        finally:
            allow_outbound_calls()
        assert [one.is_cancelled for one in ended] == [True] * 3
        with OutboundCall(ONE_WAIT_S) as again:
            assert not again.why


def test_one_inside_another_ends_with_it(session: Session) -> None:
    inner = OutboundCall(ONE_WAIT_S)
    with (
        Dripping(Drip.HEADERS) as server,
        pytest.raises(GivenUp, match=r"0\.2 s in all"),
        OutboundCall(IN_ALL_S),
    ):
        whole(session, server.root, inner)
    assert inner.why


def test_a_connection_outside_of_a_call_is_a_mistake(session: Session) -> None:
    with pytest.raises(LookupError, match="no deadline"):
        session.ask("GET", "http://127.0.0.1:9/", {}, ONE_WAIT_S)


def test_a_name_that_is_looked_up_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def never(*args: object, flags: int = 0, **kwargs: object) -> list[object]:
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "a name")
        ended.wait(ONE_WAIT_S)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never)
    with pytest.raises(GivenUp), OutboundCall(IN_ALL_S) as under_way:
        connect("feed.example.org", 443, ONE_WAIT_S)
    ended.set()
    assert not under_way.is_sent


def refused(session: Session) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    session.ask("GET", f"http://127.0.0.1:{port}/", {}, ONE_WAIT_S)


def no_name(session: Session) -> None:
    session.ask("GET", f"http://{'x' * 70}.example/", {}, ONE_WAIT_S)


def no_tls(session: Session) -> None:
    with Dripping(Drip.HEADERS) as server:
        session.ask("GET", server.root.replace("http:", "https:"), {}, ONE_WAIT_S)


@pytest.mark.parametrize("fails", [refused, no_name, no_tls])
def test_what_fails_before_the_request_left_says_that_nothing_was_sent(
    session: Session, fails: Callable[[Session], None]
) -> None:
    under_way = OutboundCall(ONE_WAIT_S)
    with pytest.raises(FAILURES), under_way:
        fails(session)
    assert not under_way.is_sent


def test_a_connection_that_is_kept_ends_with_the_call_that_uses_it(session: Session) -> None:
    answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", b"HTTP/1.1 200 OK\r\nX: "]

    def serve(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            for one in answers:
                connection.recv(65536)
                connection.sendall(one)
            connection.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with OutboundCall(ONE_WAIT_S):
            assert asked(session, url) == b"ok"
        with pytest.raises(GivenUp):
            whole(session, url, OutboundCall(IN_ALL_S))
        thread.join(ONE_WAIT_S)
        assert not thread.is_alive()


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"0" * 60_000 + b"\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;" + b"0" * MOST_HEAD_BYTES,
    ],
    ids=["headers", "100 Continue", "the line before a chunk"],
)
def test_a_head_without_an_end_is_not_kept(session: Session, head: bytes) -> None:
    ended = threading.Event()

    def serve(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            try:
                connection.sendall(head)
                while not ended.is_set():
                    connection.sendall(head.removeprefix(b"HTTP/1.1 200 OK\r\n"))
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        with pytest.raises(FAILURES) as caught, OutboundCall(ONE_WAIT_S) as under_way:
            asked(session, f"http://127.0.0.1:{server.getsockname()[1]}/")
        ended.set()
        thread.join(ONE_WAIT_S)
    assert not under_way.why
    assert isinstance(caught.value, (OSError, http.client.HTTPException))


def test_where_only_the_internet_may_be_reached_this_machine_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, OutboundCall(ONE_WAIT_S) as under_way:
        under_way.public_only = True
        with pytest.raises(Unready, match="a private address"):
            connect("localhost", server.getsockname()[1], ONE_WAIT_S)


def test_a_request_leaves_only_while_this_thread_may_send(session: Session) -> None:
    under_way = OutboundCall(ONE_WAIT_S)
    with (
        Dripping(Drip.HEADERS) as server,
        sending_while(lambda: False),
        pytest.raises(GivenUp, match="another host may lead"),
    ):
        whole(session, server.root, under_way)
    assert b"".join(server.asked) == b""  # a connection, and not a byte
    assert not under_way.is_sent
