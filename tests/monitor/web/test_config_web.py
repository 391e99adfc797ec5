"""The configuration of the status page: every mistake is told."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.config.load import build
from monitor.config.web import Web, is_loopback
from monitor.errors import ConfigInvalid
from monitor.web.site import site_of
from tests.support import utc

TOKEN = "long-enough-to-be-a-token"


def problems(text: str, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigInvalid) as caught:
        build(tomllib.loads(f"[web]\n{text}"), environ or {}, Path())
    return "\n".join(str(one) for one in caught.value.problems)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('host = "0.0.0.0"', "web.host: others can reach '0.0.0.0' without a login"),
        ('host = "desk.example.org"', "web.host"),
        ('host = ""', "web.host"),
        ("port = 70000", "web.port"),
        ('public_url = "desk.example.org"', "web.public_url: expected a URL with scheme and host"),
        ('public_url = "ftp://desk.example.org"', "web.public_url"),
        ('public_url = "https://a:b@desk.example.org/"', "web.public_url"),
        ('public_url = "https://desk.example.org/?a=b"', "web.public_url"),
        ('login_header = "X User"', "web.login_header: expected the name of an HTTP header"),
        ('trusted_proxies = ["proxy"]', "web.trusted_proxies"),
        ("ports = 1", "did you mean 'port'?"),
    ],
)
def test_a_mistake_is_told_with_its_path(text: str, expected: str) -> None:
    assert expected in problems(text)


def test_a_token_that_is_missing_or_short_is_told_and_never_shown() -> None:
    text = 'enabled = true\ntoken_env = "WEB_TOKEN"'
    assert "web: the environment variable WEB_TOKEN is not set" in problems(text)
    said = problems(text, {"WEB_TOKEN": "hunter2"})
    assert "fewer than 16 characters" in said
    assert "hunter2" not in said


def test_an_address_that_others_reach_needs_a_login() -> None:
    for login in ('token_env = "WEB_TOKEN"', 'login_header = "X-Forwarded-User"'):
        text = f'[web]\nenabled = true\nhost = "0.0.0.0"\n{login}'
        config = build(tomllib.loads(text), {"WEB_TOKEN": TOKEN}, Path())
        assert config.web.asks_for_login
        assert TOKEN not in repr(config)


def test_what_only_this_machine_reaches() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.8.8.8", "::1")))
    assert not any(map(is_loopback, ("", "0.0.0.0", "::", "10.0.0.1", "localhost.example.org")))


def test_the_command_asks_for_the_token_that_it_needs() -> None:
    config = build({}, {}, Path())
    for web, environ in (
        (Web(token_env="WEB_TOKEN"), {}),
        (Web(token_env="WEB_TOKEN"), {"WEB_TOKEN": "short"}),
        (Web(host="0.0.0.0"), {}),
    ):
        with pytest.raises(ConfigInvalid):
            site_of(config, web, Path("x.db"), environ, lambda: utc("2025-04-10 12:00"))


def test_a_token_is_in_no_words_of_a_site() -> None:
    config = build({}, {}, Path())
    web = Web(token_env="WEB_TOKEN")
    site = site_of(config, web, Path("x.db"), {"WEB_TOKEN": TOKEN}, lambda: utc("2025-04-10 12:00"))
    assert TOKEN not in repr(site)
