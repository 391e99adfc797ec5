"""The first copy is made in parts, and goes on where it was cut short."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from state.copying import Copying
from state.database import Database
from state.followed_database import FollowedDatabase
from state.following import Following
from tests.monitor.follow.desks import BEGAN, NUMBERS, VINTAGES, Desks, differing

MANY = 60


class Killed(BaseException):
    """What a kill is to the code that it strikes."""


def many_vintages(desks: Desks) -> None:
    """A database with a vintage of two numbers an hour, which nobody has followed yet."""
    desks.lead(BEGAN)
    with closing(sqlite3.connect(desks.leader_path)) as connection, connection:
        for number in range(3, MANY):
            connection.execute(
                "INSERT INTO vintages SELECT ?, dataset, urls, sha256 || ?1, published_at,"
                " fetched_at, known_at, known_basis, is_whole, rows_kept, tail_from, NULL"
                " FROM vintages WHERE vintage_id = 1",
                (number,),
            )
            connection.execute(
                "INSERT INTO observations SELECT series_key, period_end, ?1, known_at, value + ?1"
                " FROM observations WHERE vintage_id = 1 LIMIT 2",
                (number,),
            )


def test_a_kill_between_two_parts_loses_nothing_and_copies_nothing_twice(desks: Desks) -> None:
    many_vintages(desks)
    own, told = Database(desks.path), list[tuple[int, int]]()
    copying = Copying(own, {}, most_numbers=40)

    def die_after(parts: int) -> None:
        left = iter(range(parts))

        def refuse() -> None:
            if next(left, None) is None:
                raise Killed

        with FollowedDatabase(desks.leader_path).state() as other:
            copying.copy(other, BEGAN, lambda _: None, lambda *of: told.append(of), refuse)

    for parts in (0, 1):
        with pytest.raises(Killed):
            die_after(parts)
        progress = Following(own).progress()
        assert progress is not None
        assert progress.known_through is None  # so no rule begins with a part
    die_after(MANY)
    progress = Following(own).progress()
    assert progress is not None
    assert (progress.copied_through, progress.known_through) == (MANY - 1, BEGAN)
    assert differing(desks.leader_path, desks.path, NUMBERS, VINTAGES) == []
    assert len(told) > 3
    assert told[-1][0] == told[-1][1]
    own.close()


def test_no_rule_decides_before_all_is_here(desks: Desks) -> None:
    many_vintages(desks)
    steps: list[str] = []

    def die(step: str) -> None:
        steps.append(step)
        if step == "copied":
            raise Killed

    desks.follower.close()
    desks.follower = desks.new_follower(die)
    with pytest.raises(Killed):
        desks.follow(BEGAN)
    desks.follower.close()
    desks.follower = desks.new_follower()
    desks.follow(BEGAN)
    assert "decide" not in steps
    assert differing(desks.leader_path, desks.path, NUMBERS, VINTAGES) == []
