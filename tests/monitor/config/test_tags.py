"""Tags of rules: where they are read, who is chosen by them, and what a receiver hears of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.config.changes import changed_blocks
from monitor.config.load import Config, build
from monitor.deliver.message_builder import MessageBuilder
from tests.monitor.evaluate.desk import AT, ZONE, Desk, jump

OWN = {
    "type": "conditions",
    "title": "Mine",
    "all": [{"series": "spx", "change_pct": 1, "below_pct": -5}],
}


def config(**rules: dict[str, Any]) -> Config:
    return build({"rules": rules}, {}, Path())


def test_rules_of_every_kind_may_have_some_and_none_is_the_default() -> None:
    found = config(
        mine={**OWN, "tags": ["a", "b", "a"]},
        long_bond={"type": "joint_selloff", "title": "30-year", "bond": "ust30y", "tags": ["us"]},
        joint_selloff={"tags": ["havens"]},
    )
    assert found.tags == {"mine": ("a", "b"), "long_bond": ("us",), "joint_selloff": ("havens",)}
    assert config(mine=OWN).tags == {}
    assert found.rules["mine"] == config(mine=OWN).rules["mine"]


def test_developing_alerts_have_the_tags_of_those_at_the_close() -> None:
    terms = config(joint_selloff={"tags": ["havens"]}).terms
    assert terms.tags["developing_joint_selloff"] == ("havens",)


def test_a_reload_says_whose_tags_have_changed() -> None:
    before = config(mine={**OWN, "tags": ["a"]})
    after = config(mine={**OWN, "tags": ["b"]}, joint_selloff={"tags": ["havens"]})
    assert changed_blocks(before, after) == ["tags.joint_selloff added", "tags.mine changed"]


@pytest.mark.parametrize("tags", [(), ("rates", "desk")])
def test_a_message_names_the_tags_of_its_rule_for_programs(tags: tuple[str, ...]) -> None:
    desk = Desk()
    desk.see(jump())
    pages = MessageBuilder(desk.database, {}, ZONE, tags={"term_premium_jump": tags})
    (owed,) = desk.outbox.unsettled()
    about = pages.message(owed, AT, with_chart=False).about
    assert about is not None
    assert about.tags == tags
    desk.database.close()
