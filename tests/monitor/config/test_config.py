"""The configuration: every mistake told at once, with its path, its value and what to do."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from monitor.check.check import Limits
from monitor.config.desk import Monitor
from monitor.config.load import Config, build, load
from monitor.config.plugins import channel_types, rule_types, source_types
from monitor.errors import ConfigInvalid
from monitor.evaluate.chains import build_chains, default_chains

ROOT = Path(__file__).resolve().parents[3]


def problems(text: str, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigInvalid) as caught:
        build(tomllib.loads(text), environ or {}, Path())
    return [str(problem) for problem in caught.value.problems]


def test_the_configuration_that_comes_with_the_project_is_right_and_needs_no_secret() -> None:
    config = load(ROOT / "config.toml", {})
    assert list(config.channels) == ["console"]
    assert config.secrets == {}


def test_the_configuration_that_comes_with_the_project_says_the_defaults() -> None:
    written, default = load(ROOT / "config.toml", {}), build({}, {}, ROOT)
    for name in (*Config.SINGLE, "sources", "chains", "rules", "channels"):
        assert getattr(written, name) == getattr(default, name), name


def test_the_ping_url_comes_from_the_environment_and_is_one() -> None:
    written = '[heartbeat]\nurl_env = "PING"\n'
    url = "https://hc.example.org/secret"
    assert build(tomllib.loads(written), {"PING": url}, Path()).secrets == {"PING": url}
    assert problems(written) == [
        'heartbeat: the environment variable PING is not set; export it, or set url_env = ""'
    ]
    assert problems(written, {"PING": "hc.example.org/secret"}) == [
        "heartbeat.url_env: the environment variable PING does not hold a URL; start it with "
        "https:// and a host"
    ]


def test_every_setting_is_in_the_configuration_that_comes_with_the_project() -> None:
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    blocks: dict[str, tuple[type, dict[str, Any]]] = {
        **{name: (cls, found[name]) for name, cls in Config.SINGLE.items()},
        **{f"rules.{name}": (cls, found["rules"][name]) for name, cls in rule_types().items()},
        **{f"channels.{n}": (cls, found["channels"][n]) for n, cls in channel_types().items()},
    }
    for path, (cls, block) in blocks.items():
        missing = {one for one in fields(cls) if one.name not in block}
        # A setting without a value by default cannot be written but as a comment.
        unset = {one for one in missing if one.default in (None, ())}
        shown = {one for one in unset if f"\n# {one.name} = " in text}
        assert {one.name for one in missing - shown} == set(), path
    feeds = {"yahoo_quotes", "cboe_quotes"}
    assert {*found["sources"], "table"} - feeds == set(source_types())
    assert set(found["chains"]) == set(default_chains())


def test_an_empty_configuration_works() -> None:
    config = build({}, {}, Path("folder"))
    assert config.database == Path("folder/havenwatch.db")
    assert {*config.sources, "table"} == set(source_types())


def test_the_check_knows_the_same_defaults() -> None:
    assert Monitor().limits == Limits()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "colour = 1",
            "colour: unknown name 'colour'; known are follow_up, follow, sources, monitor",
        ),
        ("[monitor]\ntick_second = 5", "did you mean 'tick_seconds'?"),
        (
            "[rules.joint_selof]",
            "rules.joint_selof: unknown name 'joint_selof'; did you mean 'joint_selloff'?",
        ),
        ("[sources.cbeo]", "did you mean 'cboe'?"),
        ("[channels.pigeon]", "channels.pigeon: unknown name 'pigeon'; known are apprise, console"),
        (
            "[rules.foreign_net_sales.countries.japan]\nname='Japan'\ncode='42609'\n"
            "warning_net_sales_usd_mn = 20000",
            "warning_net_sales_usd_mn: unknown name 'warning_net_sales_usd_mn'; "
            "did you mean 'warning_net_sales_usd_bn'?",
        ),
        (
            "[rules.foreign_net_sales.countries.japan]\nname='Japan'\ncode='42609'\n"
            "warning_net_sales_usd_bn = 20000",
            "expected less than or equal to 1000, got 20000; it is in USD billions",
        ),
        (
            "[rules.joint_selloff]\nwindow_sessions = '63'",
            'expected a valid integer, got "63"; write it without quotes: 63; it is in sessions',
        ),
        ("[rules.joint_selloff]\ncritical_spx_fall_pct = -1.0", "it is in percent"),
        ("[sources.cboe]\nbase_url = 'cdn.cboe.com'", "expected a URL with scheme and host"),
        ("[sources.cboe]\npoll_at = ['6pm']", "sources.cboe.poll_at.0: expected a clock time"),
        ("[digest]\nat = '25:00'", "digest.at: expected a clock time (HH:MM)"),
        ("[desk]\ntime_zone = 'New York'", "expected a time zone's name"),
        ("[routing]\nwarning = ['slak']", "routing.warning: unknown name 'slak'"),
        (
            "[channels.slack]\nenabled = false\n[routing]\nwarning = ['slack']",
            "channel 'slack' is off; set channels.slack.enabled = true",
        ),
        (
            "[channels.slack]\nconversation = 'C1'",
            "channels.slack: the environment variable HAVENWATCH_SLACK_TOKEN is not set; export it",
        ),
        ("[channels.slack]", "channels.slack.conversation: missing; set it"),
        (
            "[channels.email]\nhost='h'\nsender='a@b.c'\nto=['d@e.f']\nusername='x'",
            "username and password_env go together",
        ),
        ("[channels.email]\nhost='h'\nsender='a@b.c'\nto=[]", "1 or more in the list"),
        (
            "[channels.webhook]",
            "channels.webhook: the environment variable HAVENWATCH_WEBHOOK_SECRET is not set",
        ),
        ("rules = 3", "rules: expected a table, got 3"),
        (
            "[[routing.routes]]\nrules = ['joint_selof*']\nchannels = ['console']",
            "routing.routes.0.rules: unknown name 'joint_selof*'; did you mean 'joint_selloff'?",
        ),
        (
            "[[routing.routes]]\nrules = ['joint_*']\nchannels = ['slak']",
            "routing.routes.0.channels: unknown name 'slak'; known are console",
        ),
        (
            "[[routing.routes]]\nseverities = ['warn']\nchannels = ['console']",
            "routing.routes.0.severities.0: expected 'notice', 'warning' or 'critical'",
        ),
        ("[[routing.routes]]\nrules = ['joint_*']", "routing.routes.0.channels: missing; set it"),
        (
            "[rules.custody_outflow]\ntags = ['flows']\n"
            "[[routing.routes]]\ntags = ['flow']\nchannels = ['console']",
            "routing.routes.0.tags: unknown name 'flow'; did you mean 'flows'?",
        ),
        (
            "[[routing.routes]]\ntags = ['flow']\nchannels = ['console']",
            "routing.routes.0.tags: no rule has a tag 'flow'; write tags = [...] in the block",
        ),
        (
            "[rules.custody_outflow]\ntags = 'flows'",
            "rules.custody_outflow.tags: expected a valid array, got",
        ),
        (
            "[rules.custody_outflow]\ntags = ['a', '*']",
            "rules.custody_outflow.tags.1: '*' is no tag; use letters, digits, _ . -",
        ),
        (
            "[rules.custody_outflow]\ntag = ['a']",
            "rules.custody_outflow.tag: unknown name 'tag'; did you mean 'tags'?",
        ),
    ],
)
def test_a_mistake_is_told_with_its_path_and_what_to_do(text: str, expected: str) -> None:
    assert expected in "\n".join(problems(text))


def test_a_channel_that_takes_alerts_only_gets_no_digest() -> None:
    text = "[channels.pagerduty]\n[routing]\ndigest = ['pagerduty']\nwarning = ['pagerduty']"
    (problem,) = problems(text, {"HAVENWATCH_PAGERDUTY_ROUTING_KEY": "k"})
    assert problem == (
        "routing.digest: channel 'pagerduty' takes alerts only; name another channel"
    )


FEED = """
[sources.desk]
type = "table"
publisher = "a vendor"
base_url = "https://feed.example.org"
path = "/dxy.csv"
columns.dxy = { column = "PX", title = "DXY", unit = "index", substitutes = "dxy" }
"""


def test_a_desks_feed_is_a_source_with_a_name_of_its_own_that_a_chain_may_name() -> None:
    text = FEED + "[chains.dxy]\nsources = ['desk', 'yahoo']\ntolerance_pct = 1.0"
    config = build(tomllib.loads(text), {}, Path())
    assert config.sources["desk"].name == "desk"
    assert config.sources["desk"].substitutes == {"dxy": "desk.dxy"}
    chain = build_chains(config.chains, config.sources)["dxy"]
    assert chain.members == ("desk.dxy", "dxy")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[sources.desk]\ntype = 'tabel'", "did you mean 'table'?"),
        (FEED + "path = 'dxy.csv'", "a path that begins with a slash"),
        (FEED + "name = 'x'", "sources.desk.name: is the block's; leave it out"),
        (FEED + "unit = 'index'", "sources.desk.unit: unknown name 'unit'"),
        (FEED.replace('"index"', '"points"'), "sources.desk.columns.dxy.unit: expected 'index',"),
        (FEED + "token_env = 'FEED_TOKEN'", "the environment variable FEED_TOKEN is not set"),
        (FEED.replace("https://feed", "ftp://feed"), "a URL with scheme and host"),
    ],
)
def test_a_mistake_in_a_feed_is_told(text: str, expected: str) -> None:
    text = text.replace('path = "/dxy.csv"', "") if text.count("path =") > 1 else text
    lines = [line for line in text.splitlines() if not line.startswith("columns")]
    columns = [line for line in text.splitlines() if line.startswith("columns")]
    assert expected in "\n".join(problems("\n".join([*lines, *columns])))


def test_all_mistakes_are_told_at_once() -> None:
    text = (
        "colour = 1\n[monitor]\ntick_second = 5\n[sources.cboe]\nbase_url = 'x'\n"
        "[channels.slack]\n[routing]\nwarning = ['nobody']\n"
    )
    assert len(problems(text)) == 5


def test_a_secret_is_taken_from_the_environment_and_never_shown() -> None:
    text = "[channels.slack]\nconversation = 'C1'"
    config = build(tomllib.loads(text), {"HAVENWATCH_SLACK_TOKEN": "xoxb-1-secret"}, Path())
    assert config.secrets == {"HAVENWATCH_SLACK_TOKEN": "xoxb-1-secret"}
    assert "xoxb-1-secret" not in repr(config)


def test_two_channels_may_be_of_one_kind() -> None:
    block = "host='h'\nsender='a@b.c'\nto=['d@e.f']\n"
    text = f"[channels.email]\n{block}[channels.risk]\ntype='email'\n{block}"
    config = build(tomllib.loads(text), {}, Path())
    assert list(config.channels) == ["console", "email", "risk"]


def test_a_file_that_is_missing_or_not_toml_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match="with --config, or create one: havenwatch init"):
        load(tmp_path / "none.toml", {})
    broken = tmp_path / "broken.toml"
    broken.write_text("a = = 1")
    with pytest.raises(ConfigInvalid, match="not TOML"):
        load(broken, {})


def test_a_chain_not_written_is_as_it_comes_and_one_written_takes_its_place() -> None:
    text = "[chains.dxy]\nsources = ['yahoo']\ntolerance_pct = 1.5"
    chains = build(tomllib.loads(text), {}, Path()).chains
    assert chains["dxy"].sources == ("yahoo",)
    assert chains["spx"] == build({}, {}, Path()).chains["spx"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[chains.dxy]\nsources = ['yahu']\ntolerance_pct = 1.5", "did you mean 'yahoo'?"),
        ("[chains.spx]\nsources = ['ecb']\ntolerance_pct = 1.5", "known are cboe, yahoo_spx"),
        ("[chains.dxy]\nsources = ['cboe']\ntolerance_pct = 1.5", "known are boc, ecb, h10, yahoo"),
        ("[chains.dxy]\nsources = ['yahoo']", "expected exactly one tolerance; set tolerance_pct"),
        ("[chains.dxy]\nsources = []\ntolerance_pct = 1.5", "1 or more in the list"),
        (
            "[chains.ust10y]\nsources = ['treasury_curve']\ntolerance_bp = 900",
            "got 900; it is in basis points",
        ),
    ],
)
def test_a_mistake_in_a_chain_is_told(text: str, expected: str) -> None:
    assert expected in "\n".join(problems(text))
