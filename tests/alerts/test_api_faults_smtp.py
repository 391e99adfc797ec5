"""Every fault of a mail server ends in one mail, or in one dead letter.

A repeat carries the same Message-ID, by which mail programs show it once: copies of it count as
one here.
"""

from __future__ import annotations

import email
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.channel import Undelivered
from alerts.channels.email import Email, Security
from tests.alerts.fault_runs import AT, AlertSummary, Ending, tell
from tests.alerts.message.test_pages import page
from tests.alerts.smtp_standin import (
    END_OF_DATA,
    GREETING,
    LOGIN,
    PASSWORD,
    MailFault,
    SmtpStandin,
)
from tests.slow import quick_where

SECRETS = {"PASSWORD": PASSWORD}
DESK, RISK = "desk@example.org", "risk@example.org"
VERBS = (GREETING, "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", END_OF_DATA)


def once(verb: str, reply: str | None = None, *, taken: bool = False) -> MailFault:
    return MailFault(verb, reply, taken=taken)


def ever(verb: str, reply: str | None = None, *, whom: str = "", taken: bool = False) -> MailFault:
    return MailFault(verb, reply, times=None, whom=whom, taken=taken)


def dead(problem: str, tries: int | None = 1, received: int = 0) -> Ending:
    return Ending(sent=False, received=received, says=problem, tries=tries)


# The reply to EHLO is asked for a second time with HELO.
TWICE = {"EHLO": 2, "RCPT": 2}

CASES: dict[str, tuple[list[MailFault], Ending]] = {
    **{
        f"451 at {verb}": (
            [MailFault(verb, "451 later", times=TWICE.get(verb, 1))],
            Ending(tries=2, wait_s=60),
        )
        for verb in VERBS
    },
    **{f"421 at {verb}": ([once(verb, "421 restarting")], Ending(tries=2)) for verb in VERBS},
    **{f"554 at {verb}": ([ever(verb, "554 no")], dead("55")) for verb in VERBS if verb != "AUTH"},
    **{f"closed at {verb}": ([once(verb)], Ending(tries=2)) for verb in VERBS},
    "535 at AUTH": ([ever("AUTH", "535 no")], dead("refused the login (535)")),
    "530 at MAIL": ([ever("MAIL", "530 log in")], dead("530 log in")),
    "451 at DATA for ever": ([ever("DATA", "451 later")], dead("not delivered within", None)),
    "closed at the greeting for ever": ([ever(GREETING)], dead("not delivered within", None)),
    "a greeting of another protocol": ([once(GREETING, "HTTP/1.1 400")], Ending(tries=2)),
    "nothing said at the greeting": ([MailFault(GREETING, silent=True)], Ending(tries=2)),
    "closed after it was taken": ([once(END_OF_DATA, taken=True)], Ending(tries=2)),
    "nothing said after it was taken": (
        [MailFault(END_OF_DATA, taken=True, silent=True)],
        Ending(tries=2),
    ),
    "closed after it was taken for ever": (
        [ever(END_OF_DATA, taken=True)],
        dead("not delivered within", None, received=1),
    ),
    "closed at QUIT": ([once("QUIT")], Ending(tries=1)),
    "421 at QUIT": ([once("QUIT", "421 restarting")], Ending(tries=1)),
    "500 at QUIT": ([once("QUIT", "500 what")], Ending(tries=1)),
    "one recipient of two refused": (
        [ever("RCPT", "550 nobody", whom=RISK)],
        Ending(tries=1, says=f"refused for {RISK}"),
    ),
    "one recipient of two put off": (
        [ever("RCPT", "450 later", whom=RISK)],
        Ending(says=f"refused for {RISK} (450)"),
    ),
    "the second recipient put off and the line closed": (
        [MailFault("RCPT", "421 restarting", whom=RISK)],
        Ending(tries=2),
    ),
    "one refused and one put off": (
        [ever("RCPT", "550 nobody", whom=RISK), MailFault("RCPT", "450 later", whom=DESK)],
        Ending(tries=2, says=f"refused for {RISK}"),
    ),
}


PUT_OFF = {
    "greylisted once": ([MailFault("RCPT", "450 greylisted", whom=RISK)], [(DESK,), (RISK,)]),
    "greylisted three times": (
        [MailFault("RCPT", "450 greylisted", whom=RISK, times=3)],
        [(DESK,), (RISK,)],
    ),
    "greylisted, and the mail was not taken": (
        [
            MailFault("RCPT", "450 greylisted", whom=RISK),
            once(END_OF_DATA, "451 later"),
        ],
        [(DESK, RISK)],
    ),
    "greylisted, then refused": (
        [
            MailFault("RCPT", "450 greylisted", whom=RISK),
            MailFault("RCPT", "550 nobody", whom=RISK),
        ],
        [(DESK,)],
    ),
}


@pytest.mark.parametrize("name", PUT_OFF)
def test_who_was_put_off_gets_the_same_mail_alone(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    faults, recipients = PUT_OFF[name]
    with SmtpStandin(tmp_path, list(faults)) as server:
        tell(AlertSummary(tmp_path), channel(server), SECRETS, Ending(), caplog)
        assert [to for to, _ in server.mails] == recipients
        assert len(message_ids(server)) == 1


def channel(server: SmtpStandin) -> Email:
    return Email(
        host="localhost",
        port=server.port,
        ca_file=str(server.ca_file),
        username=LOGIN,
        password_env="PASSWORD",
        sender="havenwatch@example.org",
        to=(DESK, RISK),
        timeout_s=1,
    )


def message_ids(server: SmtpStandin) -> set[str]:
    return {email.message_from_bytes(mail)["Message-ID"] for _, mail in server.mails}


# Of those that are no fault of one verb, a login, a recipient, a doubt and an end.
OTHERS = {
    "535 at AUTH",
    "one recipient of two refused",
    "one refused and one put off",
    "closed after it was taken",
    "closed at QUIT",
}
OF_A_VERB = [f"{fault} at {verb}" for fault in ("451", "421", "554", "closed") for verb in VERBS]


def _is_quick(name: str) -> bool:
    """Every fifth fault of a verb, which is over after some tries, and some others."""
    return name in OTHERS or name in OF_A_VERB[::5]


@pytest.mark.parametrize("name", quick_where(_is_quick, CASES))
def test_a_fault_of_a_mail_server_ends_in_one_mail_or_one_dead_letter(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    faults, ending = CASES[name]
    with SmtpStandin(tmp_path, list(faults)) as server:
        tell(AlertSummary(tmp_path), channel(server), SECRETS, ending, caplog)
        assert len(message_ids(server)) == ending.received


@pytest.mark.parametrize(
    ("changes", "offers", "problem"),
    [
        ({"ca_file": ""}, ("STARTTLS",), "TLS certificate not trusted"),
        ({}, ("SIZE 1000000",), "STARTTLS extension not supported"),
        ({"host": "127.0.0.1"}, ("STARTTLS",), "TLS certificate not trusted"),
    ],
    ids=["an untrusted certificate", "no STARTTLS", "another server's certificate"],
)
def test_a_connection_that_cannot_be_protected_is_one_dead_letter_and_no_mail(
    changes: dict[str, str],
    offers: tuple[str, ...],
    problem: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with SmtpStandin(tmp_path, offers=offers) as server:
        mail = replace(channel(server), **changes)  # type: ignore[arg-type]
        tell(AlertSummary(tmp_path), mail, SECRETS, dead(problem), caplog)
        assert server.mails == []


@pytest.mark.parametrize(
    ("offers", "problem"),
    [(("SIZE 1000000",), "AUTH extension not supported"), (("AUTH GSSAPI",), "No suitable")],
    ids=["none", "another"],
)
def test_a_server_without_our_login_is_one_dead_letter(
    offers: tuple[str, ...], problem: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with SmtpStandin(tmp_path, offers_over_tls=offers) as server:
        tell(AlertSummary(tmp_path), channel(server), SECRETS, dead(problem), caplog)
        assert server.mails == []


@pytest.mark.parametrize(
    ("fault", "unsure"),
    [
        (once("EHLO"), False),
        (once("AUTH"), False),
        (once(END_OF_DATA), True),
        (once(END_OF_DATA, "451 later"), False),
        pytest.param(MailFault(END_OF_DATA, silent=True), True, marks=pytest.mark.slow),
    ],
    ids=["before the login", "at the login", "closed while sending", "put off", "no answer"],
)
def test_only_a_connection_that_breaks_while_sending_leaves_it_open_whether_it_arrived(
    fault: MailFault, unsure: bool, tmp_path: Path
) -> None:
    with SmtpStandin(tmp_path, [fault]) as server:
        with pytest.raises(Undelivered) as caught:
            channel(server).send(page(), SECRETS, AT, again=False)
        assert caught.value.unsure is unsure
        assert not caught.value.permanent


def test_a_wrong_password_is_one_dead_letter_that_does_not_repeat_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with SmtpStandin(tmp_path) as server:
        wrong = {"PASSWORD": "battery staple"}
        tell(AlertSummary(tmp_path), channel(server), wrong, dead("refused the login"), caplog)
        assert server.mails == []


@pytest.mark.slow
def test_tls_where_the_server_speaks_none_is_one_dead_letter_in_the_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with SmtpStandin(tmp_path) as server:
        mail = replace(channel(server), security=Security.TLS)
        tell(AlertSummary(tmp_path), mail, SECRETS, dead("no TLS connection", None), caplog)
        assert server.mails == []
