"""The proxy and the trusted certificates that the environment names."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from alerts.transport.network import CA_VARIABLES, Unready, ca_bundle, proxy_for
from alerts.transport.tls import trust
from monitor.doctor.check import Check, Finding, Group, Step, failed, found, ok, warning
from monitor.doctor.circumstances import Circumstances
from rules.wording import plural

# The public ones are some 140; a desk's own are a few.
FEWEST_PUBLIC: Final = 30
SCHEMES: Final = ("https", "http")
ADD: Final = (
    'put the public ones into it too: cat "$(python -m certifi)" your-ca.pem (docs/network.md)'
)


class Network(Check):
    """Each proxy variable names a proxy, and the trusted certificates can be read. The environment
    is that of the process, as for all that is sent."""

    name: ClassVar[str] = "network"
    group: ClassVar[Group] = Group.CONFIGURATION

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """A line for the proxies and one for the certificates."""
        certificates = Step("certificates", partial(_certificates, given.at))
        return [found("proxy", _proxies()), certificates]


def _proxies() -> Finding:
    said = []
    for scheme in SCHEMES:
        try:
            proxy = proxy_for(f"{scheme}://publisher.example.org")
        except (Unready, ValueError) as error:
            return failed(
                expected="a proxy as http://HOST:PORT",
                got=str(error) if isinstance(error, Unready) else "an address that is none",
                remedy="correct the variable, or unset it (docs/network.md)",
            )
        if proxy is not None:
            said.append(f"{scheme} through {proxy}")
    return ok(", ".join(said) or "none set; everything is reached directly")


def _certificates(at: datetime) -> Finding:
    variable = next((one for one in CA_VARIABLES if os.environ.get(one)), "")
    expected = f"certificates in {variable}, as a PEM file or a folder of them"
    try:
        path = ca_bundle()
        if path is None:
            return ok("those of the certifi package")
        context = trust(path)
    except Unready as error:
        remedy = f"set {variable} to a file that is there and readable, or unset it"
        return failed(expected=expected, got=str(error), remedy=remedy)
    named = f"{variable} ({path})"
    if Path(path).is_dir():
        return _of_folder(Path(path), named, expected)
    return certificates_finding(context, named, at)


def _of_folder(folder: Path, named: str, expected: str) -> Finding:
    """A folder is searched by names that are hashes, when a certificate is looked for."""
    hashed = [one for one in folder.iterdir() if one.suffix[1:].isdigit()]
    if hashed:
        return ok(f"{plural(len(hashed), 'certificate')} of {named}")
    got = f"{named}, a folder without hashed names"
    return failed(expected=expected, got=got, remedy=f"run: openssl rehash {folder}")


def certificates_finding(context: ssl.SSLContext, named: str, at: datetime) -> Finding:
    """Whether the certificates of a file are valid, and the public ones among them."""
    every = context.get_ca_certs()
    now = at.timestamp()
    valid = [one for one in every if ssl.cert_time_to_seconds(str(one["notAfter"])) > now]
    said = f"{plural(len(valid), 'valid certificate')} in {named}"
    if not valid:
        got = f"{plural(len(every), 'certificate')} in {named}, none of them valid"
        return failed(expected="valid certificates", got=got, remedy=ADD)
    if len(valid) < FEWEST_PUBLIC:
        expected = "the public certificates beside your own"
        return warning(expected=expected, got=said, remedy=ADD)
    return ok(said)
