"""What to do about an exchange with the outside that failed, by the words that say why."""

from __future__ import annotations

from typing import Final

FIREWALL: Final = (
    "try again later; if it stays so, let this machine reach that host, by the firewall or by a "
    "proxy (docs/network.md)"
)
# The first whose words are in the reason counts: what is said of a proxy is the proxy's.
REMEDIES: Final[tuple[tuple[str, str], ...]] = (
    ("no such file", "set the variable to a file that exists, or unset it (docs/network.md)"),
    ("names no proxy", "write the proxy as http://HOST:PORT, or unset it (docs/network.md)"),
    ("through the proxy", "correct the proxy's variable or its login, or name the host in NO_PROXY "
     "(docs/network.md)"),
    ("TLS certificate not trusted", "if the network inspects TLS, put its CA beside the public "
     "ones into the file of REQUESTS_CA_BUNDLE (docs/network.md)"),
    ("no TLS connection", "check the port, and whether the other side speaks TLS there"),
    ("host name not found", "check the name and DNS; where only a proxy knows it, set HTTPS_PROXY "
     "(docs/network.md)"),
    ("refused the login", "correct the user name or the secret of its variable"),
    ("HTTP 429", "wait: it was asked too often"),
    ("HTTP 401", "correct the token or the secret of its variable"),
    ("HTTP 403", "correct the token; without one, the other side blocks this address"),
    ("connection refused", FIREWALL),
    ("connection reset", FIREWALL),
    ("connection timed out", FIREWALL),
    ("timed out", FIREWALL),
    ("given up after", FIREWALL),
    ("no connection", FIREWALL),
    ("unreachable", FIREWALL),
    ("HTTP 5", "try again later: the other side has an outage"),
)  # fmt: skip


def remedy_for(reason: str, otherwise: str) -> str:
    """What to do about a reason; `otherwise` where its words are not known here."""
    return next((remedy for words, remedy in REMEDIES if words in reason), otherwise)
