"""What is said of a name that is none of those known: the one meant, or ten of them at most."""

from __future__ import annotations

import pytest

from monitor.known_names import MOST_NAMED, did_you_mean, listed

RULES = ("joint_selloff", "gold_jump", "gold_fall", "term_premium_jump")
TIC = [f"tic.{code}.for_lt_treas_net" for code in range(40_000, 43_000)]


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("gold_jmp", RULES, "did you mean 'gold_jump'?"),
        ("gold.clse", (*TIC, "gold.close"), "did you mean 'gold.close'?"),
        ("gld_f*", RULES, "did you mean 'gold_fall'?"),
        ("*_sellof", RULES, "did you mean 'joint_selloff'?"),
        ("*m_jmp", RULES, "did you mean 'term_premium_jump'?"),
        ("auction", ("spx", "auction.note_2y.total"), "did you mean 'auction.note_2y.total'?"),
        ("colour", RULES, "known are gold_fall, gold_jump, joint_selloff, term_premium_jump"),
        ("*", RULES, "known are gold_fall, gold_jump, joint_selloff, term_premium_jump"),
        ("x", (), "there are none"),
    ],
)
def test_the_name_meant_or_those_known(name: str, known: tuple[str, ...], expected: str) -> None:
    assert did_you_mean(name, known) == expected


def test_what_else_to_do_takes_the_place_of_a_list() -> None:
    assert did_you_mean("colour", RULES, "list them") == "list them"
    assert did_you_mean("gold_jmp", RULES, "list them") == "did you mean 'gold_jump'?"


def test_of_many_names_the_ten_nearest_are_listed() -> None:
    said = did_you_mean("boc-usd-bskt", [*TIC, "boc.usd_index", "custody_usd"])
    assert said.startswith("known are boc.usd_index, custody_usd, ")
    assert said.endswith(" and 2,992 more")
    assert said.count(",") == MOST_NAMED


def test_ten_names_are_listed_in_their_order() -> None:
    assert listed([*"jihgfedcba"], "a") == "j, i, h, g, f, e, d, c, b, a"
    assert listed([*"kjihgfedcba"], "a").startswith("a, ")
