"""Connections that send no request keep nobody from an answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from monitor.config.load import build
from monitor.web.connections import MOST_WAITING
from monitor.web.server import Listener
from monitor.web.site import site_of
from tests.support import utc

HALF = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
# Only what hangs takes so long.
PATIENCE_S = 60.0


@contextmanager
def listening(folder: Path, **settings: int) -> Iterator[tuple[str, int]]:
    """Where a status page without a database answers."""
    config = build({"web": {"port": 0}}, {}, folder)
    site = site_of(config, config.web, folder / "x.db", {}, lambda: utc("2025-04-10 22:30"))
    listener = Listener(site, **settings)
    thread = threading.Thread(target=listener.run_safely, daemon=True)
    thread.start()
    parts = urlsplit(listener.address)
    yield str(parts.hostname), int(parts.port or 0)
    listener.stop()
    thread.join(PATIENCE_S)


def status(address: tuple[str, int]) -> bytes:
    """The first line of what /healthz answers."""
    with socket.create_connection(address, PATIENCE_S) as asking:
        asking.sendall(HALF + b"Connection: close\r\n\r\n")
        return asking.makefile("rb").readline()


def connected(address: tuple[str, int], count: int, stack: ExitStack) -> list[socket.socket]:
    """So many connections, oldest first, open as long as the stack."""
    return [
        stack.enter_context(socket.create_connection(address, PATIENCE_S)) for _ in range(count)
    ]


def test_a_probe_is_answered_among_many_half_requests(tmp_path: Path) -> None:
    with listening(tmp_path) as address, ExitStack() as stack:
        held = connected(address, MOST_WAITING + 20, stack)
        for one in held:
            one.sendall(HALF)
        for _ in range(3):
            assert status(address).startswith(b"HTTP/1.1 503")
            for one in held[-MOST_WAITING // 2 :]:
                one.sendall(b"X-More: x\r\n")


def test_the_oldest_connection_gives_its_place_whoever_was_heard_last(tmp_path: Path) -> None:
    with listening(tmp_path) as address, ExitStack() as stack:
        held = connected(address, MOST_WAITING, stack)
        older, newer = held[: MOST_WAITING // 2], held[MOST_WAITING // 2 :]
        for one in older:
            one.sendall(HALF)
        for _ in range(3):
            assert status(address).startswith(b"HTTP/1.1 503")
        assert older[0].recv(1) == b""
        for one in newer:
            one.sendall(HALF + b"\r\n")
            assert one.makefile("rb").readline().startswith(b"HTTP/1.1 503")


def test_a_request_that_does_not_come_whole_is_dropped_however_it_is_fed(tmp_path: Path) -> None:
    with listening(tmp_path, request_s=1, look_each_s=1) as address:
        with socket.create_connection(address, 0.05) as fed:
            fed.sendall(HALF)
            for _ in range(round(PATIENCE_S / 0.05)):
                try:
                    assert fed.recv(1) == b""
                    break
                except TimeoutError:
                    fed.sendall(b"X-More: x\r\n")
                except ConnectionError:
                    break
            else:
                pytest.fail("it is still open")
        assert status(address).startswith(b"HTTP/1.1 503")
