"""The desk's network, for whoever is asked or told, found by its file: certificates, proxies, names
and redirects. What fails before anything was sent is certain, named and tried again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest

from alerts.channel import Channel, Undelivered
from alerts.transport.http_session import Session
from alerts.transport.network import CA_VARIABLES, proxy_for
from alerts.transport.outbound_call import OutboundCall
from monitor.clock import SimulatedClock
from monitor.config.plugins import channel_types, source_types
from monitor.demo.server import Server
from monitor.errors import FetchFailed
from monitor.ingest.http import Http
from monitor.liveness.ping import Kind, Ping, Pinger
from tests.alerts.http_gate import Answer, HttpGate, refused
from tests.alerts.message.test_pages import page
from tests.contracts.test_channels import EXAMPLES
from tests.contracts.test_drips import LOCAL
from tests.support import TABLE, utc

AT: Final = utc("2025-04-10 22:30")
NOWHERE: Final = "https://receiver.example.org"
PROXIES: Final = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
# Apprise says nothing of why, so it is not known of its failures that nothing was sent.
SILENT: Final = {"apprise"}
OVER_HTTP: Final = sorted(set(channel_types()) - LOCAL - SILENT - {"email"})

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")


@pytest.fixture(autouse=True)
def plain_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither proxy nor certificates of this machine."""
    for name in (*PROXIES, *map(str.upper, PROXIES), *CA_VARIABLES):
        monkeypatch.delenv(name, raising=False)


def channel_at(name: str, root: str) -> tuple[Channel, dict[str, str]]:
    """A channel whose every address is `root`, and its secrets."""
    given: dict[str, Any] = {**EXAMPLES, "base_url": root, "timeout_s": 60}
    cls: Any = channel_types()[name]
    channel = cls(**{one: given[one] for one in cls.__dataclass_fields__ if one in given})
    url = f"{root}/secret-part".replace("http", "json", 1 if name == "apprise" else 0)
    return channel, {one: url if "URL" in one else "a secret" for one in channel.secret_names}


def failure(name: str, root: str = NOWHERE) -> Undelivered:
    channel, secrets = channel_at(name, root)
    with pytest.raises(Undelivered) as caught:
        channel.send(page(), secrets, AT, again=False)
    assert "secret" not in caught.value.problem
    return caught.value


def source_failure(name: str, root: str = NOWHERE) -> FetchFailed:
    more = {**TABLE, "columns": {}} if name == "table" else {}
    source = source_types()[name](base_url=root, **more)
    asked = [*source.requests(None, AT), *source.history_requests(AT.date(), AT)][0]
    with closing(Http(SimulatedClock(AT))) as http, pytest.raises(FetchFailed) as caught:
        http.get(asked)
    assert caught.value.state == "UNREACHABLE"
    return caught.value


# The environment, and what is then said.
UNREADY: Final[dict[str, tuple[dict[str, str], str]]] = {
    **{
        variable: (
            {variable: "/nonexistent/ca.pem"},
            f"{variable}: no such file: /nonexistent/ca.pem",
        )
        for variable in CA_VARIABLES
    },
    "a proxy that is no address": ({"HTTPS_PROXY": "http://"}, "HTTPS_PROXY names no proxy"),
    "a proxy of another protocol": (
        {"ALL_PROXY": "socks5://127.0.0.1:9"},
        "ALL_PROXY names no proxy: expected http://HOST:PORT",
    ),
    "a proxy that is not there": (
        {"HTTPS_PROXY": "http://user:secret@127.0.0.1:9"},
        "connection refused, through the proxy http://127.0.0.1:9 (HTTPS_PROXY)",
    ),
}


@pytest.fixture(params=sorted(UNREADY))
def unready(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said on a machine that is not set up to reach anybody."""
    environ, said = UNREADY[request.param]
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return said


@pytest.mark.parametrize("name", OVER_HTTP)
def test_a_machine_that_reaches_nobody_is_named_and_the_message_is_owed(
    name: str, unready: str
) -> None:
    found = failure(name)
    assert unready in found.problem
    assert not found.unsure
    assert not found.permanent


@pytest.mark.parametrize("name", sorted(source_types()))
def test_a_machine_that_reaches_nobody_is_named_and_the_source_unreachable(
    name: str, unready: str
) -> None:
    assert unready in source_failure(name).got


def test_certificates_that_are_none_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with HttpGate(lambda *_: (200, b"ok", {}), over_tls=True) as gate:
        found = failure("webhook", gate.root)
    assert f"REQUESTS_CA_BUNDLE ({tmp_path / 'ca.pem'})" in found.problem
    assert not found.unsure


def test_a_mail_needs_certificates_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tests.alerts.smtp_standin import SmtpStandin

    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent/ca.pem")
    with SmtpStandin(tmp_path) as server:
        cls: Any = channel_types()["email"]
        mail = cls(host="localhost", port=server.port, sender="a@b.c", to=("d@e.f",))
        with pytest.raises(
            Undelivered, match="SSL_CERT_FILE: no such file: /nonexistent"
        ) as caught:
            mail.send(page(), {}, AT, again=False)
        assert not caught.value.unsure
        assert not caught.value.permanent
        assert server.mails == []


class Proxy(BaseHTTPRequestHandler):
    """A proxy that lets nobody through, and keeps who asked."""

    asked: Final[list[str]] = []

    def _refuse(self) -> None:
        self.asked.append(self.path)
        self.send_response(407)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_CONNECT = do_GET = do_POST = _refuse  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    Proxy.asked.clear()
    with Server(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        for name in ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://desk:secret@127.0.0.1:{server.server_port}")
        yield f"the proxy http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("name", OVER_HTTP)
def test_a_proxy_that_refuses_is_named(name: str, proxy: str) -> None:
    found = failure(name)
    assert f"the tunnel was refused with HTTP 407, through {proxy} (HTTPS_PROXY)" in found.problem
    assert not found.unsure
    found = failure(name, "http://receiver.example.org")
    assert f"HTTP 407, through {proxy} (HTTP_PROXY)" in found.problem


def test_a_proxy_that_refuses_a_source_is_named(proxy: str) -> None:
    said = source_failure("cboe").got
    assert said == f"the tunnel was refused with HTTP 407, through {proxy} (HTTPS_PROXY)"
    said = source_failure("cboe", "http://receiver.example.org").got
    assert said == f"HTTP 407, through {proxy} (HTTP_PROXY)"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_asked_through_no_proxy(host: str, proxy: str) -> None:
    def take(path: str, headers: Any, body: bytes) -> Answer:
        return 202, json.dumps({"ok": True, "ts": "1.000001", "dxy": 1}).encode(), {}

    with HttpGate(take) as gate:
        root = gate.root.replace("127.0.0.1", host)
        for name in ("slack", "webhook", "pagerduty"):
            channel, secrets = channel_at(name, root)
            if name == "slack":
                gate.faults.append(refused(200, b'{"ok": true, "ts": "1.000001"}'))
            channel.send(page(), secrets, AT, again=False)
        pinger = Pinger(root, 5)
        pinger.send(Ping(Kind.GOOD, uuid4(), "all is well", AT))
        pinger.close()
        assert "HTTP 202" in source_failure("cboe", root).got
        assert len(gate.asked) == 6  # a message to Slack is a head and its thread
    assert Proxy.asked == []


def test_what_no_proxy_names_is_reached_directly(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    assert str(proxy_for(NOWHERE)) == f"{proxy} (HTTPS_PROXY)"
    monkeypatch.setenv("NO_PROXY", ".example.org")
    assert proxy_for(NOWHERE) is None


@pytest.mark.parametrize("name", sorted(set(channel_types()) - LOCAL - {"email"}))
def test_no_message_follows_a_redirect(name: str) -> None:
    with HttpGate(lambda *_: (200, b'{"ok": true, "ts": "1.000001"}', {})) as elsewhere:
        with HttpGate(lambda *_: (200, b"", {})) as gate:
            to = {"Location": f"{elsewhere.root}/steal"}
            gate.faults.append(refused(307, headers=to, times=None))
            failure(name, gate.root)
            assert gate.asked
        assert elsewhere.asked == []


def test_no_netrc_takes_the_place_of_a_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    seen: list[str] = []

    def take(path: str, headers: Any, body: bytes) -> Answer:
        seen.append(headers["Authorization"])
        return 200, b"ok", {}

    with HttpGate(take) as gate, closing(Session()) as session, OutboundCall(5):
        session.ask("GET", gate.root, {"Authorization": "Bearer ours"}, 5).close()
    assert seen == ["Bearer ours"]
