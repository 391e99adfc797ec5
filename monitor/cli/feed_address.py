"""Where a feed of a desk's own lies: as typed, as settings, and its body, fetched once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, urlsplit

from monitor.cli.questions import Questions
from monitor.clock import SystemClock
from monitor.errors import BodyRejected, ConfigInvalid, FetchFailed, HavenwatchError, Problem

if TYPE_CHECKING:
    from monitor.ingest.http import Body
    from monitor.sources.table import Table

COMMAND: Final = "feeds add"
# Until the file is looked at; a column of this name is never asked for.
NOT_YET: Final[Mapping[str, Any]] = {
    "publisher": "not asked yet",
    "columns": {"x": {"column": "x", "title": "x", "unit": "index"}},
}


def address_settings(address: str) -> dict[str, str]:
    """A URL or a path as `base_url` and `path`. Raises HavenwatchError."""
    scheme, found, rest = address.partition("://")
    if found and scheme != "file":
        parts = _split(address)
        query = f"?{parts.query}" if parts.query else ""
        base_url = f"{parts.scheme}://{parts.netloc}"
        return {"base_url": base_url, "path": (parts.path or "/") + query}
    path = _path(rest if found else address)
    return {"base_url": f"file://{path.parent}", "path": f"/{path.name}"}


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError as error:
        raise _no_address(address, error) from None


def _path(text: str) -> Path:
    """The path as a whole; `~` is a person's home. Raises HavenwatchError where nobody has one."""
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:
        raise _no_address(text, error) from None


def _no_address(text: str, error: Exception) -> HavenwatchError:
    expected = "the URL of a file (https://example.org/data.csv), or its path"
    got = f"{text!r:.80} ({error})"
    return HavenwatchError(COMMAND, expected=expected, got=got, remedy="correct the address")


def publisher_default(settings: Mapping[str, Any]) -> str:
    """Who is probably behind an address: its host, or the desk with a file of its own."""
    return urlsplit(settings["base_url"]).hostname or "the desk's own file"


def asked_token(questions: Questions, settings: Mapping[str, Any]) -> dict[str, str]:
    """The environment variable of a URL's token, and how it is shown."""
    if settings["base_url"].startswith("file://"):
        return {}
    question = "Environment variable that holds its token (empty: it needs none)"
    name = questions.text("token_env", question, "")
    if not name:
        return {}
    if "{token}" in settings["path"]:
        return {"token_env": name}
    how = questions.text(
        "authorization", "Authorization: bearer, or basic (user:password)", "bearer"
    )
    return {"token_env": name, "authorization": how}


def source_of(found: Mapping[str, Any], name: str, block: Mapping[str, Any], folder: Path) -> Table:
    """The feed of a block in a configuration. Raises ConfigInvalid for what it cannot have."""
    from monitor.config.load import build
    from monitor.sources.table import Table

    sources = {**found.get("sources", {}), name: {"type": "table", **block}}
    made = build({**found, "sources": sources}, None, folder).sources[name]
    assert isinstance(made, Table)
    return made


@contextmanager
def nothing_written() -> Iterator[None]:
    """Inside it what is wrong with an address or a file is said as what ends the command. Raises
    HavenwatchError."""
    try:
        yield
    except (FetchFailed, BodyRejected) as error:
        raise HavenwatchError(
            error.where or COMMAND,
            expected=error.expected,
            got=error.got,
            remedy="nothing was written; correct the address or the file, and try again",
        ) from None


def fetched(found: Mapping[str, Any], name: str, where: Mapping[str, Any], folder: Path) -> Body:
    """What is at an address now, under the limits of every source. Raises ConfigInvalid where its
    token is not set, and HavenwatchError."""
    from monitor.config.secrets import read_secrets
    from monitor.ingest.http import Http

    source, problems = source_of(found, name, {**NOT_YET, **where}, folder), list[Problem]()
    secrets = read_secrets({f"sources.{name}": source.secret_names}, os.environ, problems)
    if problems:
        raise ConfigInvalid(problems)
    http = Http(SystemClock(), secrets)
    try:
        with nothing_written():
            body = http.get(source.request(source.path))
    finally:
        http.close()
    assert body is not None  # it was asked without a condition
    return body
