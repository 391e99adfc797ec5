"""Mail, against a real SMTP server with STARTTLS and login on loopback."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from threading import Event

import pytest

from alerts.channel import Undelivered
from alerts.channels.email import Email, Security
from alerts.message.message import Message, Thread
from alerts.message.sections import Image
from tests.alerts.mailbox import Mailbox
from tests.alerts.message.test_pages import page
from tests.alerts.smtp_standin import SmtpStandin
from tests.support import utc

AT = utc("2025-04-10 22:30")


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    with Mailbox(tmp_path) as running:
        yield running


def channel(mailbox: Mailbox) -> Email:
    return Email(
        host="localhost",
        port=mailbox.port,
        ca_file=str(mailbox.ca_file),
        username=mailbox.username,
        password_env="PASSWORD",
        sender="havenwatch@example.org",
        to=("desk@example.org", "risk@example.org"),
        timeout_s=60,
    )


def secrets(mailbox: Mailbox) -> dict[str, str]:
    return {"PASSWORD": mailbox.password}


def received(mailbox: Mailbox) -> EmailMessage:
    (envelope,) = mailbox.mails
    assert isinstance(envelope.content, bytes)
    found = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_mail_arrives_over_starttls_with_login(mailbox: Mailbox) -> None:
    receipt = channel(mailbox).send(page(), secrets(mailbox), AT, again=False)
    mail = received(mailbox)
    assert mail["Message-ID"] == receipt.receipt
    assert mail["Subject"] == "[WARNING · Joint selloff · opened] Something fell."
    assert mail["To"] == "desk@example.org, risk@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert "havenwatch" in mail["List-Id"]
    assert mail["Date"] == "Thu, 10 Apr 2025 22:30:00 +0000"
    assert mailbox.mails[0].rcpt_tos == ["desk@example.org", "risk@example.org"]


def test_the_plain_part_stands_alone_and_html_is_beside_it(mailbox: Mailbox) -> None:
    channel(mailbox).send(page(), secrets(mailbox), AT, again=False)
    mail = received(mailbox)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "What it does not mean" in plain.get_content()
    assert ">Something fell.</h1>" in html.get_content()


def test_a_repeat_carries_the_same_message_id(mailbox: Mailbox) -> None:
    sent = [channel(mailbox).send(page(), secrets(mailbox), AT, again=False) for _ in range(2)]
    assert sent[0] == sent[1]


def test_a_headline_with_a_line_break_cannot_add_a_header(mailbox: Mailbox) -> None:
    channel(mailbox).send(
        page("fell\r\nBcc: everyone@example.org"), secrets(mailbox), AT, again=False
    )
    assert received(mailbox)["Bcc"] is None


def test_a_wrong_password_is_permanent_and_not_told(mailbox: Mailbox) -> None:
    with pytest.raises(Undelivered) as caught:
        channel(mailbox).send(page(), {"PASSWORD": "battery staple"}, AT, again=False)
    assert caught.value.permanent
    assert "battery staple" not in str(caught.value)


def test_a_certificate_nobody_vouches_for_is_permanent(mailbox: Mailbox) -> None:
    with pytest.raises(Undelivered) as caught:
        replace(channel(mailbox), ca_file="").send(page(), secrets(mailbox), AT, again=False)
    assert caught.value.permanent
    assert not mailbox.mails


@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
@pytest.mark.parametrize(("line", "permanent"), [("451 try later", False), ("550 no", True)])
def test_a_refusal_says_who_acts_next(
    mailbox: Mailbox, verb: str, line: str, permanent: bool
) -> None:
    mailbox.fail[verb] = line
    with pytest.raises(Undelivered) as caught:
        channel(mailbox).send(page(), secrets(mailbox), AT, again=False)
    assert caught.value.permanent is permanent


def test_a_server_that_is_gone_is_tried_again(tmp_path: Path) -> None:
    with Mailbox(tmp_path) as gone:
        dead = channel(gone)
    with pytest.raises(Undelivered) as caught:
        dead.send(page(), {"PASSWORD": "x"}, AT, again=False)
    assert not caught.value.permanent


def test_a_login_without_encryption_is_a_mistake_in_the_settings(mailbox: Mailbox) -> None:
    (problem,) = replace(channel(mailbox), security=Security.NONE).problems()
    assert "starttls" in problem
    assert channel(mailbox).problems() == ()


def test_a_later_mail_about_an_alert_answers_the_first(mailbox: Mailbox) -> None:
    first = channel(mailbox).send(page(), secrets(mailbox), AT, again=False).receipt
    later = replace(page(), key="x#2", thread=Thread("", page().key))
    answer = channel(mailbox).mail(later, AT)
    assert answer["References"] == answer["In-Reply-To"] == first
    assert answer["Message-ID"] != first


def charted() -> Message:
    """A page with two charts."""
    charts = (
        Image("Prices", "Three lines that fall.", b"\x89PNG one"),
        Image("Flows", 'Bars "below" zero.', b"\x89PNG two"),
    )
    return replace(page(), sections=(*page().sections, *charts))


def test_each_chart_is_in_the_mail_and_the_html_shows_its_own_and_nothing_else(
    mailbox: Mailbox,
) -> None:
    channel(mailbox).send(charted(), secrets(mailbox), AT, again=False)
    mail = received(mailbox)
    html = mail.get_body(("html",))
    assert html is not None
    shown = re.findall(r'<img src="([^"]+)"', html.get_content())
    parts = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert shown == [f"cid:{part['Content-ID'].strip('<>')}" for part in parts]
    assert [part.get_content() for part in parts] == [one.png for one in charted().images]
    assert {part.get_content_disposition() for part in parts} == {"inline"}
    assert 'alt="Bars &#34;below&#34; zero."' in html.get_content()


def test_the_charts_belong_to_the_html_and_the_plain_part_says_what_they_show(
    mailbox: Mailbox,
) -> None:
    channel(mailbox).send(charted(), secrets(mailbox), AT, again=False)
    mail = received(mailbox)
    assert mail.get_content_type() == "multipart/alternative"
    plain, related = mail.iter_parts()
    assert related.get_content_type() == "multipart/related"
    assert "Three lines that fall." in plain.get_content()


def test_a_mail_and_its_repeat_name_their_charts_alike(mailbox: Mailbox) -> None:
    first, second = (
        [part["Content-ID"] for part in channel(mailbox).mail(charted(), AT).walk()]
        for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("title", ["fell " * 60, "x" * 400])
def test_a_subject_is_one_line_that_a_client_shows_whole(mailbox: Mailbox, title: str) -> None:
    subject = channel(mailbox).mail(page(title), AT)["Subject"]
    assert len(subject) <= 150
    assert subject.endswith("…")


def test_where_a_subject_is_too_long_the_rules_title_gives_way(mailbox: Mailbox) -> None:
    title = "Stocks, Treasuries and the dollar fell together, and this headline is a long one, x."
    long = replace(page(), title=title, subject="[" + "x" * 150 + f"] {title}")
    assert channel(mailbox).mail(long, AT)["Subject"] == f"[WARNING · opened] {title}"


@pytest.mark.parametrize("length", [11, 42, 43, 64, 120, 200, 248])
@pytest.mark.parametrize("policy", [email.policy.SMTP, email.policy.default], ids=["SMTP", "own"])
def test_ids_stand_as_they_are_however_long_the_domain_is(
    length: int, policy: email.policy.EmailPolicy
) -> None:
    domain = f"{'d' * (length - 8)}.example"
    told = replace(charted(), key="a#2", thread=Thread("r", "a#1"))
    channel = Email(host="h", sender=f"bot@{domain}", to=("desk@example.org",))
    first = channel.mail(replace(told, key="a#1", thread=None), AT)
    # As it goes over the wire, read by a program that decodes nothing.
    raw = channel.mail(told, AT).as_bytes(policy=policy)
    read = email.message_from_bytes(raw, policy=email.policy.compat32)
    assert read["In-Reply-To"].strip() == read["References"].strip() == str(first["Message-ID"])
    assert read["List-Id"].split() == ["havenwatch", f"<havenwatch.{domain}>"]
    shown = set(re.findall(r"cid:([^\"]+)", raw.decode().replace("=\r\n", "").replace("=\n", "")))
    assert all(f"Content-ID: <{one}>" in raw.decode() for one in shown)
    assert shown


def test_a_domain_of_another_alphabet_makes_ids_that_servers_take() -> None:
    channel = Email(host="h", sender="bot@bücher.example", to=("desk@example.org",))
    mail = channel.mail(replace(page(), thread=Thread("r", "a#1")), AT)
    for name in ("Message-ID", "In-Reply-To", "References"):
        assert str(mail[name]).endswith("@xn--bcher-kva.example>")


@pytest.mark.parametrize(
    ("setting", "host", "said"),
    [
        ("mail.desk.example", "vm", "mail.desk.example"),
        ("", "vm.desk.example", "vm.desk.example"),
        ("", "container", "example.org"),
        ("", "", "example.org"),
    ],
)
def test_it_names_itself_to_the_server_with_a_name(
    setting: str, host: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.getfqdn", lambda *_: host)
    with SmtpStandin(tmp_path, offers=()) as server:
        named = Email(
            host="localhost",
            port=server.port,
            security=Security.NONE,
            sender="bot@example.org",
            to=("desk@example.org",),
            ehlo_name=setting,
        )
        named.send(page(), {}, AT, again=False)
        assert server.greetings == [f"ehlo {said}"]


@pytest.mark.slow
def test_a_resolver_that_hangs_over_the_own_name_ends_with_the_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on = Event(), Event()

    def hang(*_: object) -> str:
        asked.set()
        go_on.wait()
        return ""

    monkeypatch.setattr("socket.getfqdn", hang)
    with SmtpStandin(tmp_path, offers=()) as server:
        mail = Email(
            host="localhost",
            port=server.port,
            security=Security.NONE,
            sender="bot@example.org",
            to=("desk@example.org",),
            timeout_s=1,
        )
        with pytest.raises(Undelivered) as refused:
            mail.send(page(), {}, AT, again=False)
        go_on.set()
    assert asked.is_set()
    assert (refused.value.permanent, refused.value.unsure) == (False, False)
