"""The secrets that the configuration names, from the environment or a file that it names, and what
may be wrong with them. No value of one is ever repeated, nor what looks like one where a variable's
name belongs."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from alerts.transport.network import is_loopback
from monitor.errors import Problem
from monitor.liveness.ping import is_ping_url
from monitor.log_redaction import mask_in_log

SHORTEST: Final = 16
FEWEST_CHARACTERS: Final = 6
MAKE_ONE: Final = "make one with: openssl rand -hex 24"
WEBHOOK_PREFIX: Final = "whsec_"
# Behind the name of a variable: the one with the path of a file that holds the secret.
FILE: Final = "_FILE"
MOST_BYTES: Final = 64 * 1024
# The name of an environment variable as everybody writes one.
USUAL_NAME: Final = re.compile(r"[A-Z][A-Z0-9]{0,15}(_[A-Z0-9]{1,20})*")
TOKEN: Final = re.compile(
    r"xox[a-z]|xapp|whsec_|gh[pousr]_|sk[-_]|://[^/\s]*@|/services/|[A-Za-z0-9+/=_-]{24}"
)
KEY_NAMES: Final = re.compile(r"key|token|secret|sig|pass|pwd|auth|cred", re.IGNORECASE)


def looks_like_secret(text: str) -> bool:
    """Whether a value in the configuration may be a secret that belongs into the environment."""
    return TOKEN.search(text) is not None and USUAL_NAME.fullmatch(text) is None


def secret_value(environ: Mapping[str, str], name: str) -> str:
    """A secret without the white space round it, which a file or an editor leaves there: of the
    variable, else of the file whose path is in NAME_FILE; empty where neither has one."""
    if name in environ or not environ.get(name + FILE, "").strip():
        return environ.get(name, "").strip()
    path = Path(environ[name + FILE].strip())
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(MOST_BYTES).decode().strip()
    except (OSError, ValueError):
        return ""


def needed_secrets(
    blocks: Mapping[str, Any],
    environ: Mapping[str, str] | None,
    needs: Collection[str] | None,
    problems: list[Problem],
) -> dict[str, str]:
    """The secrets of the sections in `needs`, or of all; none without an environment. `blocks`:
    `channels` and `sources` by their names, and those that there is one of, None where one is
    wrong. What is wrong with the secrets and with the addresses they are sent to is added."""
    named = {
        f"{section}.{name}": one
        for section in ("channels", "sources")
        for name, one in blocks[section].items()
    }
    single = {name: one for name in ("heartbeat", "standby", "web") if (one := blocks[name])}
    owners = {
        path: one.secret_names
        for path, one in {**named, **single}.items()
        if getattr(one, "enabled", True) and (needs is None or path.partition(".")[0] in needs)
    }
    secrets = {} if environ is None else read_secrets(owners, environ, problems)
    for path, one in named.items():
        problems += secret_problems(path, one, secrets)
    if "heartbeat" in single:
        problems += _ping_url_problems(single["heartbeat"].url_env, secrets)
    return secrets


def read_secrets(
    owners: Mapping[str, Iterable[str]], environ: Mapping[str, str], problems: list[Problem]
) -> dict[str, str]:
    """The secrets that the blocks name, by their variables. From here on the log masks them: they
    enter the program here alone."""
    secrets: dict[str, str] = {}
    for path, names in owners.items():
        for name in names:
            value = secret_value(environ, name)
            problem = _problem(path, name, value, from_file=bool(environ.get(name + FILE)))
            if problem is None:
                secrets[name] = value
            else:
                problems.append(problem)
    mask_in_log(secrets.values())
    return secrets


def secret_problems(path: str, block: Any, secrets: Mapping[str, str]) -> list[Problem]:
    """What is wrong with a block's secrets and with the addresses they are sent to."""
    found = [*address_problems(path, block)]
    url_name = getattr(block, "url_env", "")
    if url_name in secrets and not is_safe_url(secrets[url_name]):
        what = f"the environment variable {url_name} does not hold an https:// URL"
        found.append(Problem(f"{path}.url_env", what, "start it with https:// and a host"))
    key_name = getattr(block, "secret_env", "")
    if why := weakness(secrets.get(key_name, "")):
        what = f"the secret in {key_name} {why}"
        found.append(Problem(f"{path}.secret_env", what, MAKE_ONE))
    return found


def address_problems(path: str, block: Any) -> list[Problem]:
    """What is wrong with the address that a block's secrets are sent to, or that holds one."""
    url = getattr(block, "base_url", "")
    where = f"{path}.base_url"
    try:
        parts = urlsplit(url)
    except ValueError:
        return [Problem(where, "is not a URL", "start it with https:// and a host")]
    found = []
    if "@" in parts.netloc:
        remedy = 'name the variable with the login in token_env, and set authorization = "basic"'
        found.append(Problem(where, "it holds a login (not shown)", remedy))
    if tuple(block.secret_names) and parts.scheme == "http" and not is_safe_url(url):
        what = "http:// sends the secret unencrypted"
        found.append(Problem(where, what, "use https://"))
    for name in ("base_url", "path"):
        query = urlsplit(getattr(block, name, "")).query
        keys = [
            k for k, value in parse_qsl(query) if KEY_NAMES.search(k) and "{token}" not in value
        ]
        found += [
            Problem(
                f"{path}.{name}",
                f"the value of {key!r} may be a secret (not shown)",
                "write {token} in its place, and name its environment variable in token_env",
            )
            for key in keys
        ]
    return found


def is_safe_url(url: str) -> bool:
    """Whether a secret may be sent there: by https, or within this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    )


def weakness(secret: str) -> str:
    """Why a secret that somebody made up can be guessed; empty where it cannot, or is not set."""
    if not secret:
        return ""
    if secret.startswith(WEBHOOK_PREFIX):
        try:
            secret = base64.b64decode(secret.removeprefix(WEBHOOK_PREFIX), validate=True).hex()
        except binascii.Error:
            return f"is not base64 behind {WEBHOOK_PREFIX}"
    if len(secret) < SHORTEST:
        return f"has fewer than {SHORTEST} characters"
    if len(set(secret)) < FEWEST_CHARACTERS:
        return f"has fewer than {FEWEST_CHARACTERS} different characters"
    return ""


def _ping_url_problems(url_env: str, secrets: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the URL of the heartbeat, which may be one within the desk's network."""
    if url_env not in secrets or is_ping_url(secrets[url_env]):
        return []
    what = f"the environment variable {url_env} does not hold a URL"
    return [Problem("heartbeat.url_env", what, "start it with https:// and a host")]


def _problem(path: str, name: str, value: str, *, from_file: bool) -> Problem | None:
    """The problem of a variable's value, or None."""
    off = 'url_env = ""' if path == "heartbeat" else "enabled = false"
    if not value and from_file:
        what = f"the file that {name}{FILE} names holds no secret, or cannot be read"
        return Problem(path, what, f"correct the path, the file or who may read it, or set {off}")
    if not value and USUAL_NAME.fullmatch(name):
        what = f"the environment variable {name} is not set"
        return Problem(path, what, f"export it, or set {off}")
    if not value:
        what = "the environment variable that it names (not shown: it may be the secret) is not set"
        remedy = f"put the name of a variable here and the secret in that variable, or set {off}"
        return Problem(path, what, remedy)
    if value[0] == value[-1] and value[0] in "\"'" and len(value) > 1:
        what = f"the environment variable {name} is in quotes"
        return Problem(path, what, "remove them: only a shell strips quotes")
    # Several addresses may be on lines of their own.
    if re.search(r"[\x00-\x1f\x7f]", value) and value.count("://") < 2:
        what = f"the environment variable {name} has a line break or a control character in it"
        return Problem(path, what, "set it again, on one line")
    return None
