"""Which definition of its rule opened an alert, and which is in force."""

from __future__ import annotations

import re
from pathlib import Path

from state.database import Database
from tests.desk import AT, CRITICAL, Desk


def explained(desk: Desk) -> str:
    done = desk.run("explain", CRITICAL, *AT)
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def test_the_same_one_is_said_once(desk: Desk) -> None:
    assert re.search(r"Definition [0-9a-f]{10}, the one in force\.", explained(desk))


def test_both_are_said_where_the_rule_was_changed_since(desk: Desk, tmp_path: Path) -> None:
    mine = desk.copy(tmp_path)
    text = mine.config.read_text(encoding="utf-8") if mine.config.exists() else ""
    changed = f"{text}\n[rules.joint_selloff]\nwarning_weakest_leg_sd = 0.6\n"
    mine.config.write_text(changed, encoding="utf-8")
    found = re.search(r"Definition (\w+) opened the alert; (\w+) is in force", explained(mine))
    assert found is not None
    assert found[1] != found[2]


def test_one_that_was_not_stored_is_said(desk: Desk, tmp_path: Path) -> None:
    mine = desk.copy(tmp_path)
    database = Database(mine.path)
    with database.immediate() as connection:
        connection.execute("UPDATE transitions SET definition = ''")
    database.close()
    assert "in force; that which opened the alert was not stored." in explained(mine)


def test_a_part_of_an_id_is_enough(desk: Desk) -> None:
    rule, subject, _ = CRITICAL.split("/")
    known = [one for one in desk.run("alerts", "--rule", rule).output.split() if "/" in one]
    part = f"{rule}/{subject}"
    done = desk.run("explain", part, *AT)
    assert done.exit_code == (0 if len(known) == 1 else 1)
    assert len(known) == 1 or "use one of them" in done.output
