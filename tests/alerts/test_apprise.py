"""Apprise, with its URL for plain JSON against a receiver on loopback."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from alerts.channel import Sent, Undelivered
from alerts.channels.apprise import Apprise
from alerts.message.message import DeliveryHistory, Message
from alerts.message.plain import plain_text
from tests.alerts.http_gate import Answer, HttpGate, refused
from tests.alerts.message.test_pages import HOSTILE, page
from tests.support import utc

AT = utc("2025-04-10 22:30")
# A module that Apprise imports is to be gone from a later Python.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
NO_URLS = ["pigeon://secret-part", "secret-part", "json://a secret-part", ","]


@pytest.fixture
def messages() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def gate(messages: list[dict[str, Any]]) -> Iterator[HttpGate]:
    def take(path: str, headers: Any, body: bytes) -> Answer:
        messages.append(json.loads(body))
        return 200, b"ok", {}

    with HttpGate(take) as running:
        yield running


def url(gate: HttpGate, path: str = "secret-part") -> str:
    return f"{gate.root.replace('http://', 'json://')}/{path}"


def send(urls: str, what: Message | None = None) -> Sent:
    secrets = {"HAVENWATCH_APPRISE_URLS": urls}
    return Apprise().send(what or page(), secrets, AT, again=False)


def test_a_page_arrives_as_plain_text_with_its_severity(
    gate: HttpGate, messages: list[dict[str, Any]]
) -> None:
    assert send(url(gate)) == Sent("taken by 1 of 1")
    (message,) = messages
    assert message["title"] == page().subject
    assert message["message"].split() == plain_text(page()).split()
    assert message["type"] == "warning"


@pytest.mark.parametrize(
    ("tone", "kind"),
    [
        ("critical", "failure"),
        ("warning", "warning"),
        ("notice", "info"),
        ("resolved", "success"),
        ("plain", "info"),
    ],
)
def test_every_tone_is_a_kind_of_notification(
    gate: HttpGate, messages: list[dict[str, Any]], tone: str, kind: str
) -> None:
    send(url(gate), replace(page(), tone=tone))
    assert messages[0]["type"] == kind


def test_text_from_outside_is_no_markup(gate: HttpGate, messages: list[dict[str, Any]]) -> None:
    send(url(gate), page(HOSTILE))
    assert HOSTILE in messages[0]["title"]


@pytest.mark.parametrize("between", [" ", ",", ", ", "\n"])
def test_several_urls_each_get_it(
    gate: HttpGate, messages: list[dict[str, Any]], between: str
) -> None:
    send(between.join([url(gate, "one"), url(gate, "two,three")]) + between)
    assert gate.asked == ["/one", "/two%2Cthree"]


def test_a_url_that_does_not_take_it_is_tried_again_alone(
    gate: HttpGate, messages: list[dict[str, Any]]
) -> None:
    gate.faults.append(refused(500, path="/two"))
    both = f"{url(gate, 'one')} {url(gate, 'two')}"
    sent = send(both)
    assert sent == Sent("taken by 1 of 2", "not taken by json (URL 2)", ("json (URL 2)",))
    assert len(messages) == 1
    rest = replace(page(), origin=DeliveryHistory(parts=sent.missing))
    assert send(both, rest) == Sent("taken by 1 of 1")
    assert gate.asked == ["/one", "/two", "/two"]


def test_what_nobody_takes_is_tried_again_and_no_url_is_told(
    gate: HttpGate, caplog: pytest.LogCaptureFixture
) -> None:
    gate.faults.append(refused(500, times=None))
    with caplog.at_level(logging.DEBUG), pytest.raises(Undelivered) as caught:
        send(url(gate))
    assert not caught.value.permanent
    assert caught.value.unsure
    assert caught.value.problem == "apprise: not taken by json (URL 1)"
    assert "apprise" not in {one.name for one in caplog.records}


@pytest.mark.parametrize("urls", NO_URLS)
def test_a_url_that_is_none_is_permanent_and_not_told(
    urls: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(Undelivered) as caught:
        send(urls)
    assert caught.value.permanent
    assert "HAVENWATCH_APPRISE_URLS" in caught.value.problem
    assert "secret-part" not in caught.value.problem + caplog.text


def test_without_the_library_the_problem_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(Undelivered) as caught:
        send("json://localhost")
    assert caught.value.permanent
    assert "pip install '.[apprise]'" in caught.value.problem
