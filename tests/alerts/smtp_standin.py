"""A mail server on loopback that speaks just enough SMTP to fail at each verb."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import trustme

LOGIN, PASSWORD = "havenwatch", "correct horse"
# What may go wrong at: the greeting, each verb, and the end of the data.
GREETING, END_OF_DATA = "greeting", "."
GOOD = {
    GREETING: "220 ready",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    END_OF_DATA: "250 taken",
    "RSET": "250 ok",
    "STARTTLS": "220 go on",
    "NOOP": "250 ok",
    "QUIT": "221 bye",
}


@dataclass(frozen=True)
class MailFault:
    """At a verb `reply` is said instead, or with None the connection is closed; `times` times, for
    ever with None. `whom`: only where the line contains it. `taken`: the mail is kept first.
    `silent`: nothing is said at all."""

    verb: str
    reply: str | None = None
    times: int | None = 1
    whom: str = ""
    taken: bool = False
    silent: bool = False


@dataclass
class SmtpStandin:
    """`mails` are those taken, each with its recipients. What it `offers` before and behind TLS."""

    folder: Path
    faults: list[MailFault] = field(default_factory=list)
    offers: tuple[str, ...] = ("STARTTLS",)
    offers_over_tls: tuple[str, ...] = ("AUTH PLAIN",)
    mails: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        authority = trustme.CA()
        self.ca_file = self.folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(self.context)
        self.ended = threading.Event()
        self._server = socketserver.ThreadingTCPServer(("localhost", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def fault(self, verb: str, line: str) -> MailFault | None:
        """What goes wrong now, which is one time less to come."""
        for place, one in enumerate(self.faults):
            if one.verb == verb and one.whom in line:
                if one.times == 1:
                    del self.faults[place]
                elif one.times is not None:
                    self.faults[place] = replace(one, times=one.times - 1)
                return one
        return None


def _handler(standin: SmtpStandin) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.to: list[str] = []
            self.over_tls = False
            try:
                self._say(GREETING, "", GOOD[GREETING])
                while line := self.rfile.readline().decode().strip():
                    self._answer(line)
            except (_Closed, OSError):
                return

        def finish(self) -> None:
            super().finish()
            # The server closes the connection it accepted, which TLS has replaced.
            self.request.close()

        def _answer(self, line: str) -> None:
            verb = line.split(" ")[0].upper()
            if verb in ("EHLO", "HELO"):
                standin.greetings.append(line)
                offers = standin.offers_over_tls if self.over_tls else standin.offers
                lines = ["localhost", *offers]
                said = [f"250-{one}" for one in lines[:-1]] + [f"250 {lines[-1]}"]
                self._say("EHLO", line, "\r\n".join(said))
            elif verb == "AUTH":
                right = base64.b64encode(f"\0{LOGIN}\0{PASSWORD}".encode()).decode()
                good = line == f"AUTH PLAIN {right}"
                self._say("AUTH", line, "235 welcome" if good else f"535 no: {line}")
            else:
                if self._say(verb, line, GOOD.get(verb, "502 what")):
                    self._go_on(verb, line)

        def _go_on(self, verb: str, line: str) -> None:
            """What follows a verb that was answered well."""
            if verb == "RCPT":
                self.to.append(line.partition("<")[2].partition(">")[0])
            elif verb == "STARTTLS":
                self.request = standin.context.wrap_socket(self.request, server_side=True)
                self.connection = self.request
                self.rfile = self.request.makefile("rb")
                self.wfile = self.request.makefile("wb", buffering=0)
                self.over_tls = True
            elif verb == "DATA":
                self._take()
            elif verb == "QUIT":
                raise _Closed

        def _take(self) -> None:
            lines = []
            while (one := self.rfile.readline()) != b".\r\n":
                if not one:
                    raise _Closed
                lines.append(one)
            kept = (tuple(self.to), b"".join(lines))
            self.to = []
            self._say(END_OF_DATA, "", GOOD[END_OF_DATA], keep=kept)

        def _say(
            self, verb: str, line: str, good: str, keep: tuple[tuple[str, ...], bytes] | None = None
        ) -> bool:
            """Whether the answer was the good one."""
            fault = standin.fault(verb, line)
            if keep is not None and (fault is None or fault.taken):
                standin.mails.append(keep)
            if fault is not None and fault.silent:
                standin.ended.wait(30)
                raise _Closed
            if fault is not None and fault.reply is None:
                raise _Closed
            reply = good if fault is None else str(fault.reply)
            self.wfile.write(f"{reply}\r\n".encode())
            if reply.startswith("421"):
                raise _Closed
            return fault is None

    return Handler


class _Closed(Exception):
    """The connection is over."""
