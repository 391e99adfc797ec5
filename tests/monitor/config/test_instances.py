"""Mistakes in built-in rules over other series: each is told where it is, with the fix."""

from __future__ import annotations

import pytest

from tests.monitor.config.test_desk_rules import check_mistake

INSTANCE = '[rules.mine]\ntitle = "Mine"\ntype = '
MISTAKES = (
    (f'{INSTANCE}"joint_seloff"', "rules.mine.type: unknown name 'joint_seloff'; did you mean"),
    (f'{INSTANCE}"haven_failure"', "rules.mine.type: unknown name 'haven_failure'; known are cond"),
    ('[rules.mine]\ntype = "joint_selloff"', "rules.mine.title: missing; set it"),
    (
        f'{INSTANCE}"joint_selloff"\nbond = "ust30"',
        "rules.mine.bond: unknown name 'ust30'; did you mean 'ust30y'?",
    ),
    (
        f'{INSTANCE}"joint_selloff"\nbond = "spx"',
        "rules.mine.bond: spx is in index; name a series in pct",
    ),
    (
        f'{INSTANCE}"joint_selloff"\ndollar = "ust10y"',
        "rules.mine.dollar: ust10y is in pct; name a series in index or ratio",
    ),
    (
        f'{INSTANCE}"joint_selloff"\nbond = "acm_y10y"',
        "rules.mine.bond: acm_y10y is re-estimated at each release; name a series of closes",
    ),
    (
        f'{INSTANCE}"joint_selloff"\nequity = "dxy"',
        "rules.mine.dollar: 'dxy' is the equity leg too; name another series",
    ),
    (
        f'{INSTANCE}"joint_selloff"\nbonds = "ust30y"',
        "rules.mine.bonds: unknown name 'bonds'; did you mean 'bond'?",
    ),
    (
        f'{INSTANCE}"joint_selloff"\nrule_id = "x"',
        "rules.mine.rule_id: is the block's name; leave it out",
    ),
    (
        f'{INSTANCE}"joint_selloff"\ninhibited_by = ["x"]',
        "rules.mine.inhibited_by: unknown name 'x'; known are",
    ),
    (f'{INSTANCE}"foreign_net_sales"', "rules.mine.areas: missing; set it"),
    (
        f'{INSTANCE}"foreign_net_sales"\nareas = ["Canda"]',
        "rules.mine.areas.0: 'Canda' is no area of TIC; did you mean 'Canada'?",
    ),
    (
        f'{INSTANCE}"foreign_net_sales"\nareas = ["Japan", "Xyzzy"]',
        "rules.mine.areas.1: 'Xyzzy' is no area of TIC; take a name that `havenwatch tic` has",
    ),
    (
        f'{INSTANCE}"foreign_net_sales"\nareas = []',
        "rules.mine.areas: expected 1 or more in the list, got []; correct the value",
    ),
    (
        '[rules.joint_selloff]\nbond = "ust30y"',
        "rules.joint_selloff.bond: unknown name 'bond'",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MISTAKES, ids=lambda one: one[-40:])
def test_a_mistake_is_told_with_its_path_and_what_to_do(text: str, expected: str) -> None:
    check_mistake(text, expected)
