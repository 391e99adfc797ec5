"""What the pages are made from."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import g, has_app_context

from monitor.check.check import HealthCheck, Limits, check
from monitor.clock import SystemClock
from monitor.config.load import Config
from monitor.config.secrets import read_secrets
from monitor.config.web import Web, web_problems
from monitor.errors import ConfigInvalid
from monitor.views.read_model import ReadModel
from monitor.web.cache import Cache
from monitor.web.database_handle import DatabaseHandle, PastHandles

Result = TypeVar("Result")


@dataclass(frozen=True)
class WebContext:
    """One database and how it is shown.

    `latest` is the newest instant that can be shown: now, or `looks_at` where the whole site is of
    a past one. `token`: the secret that lets somebody in, empty where none does; `sleep` waits,
    after a wrong token; `real_now` is the machine's clock, by which logins end.
    """

    config: Config
    database: Path
    latest: Callable[[], datetime]
    web: Web
    token: str = field(default="", repr=False)
    sleep: Callable[[float], None] = time.sleep
    looks_at: datetime | None = None
    real_now: Callable[[], datetime] = SystemClock().now
    # Signs what a browser must bring back, for as long as the process lasts.
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    opened: DatabaseHandle = field(init=False, repr=False)
    past: PastHandles = field(init=False, repr=False)
    results: Cache = field(init=False, repr=False, default_factory=Cache)
    # Their own: whoever walks through a month must not cost those who look at now.
    past_results: Cache = field(init=False, repr=False, default_factory=Cache)

    def __post_init__(self) -> None:
        handle = DatabaseHandle(self.config, self.database, self.looks_at)
        object.__setattr__(self, "opened", handle)
        object.__setattr__(self, "past", PastHandles(self.config, self.database))

    def now(self) -> datetime:
        """The instant shown: the one that the address of a page names, else the newest."""
        asked: datetime | None = self._asked
        return self.latest() if asked is None else asked

    @property
    def as_of(self) -> datetime | None:
        """The past instant that is shown; None where now is."""
        return self.looks_at if self._asked is None else self._asked

    @property
    def _asked(self) -> datetime | None:
        found: datetime | None = g.get("at") if has_app_context() else None
        return found

    @property
    def reading(self) -> ReadModel:
        """What the database says; nothing can be written through it. Raises NoDatabase,
        UnfitDatabase and sqlite3.Error, which the error pages tell."""
        asked = self._asked
        return (self.opened if asked is None else self.past.handle(asked)).reading()

    @property
    def checked(self) -> HealthCheck:
        """What the check says of the instant shown, once an answer."""
        known: HealthCheck | None = g.get("checked") if has_app_context() else None
        if known is None:
            looks_back = self.as_of is not None
            known = check(self.database, self.limits, self.now(), looks_back=looks_back)
            if has_app_context():
                g.checked = known
        return known

    @property
    def may_acknowledge(self) -> bool:
        """Whether a page lets somebody acknowledge: nobody can in the past."""
        return self.web.acknowledge and self.as_of is None

    @property
    def limits(self) -> Limits:
        """The limits of the check."""
        return self.config.monitor.limits

    @property
    def zone(self) -> ZoneInfo:
        """The desk's time zone."""
        return self.config.desk.zone

    def kept(self, name: Hashable, compute: Callable[[], Result]) -> Result:
        """What `compute` gives from the stored numbers known now, made once for each version of
        them. Not for alerts, deliveries or health, which change without a new number."""
        found = self.results if self._asked is None else self.past_results
        asked_for = name, self.as_of
        result: Result = found.result(asked_for, self.reading.database, self.now(), compute)
        return result


def site_of(
    config: Config,
    web: Web,
    database: Path,
    environ: Mapping[str, str],
    now: Callable[[], datetime],
    as_of: datetime | None = None,
) -> WebContext:
    """The site as configured, of now or of a past instant, with its token from the environment.
    Raises ConfigInvalid."""
    problems = web_problems(web, environ)
    owners = {"web": web.secret_names}
    token = read_secrets(owners, environ, problems).get(web.token_env, "")
    if problems:
        raise ConfigInvalid(problems)
    return WebContext(config, database, now, web, token, looks_at=as_of)
