"""A desk's database of spring 2025, and a browser without scripts that looks at it."""

from __future__ import annotations

import http.client
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from monitor.config.load import Config
from monitor.config.web import Web
from monitor.web.server import serving
from monitor.web.site import WebContext
from tests.support import new_york

UNTIL = "2025-04-11 12:00"
TOKEN = "a-token-of-a-desk-0123456789"


@dataclass(frozen=True)
class Desk:
    """A configuration and its database, as both were at an instant."""

    config: Config
    database: Path
    at: datetime

    def copied(self, folder: Path) -> Desk:
        """The same with a database of its own, which a test may change."""
        path = folder / "copy.db"
        shutil.copyfile(self.database, path)
        return Desk(self.config, path, self.at)


def desk_of(folder: Path, until: str = UNTIL) -> Desk:
    """The desk of a folder that `tests.april.live` has made."""
    config = pickle.loads((folder / "configuration").read_bytes())
    return Desk(config, folder / "havenwatch.db", new_york(until))


@dataclass(frozen=True)
class Answer:
    """What came back. `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Browser:
    """Asks one server; follows nothing and keeps the cookies it is given."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, form: Mapping[str, str], **headers: str) -> Answer:
        """As a form of the same site is sent."""
        sent = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.address.rstrip("/"),
            "Sec-Fetch-Site": "same-origin",
            **headers,
        }
        return self.ask("POST", path, urlencode(form), sent)

    def ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        sent = {"Accept": "text/html", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, sent)
            got = connection.getresponse()
            raw = got.read()
        finally:
            connection.close()
        for line in got.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        names = {name.lower(): value for name, value in got.headers.items()}
        return Answer(got.status, names, raw, dict(self.cookies))


@contextmanager
def browsing(
    desk: Desk,
    web: Web | None = None,
    token: str = "",
    now: Callable[[], datetime] | None = None,
    sleep: Callable[[float], None] = lambda _: None,
) -> Iterator[Browser]:
    """A browser in front of a served desk."""
    site = WebContext(
        desk.config,
        desk.database,
        now or (lambda: desk.at),
        web or Web(port=0),
        token,
        sleep,
        real_now=now or (lambda: desk.at),
    )
    with serving(site) as address:
        yield Browser(address)
