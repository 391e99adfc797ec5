"""Short messages: the head of an alert, its chart and where the rest is, in every channel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.channels.apprise import Apprise
from alerts.channels.console import Console
from alerts.channels.email import Email
from alerts.channels.slack_webhook import SlackWebhook
from alerts.channels.webhook import Webhook
from alerts.message.forms import in_form
from alerts.message.plain import plain_text
from alerts.message.sections import Image
from monitor.config.templates import examples
from tests.support import utc

OPENED, ANSWERED, DIGEST = examples()
AT = utc("2025-04-10 22:30")


def test_a_short_alert_is_its_head_what_changed_and_its_chart() -> None:
    chart = Image("Chart", "Down.", b"png")
    message = replace(ANSWERED, sections=(*ANSWERED.sections, chart))
    short = in_form(message, "short")
    assert [type(one).__name__ for one in short.sections] == ["Text", "Image"]
    text = plain_text(short)
    assert "7 sessions this severe since 2015." in text
    assert "Acknowledged by Ann." in text
    assert "Full details: https://x" in text
    assert "Against the thresholds" not in text
    assert in_form(message, "full") == message


def test_a_digest_is_short_already() -> None:
    assert in_form(DIGEST, "short") == DIGEST


@pytest.mark.parametrize("form", ["short", "full"])
def test_a_mail_has_the_form_it_is_asked_for(form: str) -> None:
    mail = Email(host="x", sender="a@x.org", to=("b@x.org",), message=form)  # type: ignore[arg-type]
    body = mail.mail(OPENED, AT).get_body(("plain",))
    assert body is not None
    assert ("Against the thresholds" in body.get_content()) == (form == "full")
    assert "7 sessions this severe" in body.get_content()


def test_the_terminal_shows_the_head_in_both_forms(capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("short", "full"):
        Console(message=form).send(OPENED, {}, AT, again=False)
        said = capsys.readouterr().out
        assert "Prices alone do not show who sold." in said
        assert ("What happened" in said) == (form == "full")


def test_every_channel_with_words_of_ours_takes_both() -> None:
    for channel in (Apprise(message="short"), Webhook(message="short")):
        assert channel.template == ""
    assert SlackWebhook(message="short")._blocks(OPENED)[0]["text"]["text"].endswith("opened")
