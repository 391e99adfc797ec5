"""A setting that was renamed still works under its old name, which is reported with the new one."""

from __future__ import annotations

import logging
import tomllib
from pathlib import Path
from typing import Any

import pytest

from monitor.check.check import CheckFailed, settings
from monitor.config.load import Config, build
from monitor.errors import ConfigInvalid
from monitor.renamed_settings import RENAMED_SETTINGS

FEED = """
[sources.desk]
type = "table"
publisher = "a vendor"
base_url = "https://feed.example.org"
path = "/dxy.csv"
[sources.desk.columns.dxy]
column = "PX"
title = "DXY"
unit = "index"
"""
# For each old name: the block around it, its path, a value, and what the configuration makes of it.
CASES: dict[str, tuple[str, str, str, Any]] = {
    "first_look_back_hours": ("[monitor]", "monitor", "5", 5),
    "event_attention_hours": ("[monitor]", "monitor", "7", 7),
    "repeats_when_unsure": ("[channels.slack_webhook]", "channels.slack_webhook", "true", True),
    "wider": (
        '[chains.ust10y]\nsources = ["treasury_curve", "h15"]\ntolerance_bp = 3.0',
        "chains.ust10y",
        "{ h15 = 9.0 }",
        {"h15": 9.0},
    ),
    "stands_for": (FEED, "sources.desk.columns.dxy", '"dxy"', "dxy"),
}
HOOK = {"HAVENWATCH_SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T/B/x"}


def value_of(config: Config, path: str, name: str) -> Any:
    at: Any = config
    for part in [*path.split("."), name]:
        at = at[part] if isinstance(at, dict) else getattr(at, part)
    return at


def test_every_renamed_setting_has_a_case() -> None:
    assert list(CASES) == [one.old for one in RENAMED_SETTINGS]


@pytest.mark.parametrize("renamed", RENAMED_SETTINGS, ids=lambda one: one.old)
def test_the_old_name_works_and_the_new_one_is_logged_once(
    renamed: Any, caplog: pytest.LogCaptureFixture
) -> None:
    block, path, value, expected = CASES[renamed.old]
    with caplog.at_level(logging.WARNING, logger="havenwatch.config"):
        new = build(tomllib.loads(f"{block}\n{renamed.new} = {value}"), HOOK, Path())
        assert caplog.messages == []
        old = build(tomllib.loads(f"{block}\n{renamed.old} = {value}"), HOOK, Path())
    assert caplog.messages == [
        f"config: {path}.{renamed.old} is now called {renamed.new}; rename it"
    ]
    assert value_of(old, path, renamed.new) == value_of(new, path, renamed.new) == expected


@pytest.mark.parametrize("renamed", RENAMED_SETTINGS, ids=lambda one: one.old)
def test_both_names_at_once_are_a_mistake(renamed: Any) -> None:
    block, path, value, _ = CASES[renamed.old]
    both = f"{block}\n{renamed.old} = {value}\n{renamed.new} = {value}"
    with pytest.raises(ConfigInvalid) as caught:
        build(tomllib.loads(both), HOOK, Path())
    assert [str(problem) for problem in caught.value.problems] == [
        f"{path}.{renamed.old}: is the old name of {renamed.new}, which is set too; "
        f"remove {renamed.old}"
    ]


def test_the_check_reads_the_old_name_too(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[monitor]\nevent_attention_hours = 7\n")
    _, limits, _ = settings(config, None)
    assert limits.event_attention.total_seconds() == 7 * 3600


def test_a_block_that_is_no_table_is_left_to_the_checks(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match="monitor: expected a table, got 3"):
        build({"monitor": 3, "channels": [], "sources": {"cboe": 1}}, {}, Path())
    config = tmp_path / "config.toml"
    config.write_text("monitor = 3\n")
    with pytest.raises(CheckFailed, match="havenwatch config check"):
        settings(config, None)
