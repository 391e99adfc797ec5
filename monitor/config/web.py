"""The block of the configuration about the status page, and what may be wrong with it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlsplit

from annotated_types import Interval, Predicate

from monitor.config.secrets import MAKE_ONE, secret_value, weakness
from monitor.errors import Problem

LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "::1")
# The widest networks of one organisation: 10.0.0.0/8 and fc00::/7.
WIDEST_V4, WIDEST_V6 = 8, 7


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_public_url(url: str) -> bool:
    parts = urlsplit(url)
    is_plain = not (parts.query or parts.fragment or parts.username)
    return url == "" or (parts.scheme in ("http", "https") and bool(parts.hostname) and is_plain)


def _is_network(network: str) -> bool:
    try:
        ipaddress.ip_network(network)
    except ValueError:
        return False
    return True


def _is_wide(network: str) -> bool:
    """Whether a network holds more than anybody's own."""
    found = ipaddress.ip_network(network)
    return found.prefixlen < (WIDEST_V4 if found.version == 4 else WIDEST_V6)


Network = Annotated[str, Predicate(_is_network)]


@dataclass(frozen=True, kw_only=True)
class Web:
    """Where the status page is served, and who may see it.

    `enabled`: inside `run` too. `public_url`: what messages link to. `token_env` names the
    environment variable with a login token; `login_header` is what a reverse proxy among
    `trusted_proxies` sets to the name of a person it has let in.
    """

    enabled: bool = False
    host: str = "127.0.0.1"
    port: Annotated[int, Interval(ge=0, le=65535)] = 8321
    public_url: Annotated[str, Predicate(_is_public_url)] = ""
    token_env: str = ""
    login_header: Annotated[
        str, Predicate(lambda name: re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*|", name) is not None)
    ] = ""
    trusted_proxies: tuple[Network, ...] = ("127.0.0.1", "::1")
    acknowledge: bool = True

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The environment variables it needs."""
        return (self.token_env,) if self.token_env else ()

    @property
    def asks_for_login(self) -> bool:
        """Whether a person must be known to see anything."""
        return bool(self.token_env or self.login_header)

    @property
    def path_prefix(self) -> str:
        """The path under which a reverse proxy shows it: `/havenwatch`, or nothing."""
        return urlsplit(self.public_url).path.rstrip("/")

    def trusts(self, peer: str) -> bool:
        """Whether a connection from an address may say who is logged in."""
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in ipaddress.ip_network(one) for one in self.trusted_proxies)


def web_problems(web: Web, secrets: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the block: an address that others reach without a login, or a token that
    can be guessed."""
    found = []
    if not is_loopback(web.host) and not web.asks_for_login:
        what = f"others can reach {web.host!r} without a login"
        remedy = 'set token_env or login_header, or host = "127.0.0.1"'
        found.append(Problem("web.host", what, remedy))
    if why := weakness(secret_value(secrets, web.token_env)):
        what = f"the token in {web.token_env} {why}"
        found.append(Problem("web.token_env", what, MAKE_ONE))
    wide = [one for one in web.trusted_proxies if _is_wide(one)]
    if web.login_header and wide:
        what = f"anyone in {wide[0]} can set {web.login_header} and so log in as anyone"
        found.append(Problem("web.trusted_proxies", what, "use the proxy's own address"))
    return found
