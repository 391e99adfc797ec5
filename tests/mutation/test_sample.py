from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.mutation.sample import Share, stratified

if TYPE_CHECKING:
    from tests.mutation.mutants import Mutant


@pytest.fixture
def of_file(tmp_path: Path) -> dict[str, list[Mutant]]:
    """Files with 40, 20 and 3 mutants."""
    # Loaded here, since it takes a second that every worker would spend.
    from tests.mutation.mutants import mutants_of

    found = {}
    for name, count in (("a", 40), ("b", 20), ("c", 3)):
        path = tmp_path / name
        path.write_text("def numbers():\n" + "    1\n" * count)
        found[name] = list(mutants_of(path))
    return found


@pytest.mark.slow
def test_each_file_gives_its_share(of_file: dict[str, list[Mutant]]) -> None:
    for seed in range(20):
        chosen = stratified(of_file, 21, random.Random(seed))
        counts = Counter(Path(one.path).name for one in chosen)
        assert len(chosen) == len(set(map(str, chosen))) == 21
        assert counts["a"] in {13, 14}
        assert counts["b"] in {6, 7}
        assert counts["c"] == 1


@pytest.mark.slow
def test_a_seed_repeats_the_sample_and_all_are_all(of_file: dict[str, list[Mutant]]) -> None:
    first, again, other = (
        list(map(str, stratified(of_file, 10, random.Random(seed)))) for seed in (1, 1, 2)
    )
    assert first == again != other
    assert len(set(map(str, stratified(of_file, 63, random.Random(3))))) == 63


def test_the_lower_end_of_the_interval_decides() -> None:
    """Newcombe (1998) has Wilson's interval of 81 in 263: 25.53 to 36.62%."""
    assert Share(81, 263, 10_000).interval_pct == pytest.approx((25.53, 36.62), abs=0.005)
    assert not Share(910, 1000, 10_000).is_enough
    assert Share(925, 1000, 10_000).is_enough
    assert str(Share(925, 1000, 10_000)) == (
        "925 of 1,000 mutants killed, a random sample of 10,000: 92.5%, "
        "95% interval of all 90.7 to 94.0%"
    )


def test_of_all_mutants_the_share_itself_decides() -> None:
    assert Share(9, 10, 10).is_enough
    assert not Share(89, 100, 100).is_enough
    assert str(Share(9, 10, 10)) == "9 of all 10 mutants killed: 90.0%"
