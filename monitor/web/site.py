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

from monitor.check.check import HealthCheck, Limits, check
from monitor.clock import SystemClock
from monitor.config.load import Config
from monitor.config.secrets import read_secrets
from monitor.config.web import Web, web_problems
from monitor.errors import ConfigInvalid
from monitor.views.read_model import ReadModel
from monitor.web.cache import Cache
from monitor.web.database_handle import DatabaseHandle

Result = TypeVar("Result")


@dataclass(frozen=True)
class WebContext:
    """One database and how it is shown.

    `now` is the instant shown, `as_of` the past one where one is named. `token`: the secret that
    lets somebody in, empty where none does; `sleep` waits, after a wrong token;
    `real_now` is the machine's clock, by which logins end.
    """

    config: Config
    database: Path
    now: Callable[[], datetime]
    web: Web
    token: str = field(default="", repr=False)
    sleep: Callable[[float], None] = time.sleep
    as_of: datetime | None = None
    real_now: Callable[[], datetime] = SystemClock().now
    # Signs what a browser must bring back, for as long as the process lasts.
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    opened: DatabaseHandle = field(init=False, repr=False)
    results: Cache = field(init=False, repr=False, default_factory=Cache)

    def __post_init__(self) -> None:
        object.__setattr__(self, "opened", DatabaseHandle(self.config, self.database, self.as_of))

    @property
    def reading(self) -> ReadModel:
        """What the database says; nothing can be written through it. Raises NoDatabase,
        UnfitDatabase and sqlite3.Error, which the error pages tell."""
        return self.opened.reading()

    @property
    def checked(self) -> HealthCheck:
        """What the check says of the instant shown."""
        looks_back = self.as_of is not None
        return check(self.database, self.limits, self.now(), looks_back=looks_back)

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
        result: Result = self.results.result(name, self.reading.database, self.now(), compute)
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
    return WebContext(config, database, now, web, token, as_of=as_of)
