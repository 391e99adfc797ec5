from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.mutation.mutants import Mutant

pytestmark = pytest.mark.slow

SOURCE = """
from __future__ import annotations


def half_of(number: int, *, by: int = 2) -> float:
    return number / by


def pairs(one: list[str], other: list[str]) -> list[tuple[str, str]]:
    return list(zip(one, other, strict=True))


class Move:
    @staticmethod
    def fell(size: int) -> bool:
        if size < 0:
            return True
        return False
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    (tmp_path / "changed_by_mutants.py").write_text(SOURCE)
    (tmp_path / "pyproject.toml").write_text("[tool.mutmut]\nsource_paths = ['.']\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "changed_by_mutants", raising=False)
    return importlib.import_module("changed_by_mutants")


def mutants() -> list[Mutant]:
    # Loaded here, since it takes a second that every worker would spend.
    from tests.mutation.mutants import mutants_of

    return list(mutants_of(Path("changed_by_mutants.py")))


def mutant(change: str) -> Mutant:
    found = [one for one in mutants() if f"+{change}" in one.diff()]
    assert len(found) == 1
    return found[0]


def test_a_function_that_was_imported_before_runs_the_changed_code(module: ModuleType) -> None:
    half_of = module.half_of
    mutant("    return number * by").apply()
    assert half_of(10) == 20


def test_a_default_is_changed(module: ModuleType) -> None:
    mutant("def half_of(number: int, *, by: int = 3)").apply()
    assert module.half_of(12) == 4


def test_a_method_is_changed_in_its_class(module: ModuleType) -> None:
    found = mutant("    if size <= 0:")
    assert str(found).startswith("changed_by_mutants.py Move.fell #")
    assert found.diff().splitlines()[0] == "-    if size < 0:"
    found.apply()
    assert module.Move().fell(0)


def test_the_tests_of_a_mutant_are_those_that_reach_its_statement(module: ModuleType) -> None:
    lines = SOURCE.splitlines()
    (line,) = mutant("    return number * by").lines
    assert lines[line - 1] == "    return number / by"
    (line,) = mutant("    if size <= 0:").lines
    assert lines[line - 1] == "        if size < 0:"
    assert {
        lines[one - 1][:4] for one in mutant("def half_of(number: int, *, by: int = 3)").lines
    } == {
        "def ",
        "    ",
    }


def test_what_zip_checks_is_not_mutated(module: ModuleType) -> None:
    found = [
        one.diff().splitlines()[-1].removeprefix("+    return ")
        for one in mutants()
        if one.qualname == "pairs"
    ]
    assert found == [
        "list(None)",
        "list(zip(None, other, strict=True))",
        "list(zip(one, None, strict=True))",
        "list(zip(other, strict=True))",
        "list(zip(one, strict=True))",
    ]
