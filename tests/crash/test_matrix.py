"""A few kills and answers of the crash matrix; CI makes one of each kind, `make matrix` all."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.answers import count_kept
from tests.crash.boundaries import PROGRAM
from tests.crash.matrix import Case, Matrix, each_kind, kind
from tests.crash.script import SETTLED_AT
from tests.crash.world import World


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)
    with World(tmp_path_factory.mktemp("crash") / "world") as world:
        yield Matrix(world)


@pytest.mark.slow
def test_the_day_has_every_kind_of_change_and_hundreds_of_places_to_die(matrix: Matrix) -> None:
    stored = matrix.expected[f"tick {SETTLED_AT}"].stored
    assert {row[1] for row in stored["transitions"]} == {
        "opened",
        "confirmed",
        "worsened",
        "revised",
        "withdrawn",
        "resolved",
        "reminder",
        "acknowledged",
        "flapped",
        "past",
        "settled",
    }
    assert {row[1] for row in stored["withheld"]} == {"silenced", "flapping", "inhibited"}
    assert {row[2] for row in stored["deliveries"]} == {"sent"}
    assert any(row[3] for row in stored["deliveries"])
    cases = matrix.cases()
    assert len(cases) >= 200
    assert {one.actor for one in cases} == {PROGRAM, "slack", "hook", "mail", "duty"}
    assert {one.what.split()[0] for one in cases} == {"sql", "socket"}


@pytest.mark.slow
def test_the_sample_of_ci_meets_every_kind_of_boundary(matrix: Matrix) -> None:
    cases = matrix.cases()
    chosen = each_kind(cases)
    assert {kind(one) for one in chosen} == {kind(one) for one in cases}
    assert len(chosen) == len({kind(one) for one in cases}) >= 60
    # What a kind is made of: a change of each table, and each call of each receiver's socket.
    assert {what.split()[0] for _, _, what in map(kind, cases)} == {
        *("INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "SAVEPOINT", "RELEASE"),
        *("sql", "socket"),
    }


# Of each that acts the one boundary after which nobody knows what has arrived.
MOST_OPEN = {
    (PROGRAM, "sql COMMIT"),
    ("slack", "socket recv_into"),
    ("hook", "socket sendall"),
    ("mail", "socket tls recv_into"),
    ("duty", "UPDATE deliveries"),
}


@pytest.mark.slow
def test_a_kill_loses_nothing_and_repeats_nothing(matrix: Matrix) -> None:
    chosen = [one for one in each_kind(matrix.cases()) if kind(one)[1:] in MOST_OPEN]
    ticks: list[Case] = [one for one in chosen if kind(one)[0] == "tick"]
    assert len(ticks) == len(MOST_OPEN)
    outcomes = [matrix.check(case) for case in ticks]
    assert [f"{one.case}: {one.problem}" for one in outcomes if one.problem] == []


@pytest.mark.slow
def test_an_answer_is_kept_when_its_command_has_returned(tmp_path: Path) -> None:
    kept = count_kept(tmp_path, 5, power_cut=False)
    assert kept == {"acknowledgements": 5, "silences": 5}


needs_cc = pytest.mark.skipif(
    shutil.which("cc") is None,
    reason="a power cut is simulated with a C compiler, and there is none (cc)",
)


@pytest.mark.slow
@needs_cc
def test_a_power_cut_while_the_database_is_made_keeps_no_later_start_from_it(
    tmp_path: Path,
) -> None:
    with World(tmp_path / "world", power_cut=True) as world:
        new = world.snapshot("new")
        for number in (1, 19, 99, 179):
            world.restore(new)
            assert world.run("tick 09:00", (PROGRAM, number))["signal"]
            assert world.run("recover 09:00")["exit"] == 0


@pytest.mark.slow
@pytest.mark.sweep
@needs_cc
def test_an_answer_is_on_the_disk_when_its_command_has_returned(tmp_path: Path) -> None:
    kept = count_kept(tmp_path, 3, power_cut=True)
    assert kept == {"acknowledgements": 3, "silences": 3}


@pytest.fixture(scope="module")
def session_matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)
    with World(tmp_path_factory.mktemp("crash") / "session", is_session=True) as world:
        yield Matrix(world)


@pytest.mark.slow
def test_a_session_has_every_kind_of_developing_change(session_matrix: Matrix) -> None:
    stored = session_matrix.expected["tick 2025-04-11 09:31"].stored
    name = "developing_joint_selloff"
    changes = [row[1] for row in stored["transitions"] if str(row[0]).startswith(name)]
    assert changes == [
        "opened",
        "worsened",
        "resolved",
        "revised",
        "reminder",
        "confirmed",
    ]
    assert {row[2] for row in stored["deliveries"]} == {"sent"}
    assert len(session_matrix.cases()) >= 1000


@pytest.mark.slow
def test_a_kill_during_a_session_loses_nothing_and_repeats_nothing(session_matrix: Matrix) -> None:
    chosen = [one for one in each_kind(session_matrix.cases()) if kind(one)[1:] in MOST_OPEN]
    during = [one for one in chosen if kind(one)[0] == "session"]
    assert len(during) >= len(MOST_OPEN) - 1
    outcomes = [session_matrix.check(case) for case in during]
    assert [f"{one.case}: {one.problem}" for one in outcomes if one.problem] == []
