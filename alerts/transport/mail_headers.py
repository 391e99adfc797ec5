"""Headers that hold ids, written as they are, and a subject that is read as it was written.

The library folds a long word of a header into an encoded word (RFC 2047). Mail programs do not look
for ids in those, so a folded In-Reply-To makes each mail a thread of its own. Where it encodes a
part of a subject, it adds a space before it.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from typing import Final

ID_HEADERS: Final = ("message-id", "in-reply-to", "references", "list-id", "content-id")
# What a line may hold (RFC 5322, 2.1.1); an id may be no longer.
MOST: Final = 998


class IdHeader(UnstructuredHeader, BaseHeader):
    """A header of ASCII ids separated by spaces, one line each where they are longer than a line
    should be, and never changed."""

    def fold(self, *, policy: Policy) -> str:
        """The header as it is sent."""
        lines = [f"{self.name}:"]
        for word in str(self).split():
            if len(lines[-1]) + 1 + len(word) <= (policy.max_line_length or MOST):
                lines[-1] += f" {word}"
            elif lines[-1] == f"{self.name}:":
                # A first line with nothing in it is not understood everywhere.
                lines[-1] += f" {word}"
            else:
                lines.append(f" {word}")
        return policy.linesep.join(lines) + policy.linesep


class SubjectHeader(UnstructuredHeader, BaseHeader):
    """A subject that is encoded whole, or not at all: between encoded words a space counts for
    nothing."""

    def fold(self, *, policy: Policy) -> str:
        """The header as it is sent."""
        text = str(self)
        charset = "us-ascii" if text.isascii() else "utf-8"
        header = Header(text, charset, header_name=self.name, continuation_ws=" ")
        return f"{self.name}: {header.encode(linesep=policy.linesep)}{policy.linesep}"


def new_mail() -> EmailMessage:
    """An empty mail whose ids and subject will stand as they are, whatever their length."""
    registry = HeaderRegistry()
    for name in ID_HEADERS:
        registry.map_to_type(name, IdHeader)
    registry.map_to_type("subject", SubjectHeader)
    return EmailMessage(policy=SMTP.clone(header_factory=registry))


def ascii_domain(address: str) -> str:
    """The domain of an address as ids and servers take it; empty where it has none."""
    domain = address.rpartition("@")[2].strip().rstrip(">")
    try:
        return domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return ""
