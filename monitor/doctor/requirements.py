"""What the installation asks for: by the checkout's own files where there is one, as what pip
noted may be older, else by what pip noted."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from packaging.requirements import Requirement

ROOT: Final = Path(__file__).parents[2]
PROGRAM: Final = "havenwatch"
LOCKED: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def python_range(root: Path = ROOT) -> str:
    """The versions of Python it runs on, as `>=3.11`."""
    own = _project(root)
    return str(own["requires-python"] if own else metadata.metadata(PROGRAM)["Requires-Python"])


def requirements(root: Path = ROOT) -> list[Requirement]:
    """The packages that it needs here, without those of its extras."""
    from packaging.requirements import Requirement

    own = _project(root)
    texts = own["dependencies"] if own else metadata.requires(PROGRAM) or ()
    every = [Requirement(text) for text in texts]
    return [one for one in every if one.marker is None or one.marker.evaluate({"extra": ""})]


def locked_versions(root: Path = ROOT) -> dict[str, str]:
    """The versions that it was tested with, by package; empty where there is no checkout."""
    path = root / "requirements.lock"
    return dict(LOCKED.findall(path.read_text(encoding="utf-8"))) if path.exists() else {}


@cache
def _project(root: Path) -> dict[str, Any]:
    """The project's own table in a checkout; empty elsewhere."""
    path = root / "pyproject.toml"
    if not path.exists():
        return {}
    project: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {})
    return project if project.get("name") == PROGRAM else {}
