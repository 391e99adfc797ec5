"""One call to the outside: bounded in time as a whole, and ended at once when cancelled.

The timeouts of libraries start again with every byte, so a peer that sends a byte now and then is
waited for without end. Here a timer shuts the sockets down under whatever library reads from them,
which works the same for HTTP, TLS, SMTP and proxies; so does cancelling. The library then raises an
error of its own, or takes the cut for the end: `OutboundCall.why` tells.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from queue import SimpleQueue
from typing import Any, Final, NoReturn, Self, TypeVar

from alerts.transport.network import Unready, is_public

# A call as a whole may take so many times the timeout of one wait in it.
WHOLE: Final = 4
CANCELLED: Final = "cancelled: havenwatch is stopping"
NOT_ALLOWED: Final = "not sent: another host may lead now"

Stop = Callable[[], None]
Addresses = list[tuple[Any, ...]]
Result = TypeVar("Result")


class GivenUp(OSError):
    """A call that was ended on this side: it took too long, or the program stops."""


class OutboundCall:
    """A call of the thread that enters it, which ends `seconds` later at the latest; one that
    is inside another ends with it too.

    `is_sent`: something of the request has left, so that the other side may act on it.
    `public_only`: connections to addresses of this network are refused. `why` it was given up,
    empty while it was not.

    What a library raises then is a consequence and no reason: `why` is.
    """

    def __init__(self, seconds: float):
        self.is_sent = False
        self.public_only = False
        self.why = ""
        self._lock = threading.Lock()
        self._stops: list[Stop] = []
        self._sockets: list[socket.socket] = []
        self._outer: OutboundCall | None = None
        self._timer = threading.Timer(
            seconds, self.give_up, (f"given up after {seconds:g} s in all",)
        )
        self._timer.daemon = True

    def __enter__(self) -> Self:
        outer = self._outer = getattr(_UNDER_WAY.of_thread, "call", None)
        with _UNDER_WAY.lock:
            if _UNDER_WAY.is_closed:
                # Whatever it tries fails as in any call that was given up.
                self.why = CANCELLED
            _UNDER_WAY.calls.add(self)
        _UNDER_WAY.of_thread.call = self
        self._timer.start()
        if outer is not None:
            outer._also(lambda: self.give_up(outer.why))
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        _UNDER_WAY.of_thread.call = self._outer
        with _UNDER_WAY.lock:
            _UNDER_WAY.calls.discard(self)
        with self._lock:
            self._stops.clear()
            # Connections that are kept stay open.
            for one in self._sockets:
                one.close()

    @property
    def is_cancelled(self) -> bool:
        """Whether it was given up only because the program stops, which is nobody's fault."""
        return self.why == CANCELLED

    def check(self) -> None:
        """Raises GivenUp where it was given up: what was read since then may have been cut."""
        if self.why:
            raise GivenUp(self.why)

    def sends(self) -> None:
        """Something of the request is about to leave, unless this thread may send no more. Raises
        GivenUp then."""
        may_send = getattr(_UNDER_WAY.of_thread, "may_send", None)
        if may_send is not None and not may_send():
            self.give_up(NOT_ALLOWED)
            self.check()
        self.is_sent = True

    def watch(self, connection: socket.socket) -> None:
        """Shut the connection down when the call is given up. Raises GivenUp where it was."""
        # A socket of its own, as TLS detaches the one it is wrapped around; both end together.
        own = socket.socket(fileno=os.dup(connection.fileno()))
        with self._lock:
            self._sockets.append(own)
        self.stop_with(lambda: own.shutdown(socket.SHUT_RDWR))

    def stop_with(self, stop: Stop) -> None:
        """Have `stop` called when the call is given up. Raises GivenUp where it was."""
        self._also(stop)
        self.check()

    def give_up(self, why: str) -> None:
        """End it now, from any thread; the thread that waits in it goes on with an error."""
        with self._lock:
            self.why = self.why or why
            stops = list(self._stops)
        for stop in stops:
            # A socket that is not connected any more cannot be shut down, and need not be.
            with contextlib.suppress(OSError):
                stop()

    def _also(self, stop: Stop) -> None:
        with self._lock:
            self._stops.append(stop)
        if self.why:
            stop()


class _UnderWay:
    """The calls of this process, and each thread's own."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.calls: set[OutboundCall] = set()
        self.is_closed = False
        self.of_thread = threading.local()


_UNDER_WAY: Final = _UnderWay()


def current() -> OutboundCall:
    """The call of this thread. Raises LookupError outside of one: every connection has one."""
    found: OutboundCall | None = getattr(_UNDER_WAY.of_thread, "call", None)
    if found is None:
        raise LookupError("a connection outside of `with OutboundCall(seconds)` has no deadline")
    return found


def cancel_outbound_calls() -> None:
    """End every call of this process at once, and let none connect until `allow_outbound_calls`.

    It takes locks, so it is nothing for a signal handler: call it from the thread that stops.
    """
    with _UNDER_WAY.lock:
        _UNDER_WAY.is_closed = True
        under_way = list(_UNDER_WAY.calls)
    for one in under_way:
        one.give_up(CANCELLED)


def allow_outbound_calls() -> None:
    """Let calls connect again."""
    with _UNDER_WAY.lock:
        _UNDER_WAY.is_closed = False


@contextlib.contextmanager
def sending_while(may_send: Callable[[], bool]) -> Iterator[None]:
    """Inside it this thread's calls send nothing from when on it may not any more: asked at the
    last moment before each request, as the process may have been stopped since it was asked."""
    before = getattr(_UNDER_WAY.of_thread, "may_send", None)
    _UNDER_WAY.of_thread.may_send = may_send
    try:
        yield
    finally:
        _UNDER_WAY.of_thread.may_send = before


def connect(host: str, port: int, timeout_s: float | None) -> socket.socket:
    """A TCP connection that ends with this thread's call. Raises OSError; socket.gaierror where
    the name is not known. Each address of the host is waited for `timeout_s`."""
    under_way = current()
    failed: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in _addresses(under_way, host, port):
        if under_way.public_only and not is_public(address[0]):
            failed = Unready(f"{host} is a private address, which is not allowed")
            continue
        connection = socket.socket(family, kind, protocol)
        try:
            under_way.watch(connection)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(timeout_s)
            connection.connect(address)
            under_way.check()
            return connection
        except OSError as error:
            connection.close()
            failed = error
            under_way.check()
    raise failed


def left_behind(under_way: OutboundCall, call: Callable[[], Result]) -> Result:
    """What a call gives that cannot be interrupted: it is made in a thread of its own, which is
    left behind where the call is given up. Raises GivenUp, and whatever the call raises."""
    answers: SimpleQueue[Callable[[], Result]] = SimpleQueue()

    def make() -> None:
        try:
            result = call()
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            answers.put(partial(_raised, error))
        else:
            answers.put(lambda: result)

    under_way.stop_with(lambda: answers.put(partial(_raised, GivenUp(under_way.why))))
    threading.Thread(target=make, name="left-behind", daemon=True).start()
    return answers.get()()


def _raised(error: Exception) -> NoReturn:
    raise error


def _addresses(under_way: OutboundCall, host: str, port: int) -> Addresses:
    """What the host's name stands for. Raises socket.gaierror."""
    look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    with contextlib.suppress(socket.gaierror, UnicodeError):
        # An address needs nobody to look it up, and no thread that waits for the answer.
        return look_up(flags=socket.AI_NUMERICHOST)
    try:
        return left_behind(under_way, look_up)
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from None
