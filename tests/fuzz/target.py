"""What can be fuzzed: a name, the code that reads some bytes, and the bytes to begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Final

import tests.fuzz.targets as files

REGRESSIONS: Final = Path(__file__).parent / "regressions"
# What the harness looks for in whatever a target hands back.
SECRET: Final = "xoxb-9w8e7r6t5y4u3i2o1p"


@dataclass(frozen=True)
class Target:
    """One reader of bytes from outside.

    `run` calls it: the errors that it documents are part of its answer, every other one is a
    failure, and so is a false `assert` about what it gave. `seeds` are inputs as they usually come,
    `words` what a mutation may insert; `modules` are what it is there to try. One input may take
    `most_s` of a processor; `share` is its part of the time of all, of which most have one.
    """

    name: str
    run: Callable[[bytes], object]
    seeds: Callable[[], Iterator[bytes]]
    modules: tuple[str, ...]
    words: tuple[str, ...] = ()
    most_s: float = 2.0
    share: float = 1.0
    most_bytes: int = 4096

    @property
    def files(self) -> tuple[str, ...]:
        """The files of its modules, from the root of the project."""
        return tuple(f"{name.replace('.', '/')}.py" for name in self.modules)

    @cached_property
    def regressions(self) -> list[Path]:
        """Inputs on which it once failed."""
        return sorted((REGRESSIONS / self.name).glob("*"))


@cache
def targets() -> dict[str, Target]:
    """Every target by its name: those that the files in `targets` make."""
    made = [one for module in _modules() for one in module.targets()]
    found = {one.name: one for one in made}
    assert len(found) == len(made), "two targets have one name"
    return found


def _modules() -> Iterator[ModuleType]:
    for found in iter_modules(files.__path__):
        yield import_module(f"{files.__name__}.{found.name}")
