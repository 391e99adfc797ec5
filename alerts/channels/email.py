"""Mail over SMTP, with STARTTLS or TLS and login."""

from __future__ import annotations

import enum
import hashlib
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Annotated, ClassVar, Final

from annotated_types import Interval, MinLen

from alerts.channel import Sent, Undelivered
from alerts.html import html_document
from alerts.page import Page
from alerts.plain import plain_text

# What a phone and a list of mails show of a subject is less.
MAX_SUBJECT: Final = 150


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
    timeout_s: Annotated[int, Interval(ge=1, le=120)] = 30

    def problems(self) -> tuple[str, ...]:
        """What is wrong between the settings, each with its remedy."""
        found = []
        if bool(self.username) != bool(self.password_env):
            found.append("username and password_env go together: set both or neither")
        if self.username and self.security is Security.NONE:
            found.append('a login needs an encrypted connection: set security = "starttls"')
        return tuple(found)

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The password, where a login is configured."""
        return (self.password_env,) if self.password_env else ()

    def send(self, page: Page, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        """The mail's Message-ID, which follows from the page's key: a repeat carries the same."""
        message = self.message(page, at)
        with self._told_as_undelivered(unsure=False):
            server = self._connect()
        try:
            if self.username:
                with self._told_as_undelivered(unsure=False):
                    server.login(self.username, secrets[self.password_env])
            # Where the connection breaks from here on, the mail may have been taken.
            with self._told_as_undelivered(unsure=True):
                refused = server.send_message(message)
        finally:
            _take_leave(server)
        if refused:
            # Sent to the others: a repeat would tell those twice, so it is said and not retried.
            return Sent(message["Message-ID"], f"refused for {', '.join(sorted(refused))}")
        return Sent(message["Message-ID"])

    def message(self, page: Page, at: datetime) -> EmailMessage:
        """The mail of a page: plain text that stands alone, HTML beside it with its charts."""
        domain = self.sender.rpartition("@")[2].rstrip(">") or "havenwatch"
        mail = EmailMessage()
        mail["Message-ID"] = _message_id(page.key, domain)
        mail["From"] = self.sender
        mail["To"] = ", ".join(self.to)
        mail["Subject"] = _subject(page)
        mail["Date"] = format_datetime(at)
        if page.thread is not None:
            mail["In-Reply-To"] = mail["References"] = _message_id(page.thread.key, domain)
        mail["List-Id"] = f"havenwatch <havenwatch.{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        # No "out of office" to a program, in the words that Exchange knows.
        mail["X-Auto-Response-Suppress"] = "All"
        mail.set_content(plain_text(page))
        own = [f"chart-{n}-{_digest(page.key)}@{domain}" for n in range(len(page.images))]
        mail.add_alternative(html_document(page, [f"cid:{one}" for one in own]), subtype="html")
        html = mail.get_body(("html",))
        assert html is not None
        for place, (image, name) in enumerate(zip(page.images, own, strict=True), 1):
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
    def _told_as_undelivered(self, *, unsure: bool) -> Iterator[None]:
        """Turns what goes wrong into Undelivered; a reply of the server is always sure."""
        at = f"{self.host}:{self.port}"
        try:
            yield
        except smtplib.SMTPAuthenticationError as error:
            # The server's words may repeat the login.
            problem = f"{at} refused the login ({error.smtp_code})"
            raise Undelivered(problem, permanent=error.smtp_code >= 500) from None
        except smtplib.SMTPResponseException as error:
            problem = f"{at} answered {error.smtp_code} {_words(error.smtp_error)}"
            raise Undelivered(problem, permanent=error.smtp_code >= 500) from None
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            problem = f"{at} refused every recipient ({sorted(codes)})"
            raise Undelivered(problem, permanent=all(code >= 500 for code in codes)) from None
        except (smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError) as error:
            raise Undelivered(f"{at}: {error}", permanent=True) from None
        except (smtplib.SMTPException, OSError) as error:
            problem = f"{at}: {type(error).__name__}: {error}"
            # What the server cannot do at all is neither a reply nor a broken connection.
            cannot = type(error) is smtplib.SMTPException
            raise Undelivered(problem, permanent=cannot, unsure=unsure and not cannot) from None

    def _connect(self) -> smtplib.SMTP:
        if self.security is Security.TLS:
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout_s, context=self._trust()
            )
        server = smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)
        if self.security is Security.STARTTLS:
            try:
                server.starttls(context=self._trust())
            except BaseException:
                server.close()
                raise
        return server

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(Path(self.ca_file)) if self.ca_file else None)


def _take_leave(server: smtplib.SMTP) -> None:
    """Say goodbye; what the server answers changes nothing about what it took."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _words(reply: bytes | str) -> str:
    said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(said.split())[:200]


def _subject(page: Page) -> str:
    """The page's subject in one line; where it is too long the rule's title gives way to what the
    rule says."""
    line = " ".join(page.subject.split())
    if len(line) > MAX_SUBJECT and page.about is not None:
        short = f"[{page.about.severity.upper()} · {page.about.reason}] {page.title}"
        line = " ".join(short.split())
    return line if len(line) <= MAX_SUBJECT else f"{line[: MAX_SUBJECT - 2].rstrip()} …"


def _message_id(key: str, domain: str) -> str:
    """It follows from the key alone, so that a repeat is known and a thread needs no receipt."""
    return f"<{_digest(key)}@{domain}>"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
