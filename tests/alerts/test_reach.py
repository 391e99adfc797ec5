"""Every channel tested without a message: what a receiver answers to that, and that nothing is
posted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from alerts.channel import Reached, Undelivered
from alerts.channels.console import Console
from alerts.channels.email import Email, Security
from alerts.channels.pagerduty import PagerDuty
from alerts.channels.slack import Slack
from alerts.channels.slack_webhook import SlackWebhook
from alerts.channels.webhook import Webhook
from monitor.config.plugins import channel_types
from tests.alerts.http_gate import Answer, Fault, HttpGate, Wire
from tests.alerts.slack_limits import SCOPES
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin, api_answer
from tests.alerts.smtp_standin import GREETING, LOGIN, PASSWORD, MailFault, SmtpStandin
from tests.contracts.test_channels import EXAMPLES

AT: Final = datetime(2025, 4, 10, 14, tzinfo=UTC)
HIDDEN: Final = ("secret", TOKEN, PASSWORD)
SECRET: Final = "a secret of the desk"

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def slack(opened: ExitStack) -> SlackStandin:
    return opened.enter_context(SlackStandin())


@pytest.fixture
def mail(opened: ExitStack, tmp_path: Path) -> SmtpStandin:
    return opened.enter_context(SmtpStandin(tmp_path))


def reach_slack(slack: SlackStandin, conversation: str = CONVERSATION, **given: str) -> Reached:
    tokens = {"HAVENWATCH_SLACK_TOKEN": TOKEN, **given}
    channel = Slack(
        conversation=conversation,
        base_url=slack.base_url,
        app_token_env="APP" if "APP" in tokens else "",
    )
    return channel.reach(tokens, AT)


def reach_mail(mail: SmtpStandin, password: str = PASSWORD, **settings: Any) -> Reached:
    login = {"username": LOGIN, "password_env": "PASSWORD", "ca_file": str(mail.ca_file)}
    channel = Email(
        host="localhost", port=mail.port, timeout_s=5,
        sender="a@example.org", to=("b@example.org",), **{**login, **settings},
    )  # fmt: skip
    return channel.reach({"PASSWORD": password}, AT)


def at_gate(name: str, root: str) -> tuple[Any, dict[str, str]]:
    cls: Any = channel_types()[name]
    given: dict[str, Any] = {**EXAMPLES, "base_url": root}
    channel = cls(**{one: given[one] for one in cls.__dataclass_fields__ if one in given})
    return channel, {
        one: f"{root}/secret-part" if "URL" in one else SECRET for one in channel.secret_names
    }


def reach_gate(name: str, answer: Answer | None = None, wire: Wire = Wire.WHOLE) -> Reached:
    with HttpGate(lambda *_: answer or (405, b"", {})) as gate:
        if wire is not Wire.WHOLE:
            gate.faults.append(Fault(wire=wire))
        channel, secrets = at_gate(name, gate.root)
        found: Reached = channel.reach(secrets, AT)
        return found


def test_slack_takes_the_token_and_nothing_is_posted(slack: SlackStandin) -> None:
    found = reach_slack(slack)
    assert found.said == "Slack takes the token"
    assert found.lacks == ()
    assert found.clock_offset is not None
    assert found.clock_offset < timedelta(0)  # Slack's Date is the machine's, later than AT
    assert slack.posted == []


SLACK_FAULTS: Final[dict[str, tuple[Callable[[SlackStandin], Reached], str, bool]]] = {
    "a wrong token": (
        lambda slack: reach_slack(slack, HAVENWATCH_SLACK_TOKEN="xoxb-wrong-secret"),
        "invalid_auth: install the app again",
        True,
    ),
    "another conversation": (
        lambda slack: reach_slack(slack, "C0WRONG"),
        "channel_not_found: set the id",
        True,
    ),
    "down": (lambda slack: reach_slack(broken(slack)), "HTTP 503", False),
}


def broken(slack: SlackStandin) -> SlackStandin:
    slack.fail_next.append((503, b"", {}))
    return slack


@pytest.mark.parametrize("fault", SLACK_FAULTS)
def test_what_is_wrong_with_slack_is_named(fault: str, slack: SlackStandin) -> None:
    reach, said, permanent = SLACK_FAULTS[fault]
    with pytest.raises(Undelivered) as caught:
        reach(slack)
    assert said in caught.value.problem
    assert caught.value.permanent is permanent
    assert not any(one in caught.value.problem for one in HIDDEN)
    assert slack.posted == []


def test_what_the_app_cannot_do_in_slack_is_named(slack: SlackStandin) -> None:
    slack.scopes = SCOPES - {"files:write", "channels:history"}
    slack.fail_method["apps.connections.open"] = api_answer({"ok": False, "error": "invalid_auth"})
    lacks = reach_slack(slack, APP="xapp-wrong").lacks
    assert [one.partition(":")[0] for one in lacks] == [
        "it cannot look up whether a message arrived",
        "it cannot send charts",
        "its buttons are not answered",
    ]
    assert "give the app the scope files:write" in lacks[1]


def test_slack_knows_a_webhook_without_a_message(slack: SlackStandin) -> None:
    channel, secrets = SlackWebhook(), {"HAVENWATCH_SLACK_WEBHOOK_URL": slack.webhook_url}
    assert channel.reach(secrets, AT).said == "Slack knows the webhook"
    assert slack.posted == []
    for answer, said in (
        ((404, b"no_service", {}), "HTTP 404, no_service"),
        ((200, b"<html>", {}), "a proxy may be in between"),
        ((302, b"", {"Location": "http://localhost/secret"}), "a redirect, which is not followed"),
    ):
        slack.fail_next.append(answer)
        with pytest.raises(Undelivered) as caught:
            channel.reach(secrets, AT)
        assert said in caught.value.problem
        assert "secret" not in caught.value.problem


def test_a_mail_server_takes_the_login_and_no_mail_is_begun(mail: SmtpStandin) -> None:
    assert reach_mail(mail).said == f"localhost:{mail.port} took the login (starttls)"
    plain = {"username": "", "password_env": "", "security": Security.NONE}
    found = reach_mail(mail, **plain)
    assert found.said == f"localhost:{mail.port} answers, without a login (none)"
    assert mail.mails == []


MAIL_FAULTS: Final[dict[str, tuple[MailFault | None, dict[str, Any], str, bool]]] = {
    "a wrong password": (None, {"password": "wrong secret"}, "refused the login (535)", True),
    "no login offered": (
        MailFault("EHLO", "250 localhost", times=None), {"security": Security.NONE},
        "cannot be used", True,
    ),
    "certificates of others": (None, {"ca_file": ""}, "TLS certificate not trusted", True),
    "a server that is full": (MailFault(GREETING, "421 later"), {}, "answered 421", False),
    "no NOOP": (MailFault("NOOP", "502 what"), {}, "answered 502 what", True),
    "closed": (MailFault("NOOP"), {}, "connection closed", False),
}  # fmt: skip


@pytest.mark.parametrize("fault", MAIL_FAULTS)
def test_what_is_wrong_with_a_mail_server_is_named(fault: str, mail: SmtpStandin) -> None:
    broken_at, given, said, permanent = MAIL_FAULTS[fault]
    mail.faults += [] if broken_at is None else [broken_at]
    with pytest.raises(Undelivered) as caught:
        reach_mail(mail, **given)
    assert said in caught.value.problem
    assert caught.value.permanent is permanent
    assert not any(one in caught.value.problem for one in HIDDEN)
    assert mail.mails == []


@pytest.mark.parametrize("cls", [Webhook, PagerDuty])
def test_a_receiver_of_posts_is_there_where_it_refuses_a_head(cls: Any) -> None:
    found = reach_gate(cls.channel_type)
    assert "answers (HTTP 405 to HEAD)" in found.said
    assert found.lacks == ()
    assert found.clock_offset is not None


def test_a_webhook_that_may_have_another_address_is_doubtful() -> None:
    (lack,) = reach_gate("webhook", (404, b"", {})).lacks
    assert lack.startswith("answered HTTP 404 to HEAD: check HAVENWATCH_WEBHOOK_URL")


GATE_FAULTS: Final[dict[str, tuple[Answer | None, Wire, str]]] = {
    "down": ((503, b"", {}), Wire.WHOLE, "HTTP 503"),
    "elsewhere": ((307, b"", {"Location": "http://127.0.0.1/secret"}), Wire.WHOLE, "a redirect"),
    "lost": (None, Wire.LOST, "no answer"),
}


@pytest.mark.parametrize("fault", GATE_FAULTS)
@pytest.mark.parametrize("cls", [Webhook, PagerDuty])
def test_what_is_wrong_with_a_receiver_is_named(cls: Any, fault: str) -> None:
    answer, wire, said = GATE_FAULTS[fault]
    with pytest.raises(Undelivered, match=said) as caught:
        reach_gate(cls.channel_type, answer, wire)
    assert "secret" not in caught.value.problem


def test_the_terminal_is_always_there() -> None:
    assert Console().reach({}, AT) == Reached("prints to standard output")


def test_apprise_knows_its_urls() -> None:
    pytest.importorskip("apprise")
    channel = channel_types()["apprise"]()
    urls = "json://localhost/secret-part, jsons://user:secret@desk.example.org"
    found = channel.reach({"HAVENWATCH_APPRISE_URLS": urls}, AT)  # type: ignore[attr-defined]
    assert found.said.startswith("the library knows json (URL 1), jsons (URL 2)")
    with pytest.raises(Undelivered, match="URL 1 in HAVENWATCH_APPRISE_URLS is not one"):
        channel.reach({"HAVENWATCH_APPRISE_URLS": "secret://what"}, AT)  # type: ignore[attr-defined]
