"""How often a case of many runs: with `make test`; in CI; or in a sweep, before a release."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import pytest

# More of what CI has a sample of.
SWEEP: Final = (pytest.mark.slow, pytest.mark.sweep)


def slow_below(folder: Path, items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The tests of a folder, all of them slow."""
    found = [one for one in items if one.path.is_relative_to(folder)]
    for one in found:
        one.add_marker(pytest.mark.slow)
    return found


def quick_where(
    is_quick: Callable[[Any], bool],
    cases: Iterable[Any],
    in_ci: Callable[[Any], bool] = lambda _: True,
) -> list[Any]:
    """All cases for `parametrize`, slow where they are not quick, and in a sweep where CI leaves
    them out; a tuple is several arguments."""
    return [
        case
        if is_quick(case)
        else pytest.param(
            *(case if isinstance(case, tuple) else (case,)),
            marks=pytest.mark.slow if in_ci(case) else SWEEP,
        )
        for case in cases
    ]
