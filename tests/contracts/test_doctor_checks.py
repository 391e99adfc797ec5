"""What every check of `doctor` keeps to, found by its file."""

from __future__ import annotations

import pkgutil
from pathlib import Path

import pytest

from monitor.doctor import checks
from monitor.doctor.check import Check, Group
from monitor.doctor.examine import check_types

EVERY = pytest.mark.parametrize("cls", check_types().values(), ids=list(check_types()))


def test_every_file_has_one_check() -> None:
    files = {one.name for one in pkgutil.iter_modules(checks.__path__)}
    assert set(check_types()) == files


@EVERY
def test_a_check_is_named_after_its_file_and_says_what_it_finds_out(cls: type[Check]) -> None:
    assert cls.__module__ == f"{checks.__name__}.{cls.name}"
    assert isinstance(cls.group, Group)
    assert (cls.__doc__ or "").strip()


@EVERY
def test_a_check_is_short(cls: type[Check]) -> None:
    path = Path(checks.__path__[0]) / f"{cls.name}.py"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 160


@EVERY
def test_what_talks_to_the_outside_can_be_left_out(cls: type[Check]) -> None:
    asks = "OutboundCall" in (Path(checks.__path__[0]) / f"{cls.name}.py").read_text("utf-8")
    assert cls.asks_outside or not asks
    assert cls.asks_outside == (cls.group is Group.OUTSIDE or cls.is_last)
