"""Who would hear of an alert: by routes, silences, and other alerts that say the same."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from state.database import Database
from state.silences import Silences
from tests.desk import AT, CRITICAL, LOOKED, Desk

ROUTES = """
[[routing.routes]]
rules = ["joint_*"]
channels = ["file"]

[channels.file]
type = "console"
"""


@pytest.fixture
def mine(desk: Desk, tmp_path: Path) -> Desk:
    found = desk.copy(tmp_path)
    text = found.config.read_text(encoding="utf-8") if found.config.exists() else ""
    found.config.write_text(text + ROUTES, encoding="utf-8")
    return found


def lines(desk: Desk, *words: str) -> list[str]:
    done = desk.run("route", "test", *words, *AT)
    assert done.exit_code == 0, done.output
    return [" ".join(line.split()) for line in done.output.splitlines()]


def test_the_route_of_a_rule_goes_before_that_of_its_severity(mine: Desk) -> None:
    found = lines(mine, CRITICAL)
    assert f"{CRITICAL} (critical), by routing.routes.0:" in found
    assert "file yes by routing.routes.0" in found
    assert "console yes was notified of this alert before" in found


def test_a_route_by_the_tag_of_a_rule_is_said_with_its_tags(mine: Desk) -> None:
    text = ROUTES.replace('rules = ["joint_*"]', 'tags = ["hav*"]')
    mine.config.write_text(f'[rules.joint_selloff]\ntags = ["havens", "us"]\n{text}', "utf-8")
    found = lines(mine, CRITICAL)
    assert f"{CRITICAL} (critical, tags havens, us), by routing.routes.0:" in found
    assert "file yes by routing.routes.0" in found


def test_without_one_the_severity_decides(desk: Desk) -> None:
    found = lines(desk, CRITICAL)
    assert f"{CRITICAL} (critical), by routing.critical:" in found
    assert "console yes by routing.critical" in found


def test_a_rule_is_routed_at_a_severity_before_it_has_ever_fired(mine: Desk) -> None:
    found = lines(mine, "joint_selloff", "--severity", "critical")
    assert "joint_selloff (critical), subject us, by routing.routes.0:" in found
    assert "file yes by routing.routes.0" in found
    found = lines(mine, "custody_outflow")
    assert "custody_outflow (warning), subject officials, by routing.warning:" in found


def test_the_subjects_of_a_rule_that_go_different_ways_are_each_said(mine: Desk) -> None:
    mine.config.write_text(
        ROUTES.replace('["joint_*"]', '["weak_auction"]\nsubjects = ["note_2y", "bond_*"]'), "utf-8"
    )
    found = lines(mine, "weak_auction")
    heads = [one for one in found if one.startswith("weak_auction")]
    assert len(heads) == 2
    assert "weak_auction (warning), subjects bond_20y, bond_30y, note_2y, by routing.routes.0:" in (
        heads
    )
    assert any("note_10y" in one and one.endswith("by routing.warning:") for one in heads)


def test_a_silence_is_said(mine: Desk) -> None:
    database = Database(mine.path)
    until = LOOKED + timedelta(hours=2)
    Silences(database).make("joint_selloff", None, LOOKED, until, "Bo", "lunch")
    database.close()
    found = lines(mine, CRITICAL)
    assert any(one.startswith("file no silenced by silence ") for one in found), found


def test_an_alert_that_is_none_is_said(desk: Desk) -> None:
    done = desk.run("route", "test", "nothing", *AT)
    assert done.exit_code == 1
    assert "list them with: havenwatch alerts" in done.output
