"""Faults of publishers and receivers, by the check that finds them: real exchanges on loopback."""

from __future__ import annotations

from typing import Final

from monitor.cli.doctor import _send_test
from monitor.demo.request_reply import Reply
from tests.alerts.dripping import Drip, Dripping
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.alerts.smtp_standin import LOGIN, SmtpStandin
from tests.monitor.doctor.bench import Bench, Break, Faults, a_failure, a_skip, a_warning
from tests.support import new_york

NOBODY: Final = "http://127.0.0.1:9"
HOOK: Final = "https://127.0.0.1:9/services/secret-part"


def answers(name: str, reply: Reply) -> Break:
    def make(bench: Bench) -> None:
        bench.standins.faults[name] = lambda _: reply

    return make


def moved(name: str, base_url: str) -> Break:
    """A source whose address is another."""
    return lambda bench: bench.write(
        bench.text.replace(bench.standins.base_url(name) + '"', base_url + '"')
    )


def dripping_source(bench: Bench) -> None:
    server = bench.opened.enter_context(Dripping(Drip.CONTENT_LENGTH))
    moved("cboe", server.root)(bench)
    bench.changed["within_s"] = 0.5


def out_of_date(bench: Bench) -> None:
    """A publisher who has added nothing for weeks."""
    bench.standins.now = lambda: new_york("2025-03-03 21:00")
    bench.standins.dated = bench.clock.now


def slack(conversation: str = CONVERSATION, token: str = TOKEN, *, sends: bool = False) -> Break:
    def make(bench: Bench) -> None:
        server = bench.opened.enter_context(SlackStandin())
        bench.add(
            f'[channels.slack]\nconversation = "{conversation}"\nbase_url = "{server.base_url}"\n',
            HAVENWATCH_SLACK_TOKEN=token,
        )
        if sends:
            bench.changed["send_test"] = _send_test

    return make


def slack_without_files(bench: Bench) -> None:
    server = bench.opened.enter_context(SlackStandin(scopes=frozenset({"chat:write"})))
    text = f'[channels.slack]\nconversation = "{CONVERSATION}"\nbase_url = "{server.base_url}"\n'
    bench.add(text, HAVENWATCH_SLACK_TOKEN=TOKEN)


def mail(password: str) -> Break:
    def make(bench: Bench) -> None:
        server = bench.opened.enter_context(SmtpStandin(bench.folder))
        bench.add(
            f'[channels.email]\nhost = "localhost"\nport = {server.port}\nusername = "{LOGIN}"\n'
            f'ca_file = "{server.ca_file}"\npassword_env = "HAVENWATCH_SMTP_PASSWORD"\n'
            'sender = "a@desk.org"\nto = ["b@desk.org"]\n',
            HAVENWATCH_SMTP_PASSWORD=password,
        )

    return make


def dripping_mail(bench: Bench) -> None:
    server = bench.opened.enter_context(Dripping(verb="EHLO"))
    bench.add(
        f'[channels.email]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
        'sender = "a@desk.org"\nto = ["b@desk.org"]\n'
    )
    bench.changed["within_s"] = 0.5


def webhook(url: str = HOOK, *, sends: bool = False) -> Break:
    def make(bench: Bench) -> None:
        bench.add(
            "[channels.webhook]\n",
            HAVENWATCH_WEBHOOK_URL=url,
            HAVENWATCH_WEBHOOK_SECRET="a secret of the desk",
        )
        if sends:
            bench.changed["send_test"] = _send_test

    return make


def shared_file(bench: Bench) -> None:
    """The hosts share a folder that is none."""
    shared = bench.folder / "shared"
    shared.write_text("")
    bench.add(f'[standby]\nenabled = true\nreplica = "file://{shared}"\n')


def mistaken(bench: Bench) -> None:
    bench.add("[nothing]\n")


def offline(bench: Bench) -> None:
    bench.changed["is_offline"] = True


OUTSIDE: Final[Faults] = {
    "sources": {
        "down": a_failure(
            answers("cboe", Reply(503, b"", "text/plain")), "source cboe",
            "expected HTTP 200, got HTTP 503 (UNREACHABLE", "has an outage",
        ),
        "gone": a_failure(
            answers("cboe", Reply(404, b"", "text/plain")), "source cboe", "set base_url and path"
        ),
        "forbidden": a_failure(
            answers("cboe", Reply(403, b"", "text/plain")), "source cboe", "blocks this address"
        ),
        "another format": a_failure(
            answers("treasury_curve", Reply(200, b"<html>", "text/html")), "source treasury_curve",
            "CHANGED_FORMAT", "docs/sources.md",
        ),
        "nobody there": a_failure(
            moved("cboe", NOBODY), "source cboe", "connection refused", "firewall"
        ),
        "no such host": a_failure(
            moved("cboe", "http://publisher.invalid"), "source cboe", "host name not found", "DNS"
        ),
        "endless": a_failure(dripping_source, "source cboe", "given up after 0.333"),
        "out of date": a_warning(
            out_of_date, "source cboe", "expected 2025-03-04 or a newer period from Cboe",
            "newest 2025-03-03",
        ),
        "with a mistaken configuration": a_skip(mistaken, "sources", "without mistakes"),
        "offline": a_skip(offline, "sources", "--offline"),
    },
    "channels": {
        "a wrong token": a_failure(
            slack(token="xoxb-of-another-secret"), "channel slack", "invalid_auth",
            "[channels.slack] or the secret in HAVENWATCH_SLACK_TOKEN",
        ),
        "another conversation": a_failure(
            slack("C0WRONG"), "channel slack", "channel_not_found", "invite"
        ),
        "without a scope": a_warning(
            slack_without_files, "channel slack", "it cannot send charts", "files:write"
        ),
        "a refused login": a_failure(
            mail("another secret"), "channel email", "refused the login (535)",
            "correct the user name or the secret",
        ),
        "an endless greeting": a_failure(dripping_mail, "channel email", "given up after 0.333"),
        "nobody there": a_failure(webhook(), "channel webhook", "connection refused", "firewall"),
        "a test message that is refused": a_failure(
            webhook(sends=True), "channel webhook, test message", "connection refused",
            "havenwatch send-test webhook",
        ),
        "offline": a_skip(offline, "channels", "--offline"),
    },
    "second_host": {
        "a file in the place of the shared folder": a_failure(
            shared_file, "standby, store", "refuses a write", "correct [standby]"
        ),
        "offline": a_skip(offline, "second_host", "--offline"),
    },
}  # fmt: skip
