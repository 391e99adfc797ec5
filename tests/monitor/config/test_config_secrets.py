"""Secrets: taken without what surrounds them, refused where weak or in the wrong place, and
never repeated."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.config.load import Config, build
from monitor.config.plugins import channel_types
from monitor.errors import ConfigInvalid
from monitor.web.site import site_of
from tests.contracts.test_channels import example
from tests.support import utc

STRONG = "9f86d081884c7d659a2feaa0c55ad015"
BOT_TOKEN = "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy"
FEED = """
[sources.desk]
type = "table"
publisher = "a vendor"
base_url = "https://feed.example.org"
path = "/dxy.csv"
columns.dxy = { column = "PX", title = "DXY", unit = "index" }
"""
SLACK = "[channels.slack]\nconversation = 'C0123ABCD'\n"
WEBHOOK = "[channels.webhook]\n"
MAIL = "[channels.email]\nhost = 'smtp.example.org'\nto = ['desk@example.org']\n"
WEB = "[web]\nenabled = true\nhost = '0.0.0.0'\n"
URLS = {"HAVENWATCH_WEBHOOK_URL": "https://desk.example.org/hook"}


def built(text: str, environ: dict[str, str]) -> Config:
    return build(tomllib.loads(text), environ, Path())


def problems(text: str, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigInvalid) as caught:
        built(text, environ or {})
    return "\n".join(str(problem) for problem in caught.value.problems)


def feed(**changes: str) -> str:
    """The feed with settings in place of its own or beside them."""
    lines = [one for one in FEED.splitlines() if one.split(" =")[0] not in changes]
    given = [f"{name} = '{value}'" for name, value in changes.items()]
    return "\n".join([*lines[:-1], *given, lines[-1]])


@pytest.mark.parametrize("value", [f"{STRONG}\n", f" {STRONG} ", f"{STRONG}\r\n", f"\t{STRONG}"])
def test_white_space_round_a_secret_is_no_part_of_it(value: str) -> None:
    environ = {**URLS, "HAVENWATCH_WEBHOOK_SECRET": value}
    assert built(WEBHOOK, environ).secrets["HAVENWATCH_WEBHOOK_SECRET"] == STRONG
    web = built("[web]\nenabled = true\ntoken_env = 'TOKEN'", {"TOKEN": value})
    site = site_of(web, web.web, Path("x.db"), {"TOKEN": value}, lambda: utc("2025-04-10 22:30"))
    assert site.token == STRONG


def test_a_secret_may_be_in_a_file_that_a_variable_names(tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text(f"{STRONG}\n")
    environ = {**URLS, "HAVENWATCH_WEBHOOK_SECRET_FILE": f" {kept}\n"}
    assert built(WEBHOOK, environ).secrets["HAVENWATCH_WEBHOOK_SECRET"] == STRONG
    environ["HAVENWATCH_WEBHOOK_SECRET"] = STRONG[::-1]
    assert built(WEBHOOK, environ).secrets["HAVENWATCH_WEBHOOK_SECRET"] == STRONG[::-1]


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe\x00", "a folder"])
def test_a_file_without_a_secret_is_named_by_its_variable(
    content: bytes | str | None, tmp_path: Path
) -> None:
    kept = tmp_path / STRONG
    if isinstance(content, str):
        kept.mkdir()
    elif content is not None:
        kept.write_bytes(content)
    said = problems(WEBHOOK, {**URLS, "HAVENWATCH_WEBHOOK_SECRET_FILE": str(kept)})
    assert "the file that HAVENWATCH_WEBHOOK_SECRET_FILE names holds no secret" in said
    assert STRONG not in said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "is not set; export it, or set enabled = false"),
        (" \n", "is not set"),
        (f'"{STRONG}"', "is in quotes; remove them"),
        (f"'{STRONG}'", "is in quotes"),
        (f"{STRONG}\n{STRONG}", "has a line break or a control character in it"),
        (f"{STRONG}\0", "has a line break or a control character in it"),
    ],
)
@pytest.mark.parametrize("name", sorted(channel_types()))
def test_a_variable_of_any_channel_that_holds_no_secret_is_named_and_not_shown(
    name: str, value: str, said: str
) -> None:
    channel = example(channel_types()[name])
    settings = {"slack": SLACK, "email": f"{MAIL}sender='a@example.org'\nusername='u'\n"}
    text = settings.get(name, f"[channels.{name}]\n")
    text += "password_env = 'SMTP_PASSWORD'\n" if name == "email" else ""
    names = ("SMTP_PASSWORD",) if name == "email" else channel.secret_names
    if not names:
        return
    found = problems(text, dict.fromkeys(names, value))
    for variable in names:
        assert f"the environment variable {variable} {said}" in found
    assert STRONG not in found


def test_several_urls_may_stand_below_one_another() -> None:
    urls = "json://one.example.org\njson://two.example.org\n"
    config = built("[channels.apprise]\n", {"HAVENWATCH_APPRISE_URLS": urls})
    assert config.secrets["HAVENWATCH_APPRISE_URLS"] == urls.strip()


# A setting, what is wrong with it, where, and what must not be shown of it.
WRONG: dict[str, tuple[str, dict[str, str], str, str]] = {
    "a bot token as the name": (
        f"{SLACK}token_env = '{BOT_TOKEN}'", {}, "channels.slack: the environment variable that it "
        "names (not shown: it may be the secret) is not set; put the name", BOT_TOKEN,
    ),
    "a routing key as the name": (
        "[channels.pagerduty]\nrouting_key_env = 'R0ABCDEFGHIJKLMNOPQRSTUVWX012345'", {},
        "channels.pagerduty: the environment variable that it names (not shown", "R0ABCDEF",
    ),
    "a password as the name": (
        f"{MAIL}sender = 'a@example.org'\nusername = 'u'\npassword_env = 'hunter2'", {},
        "channels.email: the environment variable that it names (not shown", "hunter2",
    ),
    "a hook as the name": (
        "[channels.slack_webhook]\nurl_env = 'https://hooks.slack.com/services/T0/B0/xyzzy'", {},
        "channels.slack_webhook: the environment variable that it names", "xyzzy",
    ),
    "a hook as a base_url without its scheme": (
        f"{SLACK}[sources.cboe]\nbase_url = 'user:pw@cdn.example.org/services/xyzzy'", {},
        "sources.cboe.base_url: expected a URL with scheme and host (https://example.org), got "
        "something (not shown", "xyzzy",
    ),
    "a login in an address": (
        "[sources.cboe]\nbase_url = 'https://user:xyzzy@cdn.example.org'", {},
        "sources.cboe.base_url: it holds a login (not shown); name the variable", "xyzzy",
    ),
    "a key in a path": (
        feed(path="/dxy.csv?apikey=xyzzy"), {},
        "sources.desk.path: the value of 'apikey' may be a secret (not shown); write {token}",
        "xyzzy",
    ),
    "a place for a token and none": (
        feed(path="/dxy.csv?apikey={token}"), {}, "sources.desk: {token} has no value; name", "-",
    ),
    "a token over http": (
        feed(base_url="http://feed.example.org", token_env="FEED"), {"FEED": STRONG},
        "sources.desk.base_url: http:// sends the secret unencrypted; use https://",
        STRONG,
    ),
    "Slack over http": (
        f"{SLACK}base_url = 'http://slack.example.org/api'", {"HAVENWATCH_SLACK_TOKEN": BOT_TOKEN},
        "channels.slack.base_url: http:// sends the secret", BOT_TOKEN,
    ),
    "PagerDuty over http": (
        "[channels.pagerduty]\nbase_url = 'http://pd.example.org'",
        {"HAVENWATCH_PAGERDUTY_ROUTING_KEY": STRONG},
        "channels.pagerduty.base_url: http:// sends the secret", STRONG,
    ),
    "a webhook over http": (
        WEBHOOK,
        {"HAVENWATCH_WEBHOOK_SECRET": STRONG, "HAVENWATCH_WEBHOOK_URL": "http://desk.example.org"},
        "channels.webhook.url_env: the environment variable HAVENWATCH_WEBHOOK_URL "
        "does not hold an https:// URL", "desk.example.org",
    ),
    "a webhook's secret of one letter": (
        WEBHOOK, {**URLS, "HAVENWATCH_WEBHOOK_SECRET": "x"},
        "channels.webhook.secret_env: the secret in HAVENWATCH_WEBHOOK_SECRET has fewer than 16 "
        "characters; make one with: openssl rand -hex 24", "-",
    ),
    "a webhook's secret that is not base64": (
        WEBHOOK, {**URLS, "HAVENWATCH_WEBHOOK_SECRET": "whsec_xyzzy!"},
        "is not base64 behind whsec_", "xyzzy",
    ),
    "one letter again and again": (
        f"{WEB}token_env = 'TOKEN'", {"TOKEN": "a" * 40},
        "web.token_env: the token in TOKEN has fewer than 6 different characters", "aaaa",
    ),
    "anybody may say who it is": (
        f"{WEB}login_header = 'X-User'\ntrusted_proxies = ['10.0.0.1', '0.0.0.0/0']", {},
        "web.trusted_proxies: anyone in 0.0.0.0/0 can set X-User and so log in as anyone;", "-",
    ),
    "anybody of the newer internet": (
        f"{WEB}login_header = 'X-User'\ntrusted_proxies = ['::/0']", {},
        "web.trusted_proxies: anyone in ::/0", "-",
    ),
    "a line break in a sender": (
        MAIL + 'sender = "a@example.org\\nBcc: x@example.org"', {},
        "channels.email: sender is not one address on one line; write name@example.org", "-",
    ),
    "a recipient that is none": (
        MAIL.replace("desk@example.org", "desk") + "sender = 'a@example.org'", {},
        "channels.email: to is not one address on one line", "-",
    ),
    "a format of dates that is none": (
        feed(date_format="%Q%"), {}, "sources.desk: date_format does not read a date; write", "-",
    ),
    "a format of dates without a day": (
        feed(date_format="%Y-%m"), {}, "sources.desk: date_format does not read a date", "-",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_remedy_and_no_secret(name: str) -> None:
    text, environ, said, hidden = WRONG[name]
    found = problems(text, environ)
    assert said in found
    assert hidden == "-" or hidden not in found


RIGHT: dict[str, tuple[str, dict[str, str]]] = {
    "a login in a variable": (
        feed(token_env="FEED", authorization="basic"), {"FEED": "user:password"},
    ),
    "a key in a variable": (
        feed(path="/dxy.csv?apikey={token}", token_env="FEED"), {"FEED": "short"},
    ),
    "a feed on this machine": (
        feed(base_url="http://127.0.0.1:9000", token_env="FEED"), {"FEED": STRONG},
    ),
    "a variable in lower case": (feed(token_env="feed_2"), {"feed_2": STRONG}),
    "months without days": (feed(date_format="%Y-%m", frequency="month"), {}),
    "a signing secret as others make it": (
        WEBHOOK, {**URLS, "HAVENWATCH_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
    ),
    "a sender with a name": (MAIL + "sender = 'havenwatch <hw@example.org>'", {}),
    "an organisation's own network": (
        f"{WEB}login_header = 'X-User'\ntrusted_proxies = ['10.0.0.0/8', 'fc00::/7']", {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_taken(name: str) -> None:
    built(*RIGHT[name])
