"""Mail over SMTP, with STARTTLS or TLS and login."""

from __future__ import annotations

import enum
import hashlib
import re
import smtplib
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Annotated, ClassVar, Final

from annotated_types import Interval, MinLen

from alerts.channel import Reached, Sent, Undelivered
from alerts.message.forms import Form, in_form
from alerts.message.html import html_document
from alerts.message.message import Message
from alerts.message.plain import plain_text
from alerts.transport.failures import is_untrusted, reason
from alerts.transport.mail_headers import ascii_domain, new_mail
from alerts.transport.outbound_call import WHOLE, OutboundCall, current, left_behind
from alerts.transport.smtp import Smtp, SmtpOverTls
from alerts.transport.tls import trust

# What a phone and a list of mails show of a subject is less.
MAX_SUBJECT: Final = 150
# With or without a name before it.
ADDRESS: Final = re.compile(r"[^\x00-\x1f\x7f]*[^\x00-\x20\x7f<>]+@[^\x00-\x20\x7f<>]+>?")


class Security(enum.StrEnum):
    """How the connection is protected. NONE sends no login."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Email:
    """Sends each page as one mail with plain text and HTML to all of `to`."""

    channel_type: ClassVar[str] = "email"

    enabled: bool = True
    host: str
    port: Annotated[int, Interval(ge=1, le=65535)] = 587
    security: Security = Security.STARTTLS
    ca_file: str = ""
    username: str = ""
    password_env: str = ""
    sender: str
    to: Annotated[tuple[str, ...], MinLen(1)]
    # What it calls itself to the server; empty: the host's full name, else the sender's domain.
    ehlo_name: str = ""
    message: Form = "full"
    template: str = ""
    timeout_s: Annotated[int, Interval(ge=1, le=120)] = 30

    def problems(self) -> tuple[str, ...]:
        """What is wrong between the settings, each with its remedy."""
        found = []
        if bool(self.username) != bool(self.password_env):
            found.append("username and password_env go together: set both or neither")
        if self.username and self.security is Security.NONE:
            found.append('a login needs an encrypted connection: set security = "starttls"')
        for name, value in (("sender", self.sender), *(("to", one) for one in self.to)):
            if not ADDRESS.fullmatch(value):
                found.append(f"{name} is not one address on one line: write name@example.org")
        return tuple(found)

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The password, where a login is configured."""
        return (self.password_env,) if self.password_env else ()

    def reach(self, secrets: Mapping[str, str], at: datetime) -> Reached:
        """That the server takes the connection, the encryption and the login; no mail is begun."""
        with self._server(secrets) as server:
            server.ehlo_or_helo_if_needed()
            code, said = server.noop()
            if code != 250:
                raise smtplib.SMTPResponseException(code, said)
        took = "took the login" if self.username else "answers, without a login"
        return Reached(f"{self.host}:{self.port} {took} ({self.security})")

    def send(
        self, message: Message, secrets: Mapping[str, str], at: datetime, *, again: bool
    ) -> Sent:
        """The mail's Message-ID, which follows from the page's key: a repeat carries the same. Whom
        the server refused for the moment is `missing`, and is sent the same mail alone."""
        mail = self.mail(message, at)
        with self._server(secrets) as server:
            refused = server.send_message(mail, to_addrs=message.origin.parts or None)
        return Sent(mail["Message-ID"], _refusals(refused), _refused_for_now(refused))

    def mail(self, message: Message, at: datetime) -> EmailMessage:
        """The mail of a page: plain text that stands alone, HTML beside it with its charts."""
        message = in_form(message, self.message)
        domain = ascii_domain(self.sender) or "havenwatch"
        mail = new_mail()
        mail["Message-ID"] = _message_id(message.key, domain)
        mail["From"] = self.sender
        mail["To"] = ", ".join(self.to)
        mail["Subject"] = _subject(message)
        mail["Date"] = format_datetime(at)
        if message.thread is not None:
            mail["In-Reply-To"] = mail["References"] = _message_id(message.thread.key, domain)
        mail["List-Id"] = f"havenwatch <havenwatch.{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        # No "out of office" to a program, in the words that Microsoft Exchange knows.
        mail["X-Auto-Response-Suppress"] = "All"
        mail.set_content(plain_text(message))
        own = [f"chart-{n}-{_digest(message.key)}@{domain}" for n in range(len(message.images))]
        mail.add_alternative(html_document(message, [f"cid:{one}" for one in own]), subtype="html")
        html = mail.get_body(("html",))
        assert html is not None
        for place, (image, name) in enumerate(zip(message.images, own, strict=True), 1):
            html.add_related(
                image.png,
                "image",
                "png",
                cid=f"<{name}>",
                disposition="inline",
                filename=f"chart-{place}.png",
            )
        return mail

    @contextmanager
    def _server(self, secrets: Mapping[str, str]) -> Iterator[smtplib.SMTP]:
        """The server, logged in to, within one call. Raises Undelivered for what goes wrong."""
        with (
            OutboundCall(WHOLE * self.timeout_s) as under_way,
            self._as_undelivered(under_way),
        ):
            server = self._connect()
            try:
                if self.username:
                    server.login(self.username, secrets[self.password_env])
                yield server
            finally:
                _take_leave(server)

    @contextmanager
    def _as_undelivered(self, under_way: OutboundCall) -> Iterator[None]:
        """Turns what goes wrong into Undelivered."""
        try:
            yield
        except (smtplib.SMTPException, OSError) as error:
            found = _undelivered(error, under_way)
            found.problem = f"{self.host}:{self.port} {found.problem}"
            raise found from None

    def _connect(self) -> smtplib.SMTP:
        if self.security is Security.TLS:
            return SmtpOverTls(
                self.host, self.port, self.timeout_s, trust(self.ca_file), self._ehlo_name()
            )
        server = Smtp(self.host, self.port, self._ehlo_name(), timeout=self.timeout_s)
        if self.security is Security.STARTTLS:
            try:
                server.starttls(context=trust(self.ca_file))
            except BaseException:
                server.close()
                raise
        return server

    def _ehlo_name(self) -> str | None:
        """None leaves it to the library, which says the address of a host without a name."""
        if self.ehlo_name:
            return self.ehlo_name
        # It asks the resolver, which may take its time.
        own = left_behind(current(), socket.getfqdn)
        return own if "." in own else ascii_domain(self.sender) or None


def _undelivered(error: Exception, under_way: OutboundCall) -> Undelivered:
    """What an error means; a reply of the server is always sure. Half of one, where the call
    was given up in it, is none."""
    if under_way.why:
        return Undelivered(under_way.why, permanent=False, unsure=under_way.is_sent)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        # The server's words may repeat the login.
        problem = f"refused the login ({error.smtp_code})"
        return Undelivered(problem, permanent=error.smtp_code >= 500)
    if isinstance(error, smtplib.SMTPResponseException):
        problem = f"answered {error.smtp_code} {_words(error.smtp_error)}"
        return Undelivered(problem, permanent=error.smtp_code >= 500)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _ in error.recipients.values()}
        problem = f"refused every recipient ({sorted(codes)})"
        return Undelivered(problem, permanent=all(code >= 500 for code in codes))
    if isinstance(error, smtplib.SMTPNotSupportedError) or is_untrusted(error):
        why = reason(error) if is_untrusted(error) else str(error)
        return Undelivered(f"cannot be used: {why}", permanent=True)
    # What the server cannot do at all is neither a reply nor a broken connection.
    if type(error) is smtplib.SMTPException:
        return Undelivered(f"cannot be used: {error}", permanent=True)
    return Undelivered(
        f"did not take it: {reason(error)}", permanent=False, unsure=under_way.is_sent
    )


def _take_leave(server: smtplib.SMTP) -> None:
    """Say goodbye; what the server answers changes nothing about what it took."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _words(reply: bytes | str) -> str:
    said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(said.split())[:200]


def _subject(message: Message) -> str:
    """The page's subject in one line, its marks whole; where it is too long the rule's title gives
    way to what the rule says."""
    line = " ".join(message.subject.split())
    if len(line) > MAX_SUBJECT and message.about is not None:
        short = f"[{message.about.severity.upper()} · {message.about.reason}] {message.title}"
        line = " ".join(message.marked(short).split())
    return line if len(line) <= MAX_SUBJECT else f"{line[: MAX_SUBJECT - 2].rstrip()} …"


Refused = Mapping[str, tuple[int, bytes]]


def _refusals(refused: Refused) -> str:
    """Who was refused, and with which code."""
    who = ", ".join(f"{one} ({code})" for one, (code, _) in sorted(refused.items()))
    return f"refused for {who}" if who else ""


def _refused_for_now(refused: Refused) -> tuple[str, ...]:
    """Who may be taken at a later try, as after greylisting."""
    return tuple(sorted(one for one, (code, _) in refused.items() if code < 500))


def _message_id(key: str, domain: str) -> str:
    """It follows from the key alone, so that a repeat is known and a thread needs no receipt."""
    return f"<{_digest(key)}@{domain}>"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
