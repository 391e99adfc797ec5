"""Every fault of an HTTP receiver ends in one message there, or in one dead letter.

The real outbox and dispatch tell one alert over real HTTP; a gate before each receiver's stand-in
makes the fault. Faults of Slack alone and of mail have tables of their own beside this one.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.fault_receivers import (
    RECEIVERS,
    MakeReceiver,
    pagerduty,
    slack,
    slack_webhook,
)
from tests.alerts.fault_runs import OPENED, AlertSummary, Ending, tell
from tests.alerts.http_gate import Answer, Fault, HttpGate, Wire, refused
from tests.slow import quick_where

PAGE = b"<!doctype html><title>Sign in</title> /services/T000/B000/secret-part"
# Five minutes after the first try, at 22:30.
DATE = "Thu, 10 Apr 2025 22:35:00 GMT"


EVERY = pytest.mark.parametrize("receiver", RECEIVERS, ids=lambda one: one.__name__)
# Where it is tried for a day, the others are slow.
ONE = pytest.mark.parametrize(
    "receiver",
    quick_where(lambda one: one is slack_webhook, RECEIVERS),
    ids=lambda one: one.__name__,
)


# Until the deadline passes, which is a second of the clock.
WAITS = ("no answer after it was taken",)


def some_of(faults: Iterable[str]) -> pytest.MarkDecorator:
    """Every receiver with every fault; quick where each fault meets one receiver and each receiver
    some faults."""
    names = list(faults)

    def is_quick(case: tuple[MakeReceiver, str]) -> bool:
        meets = RECEIVERS.index(case[0]) == names.index(case[1]) % len(RECEIVERS)
        return meets and case[1] not in WAITS and not case[1].endswith("for ever")

    return pytest.mark.parametrize(
        ("receiver", "name"),
        quick_where(is_quick, product(RECEIVERS, names)),
        ids=lambda one: one if isinstance(one, str) else one.__name__,
    )


# The receiver says no, surely, and may say when to come back.
REFUSALS = {
    "429 with seconds": (refused(429, headers={"Retry-After": "120"}), Ending(wait_s=120)),
    "429 with a date": (refused(429, headers={"Retry-After": DATE}), Ending(wait_s=300)),
    "429 with a date that is over": (
        refused(429, headers={"Retry-After": "Thu, 10 Apr 2025 22:00:00 GMT"}),
        Ending(wait_s=1),
    ),
    "429 without a word": (refused(429), Ending(wait_s=60)),
    "429 with nonsense": (refused(429, headers={"Retry-After": "\xb2 minutes"}), Ending(wait_s=60)),
    "429 with a digit that is none": (
        refused(429, headers={"Retry-After": "\xb2"}),
        Ending(wait_s=60),
    ),
    "429 with a thousand years": (
        refused(429, headers={"Retry-After": "9" * 400}),
        Ending(wait_s=24 * 3600),
    ),
    "429 for ever": (
        refused(429, times=None),
        Ending(sent=False, received=0, says="not delivered within 26 h"),
    ),
    "408": (refused(408), Ending(wait_s=60)),
    "404": (refused(404, PAGE), Ending(sent=False, received=0, says="HTTP 404", tries=1)),
    "403": (refused(403, b""), Ending(sent=False, received=0, says="HTTP 403", tries=1)),
}

# Nobody knows whether it was taken.
OPEN_ENDS = {
    "500 before it was taken": (refused(500), 0),
    "500 after it was taken": (refused(500, taken=True), 1),
    "502 as a page": (refused(502, PAGE), 0),
    "502 as a page after it was taken": (refused(502, PAGE, taken=True), 1),
    "503 with a date": (refused(503, headers={"Retry-After": DATE}), 0),
    "503 after it was taken": (refused(503, taken=True), 1),
    "no answer after it was taken": (Fault(taken=True, wire=Wire.SILENT), 1),
    "a connection closed without an answer": (Fault(wire=Wire.LOST), 0),
    "an answer lost after it was taken": (Fault(taken=True, wire=Wire.LOST), 1),
    "500 with a connection reset in its body": (
        Fault((500, PAGE, {}), taken=True, wire=Wire.RESET),
        1,
    ),
}


def run(
    make: MakeReceiver,
    fault: Fault,
    ending: Ending,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Tell one alert through a gate with a fault; the receiver has what the ending says."""
    summarize_alert = AlertSummary(folder)
    receiver = make(summarize_alert)
    with HttpGate(receiver.take) as gate:
        gate.faults.append(fault)
        secrets = receiver.secrets(gate.root)
        tell(summarize_alert, receiver.channel(gate.root), secrets, ending, caplog)
        assert receiver.received() == [OPENED] * ending.received
    # A part of the address is as secret as the whole, and the page repeats it.
    assert "secret-part" not in " ".join(one for one in caplog.messages if "delivery" in one)
    assert b"secret-part" not in summarize_alert.stored()


@some_of(REFUSALS)
def test_a_refusal_ends_in_one_message_or_one_dead_letter(
    receiver: MakeReceiver,
    name: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fault, ending = REFUSALS[name]
    run(receiver, fault, ending, tmp_path, caplog)


@some_of(OPEN_ENDS)
def test_what_nobody_knows_ends_in_one_message_or_one_dead_letter(
    receiver: MakeReceiver,
    name: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fault, taken = OPEN_ENDS[name]
    if receiver is slack_webhook:
        ending = Ending(sent=False, received=taken, says="may have arrived", tries=2)
    else:
        ending = Ending(tries=2)
    run(receiver, fault, ending, tmp_path, caplog)


@EVERY
@pytest.mark.parametrize("wire", [Wire.CUT, Wire.RESET], ids=["cut", "reset"])
def test_a_good_answer_that_breaks_off_ends_in_one_message_or_one_dead_letter(
    receiver: MakeReceiver,
    wire: Wire,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    # The status counts where it says all; Slack says `ok` in the body.
    endings: dict[MakeReceiver, Ending] = {
        slack: Ending(tries=2),
        slack_webhook: Ending(sent=False, says="may have arrived", tries=2),
    }
    ending = endings.get(receiver, Ending(tries=1))
    run(receiver, Fault(taken=True, wire=wire), ending, tmp_path, caplog)


@ONE
def test_a_server_error_for_ever_ends_in_one_dead_letter(
    receiver: MakeReceiver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    says = "may have arrived" if receiver is slack_webhook else "not delivered within"
    ending = Ending(sent=False, received=0, says=says)
    run(receiver, refused(503, times=None), ending, tmp_path, caplog)


@pytest.mark.parametrize(
    "receiver", [slack, slack_webhook, pagerduty], ids=lambda one: one.__name__
)
def test_a_proxys_page_with_200_is_no_receipt(
    receiver: MakeReceiver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ending = Ending(tries=2)
    if receiver is slack_webhook:
        ending = Ending(sent=False, received=0, says="may have arrived")
    run(receiver, refused(200, PAGE), ending, tmp_path, caplog)


@pytest.mark.parametrize("receiver", RECEIVERS[1:], ids=lambda one: one.__name__)
def test_a_redirect_is_not_followed(
    receiver: MakeReceiver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def take(path: str, headers: Any, body: bytes) -> Answer:
        return 200, b"ok", {}

    with HttpGate(take) as elsewhere:
        fault = refused(302, headers={"Location": f"{elsewhere.root}/steal"}, times=None)
        ending = Ending(sent=False, received=0, says="HTTP 302", tries=1)
        run(receiver, fault, ending, tmp_path, caplog)
        assert elsewhere.asked == []


@EVERY
def test_a_certificate_nobody_vouches_for_is_one_dead_letter(
    receiver: MakeReceiver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    summarize_alert = AlertSummary(tmp_path)
    made = receiver(summarize_alert)
    with HttpGate(made.take, over_tls=True) as gate:
        ending = Ending(sent=False, received=0, says="certificate", tries=1)
        tell(summarize_alert, made.channel(gate.root), made.secrets(gate.root), ending, caplog)
        assert made.received() == []


@ONE
def test_a_receiver_that_is_gone_is_one_dead_letter_and_no_doubt(
    receiver: MakeReceiver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    summarize_alert = AlertSummary(tmp_path)
    made = receiver(summarize_alert)
    with HttpGate(made.take) as gate:
        root = gate.root
    # Nobody listens, which is a sure failure: no try can have arrived.
    ending = Ending(sent=False, received=0, says="not delivered within")
    tell(summarize_alert, made.channel(root), made.secrets(root), ending, caplog)
    assert "may have arrived" not in caplog.text
