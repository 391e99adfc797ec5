"""The desk's network, from the environment: which proxy an address is reached through, and whose
certificates are trusted. docs/network.md says the same for people."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

# The first of these that is set names the certificates that are trusted, a file or a folder.
CA_VARIABLES: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


class Unready(OSError):
    """The machine is not set up to reach anybody: nothing was sent. Its text is fit to be shown."""


@dataclass(frozen=True)
class Proxy:
    """A proxy, and the environment variable that names it."""

    url: str
    variable: str

    def __str__(self) -> str:
        """Its address without the login that may be in it."""
        return f"the proxy {origin_of(self.url)} ({self.variable})"


def ca_bundle() -> str | None:
    """The path of the trusted certificates, None for those that come with the program. Raises
    Unready where there is nothing at the path."""
    for variable in CA_VARIABLES:
        if path := os.environ.get(variable):
            if not os.path.exists(path):
                raise Unready(f"{variable}: no such file: {path}")
            return path
    return None


def proxy_for(url: str) -> Proxy | None:
    """The proxy that an address is reached through: none for this machine itself and for what
    NO_PROXY names. Raises Unready where what is named is no proxy."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None  # whoever is to ask it says that it is no address
    if is_loopback(parts.hostname or ""):
        return None
    found = select_proxy(url, get_environ_proxies(url))
    if not found:
        return None
    proxy = Proxy(found if "://" in found else f"http://{found}", _variable(parts.scheme, found))
    if not proxy.url.lower().startswith(("http://", "https://")) or not _has_host(proxy.url):
        raise Unready(f"{proxy.variable} names no proxy: expected http://HOST:PORT")
    return proxy


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost") or _is(name, "is_loopback")


def is_public(host: str) -> bool:
    """Whether a name or an address can be one of the internet, before it is looked up."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        local = ("localhost", "local", "internal", "lan", "home", "intranet", "corp")
        return "." in host.rstrip(".") and host.rstrip(".").rpartition(".")[2].lower() not in local


def is_same_host(url: str, other: str) -> bool:
    """Whether two addresses are of one host, at whatever port."""
    return urlsplit(url).hostname == urlsplit(other).hostname


def origin_of(url: str) -> str:
    """Scheme, host and port of an address: what may be shown of it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or "?"
        host = f"[{host}]" if ":" in host else host
        return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return "an invalid address"


def _is(host: str, what: str) -> bool:
    try:
        return bool(getattr(ipaddress.ip_address(host), what))
    except ValueError:
        return False


def _has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname) and urlsplit(url).port != 0
    except ValueError:
        return False


def _variable(scheme: str, proxy: str) -> str:
    """The environment variable that holds a proxy."""
    names = [f"{kind}_proxy" for kind in (scheme, "all")]
    names += [name.upper() for name in names]
    return next((name for name in names if os.environ.get(name) == proxy), "the system's settings")
