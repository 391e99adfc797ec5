"""What is installed where there is no checkout: the files of the package, and its licence."""

from __future__ import annotations

import re
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = ("monitor", "state", "alerts", "rules")
IMPORT = re.compile(r"^ *(?:from (\w+)[\w.]* import |import (\w+))", re.MULTILINE)
# They carry files that are read, not imported.
ONLY_DATA = {"lwcharts", "tzdata"}
# Parts of the packages that bring them and name them in what they give: Flask, Jinja, pydantic.
PARTS = {"markupsafe", "pydantic-core", "werkzeug"}


def test_every_file_beside_the_code_is_in_the_package() -> None:
    data = PYPROJECT["tool"]["setuptools"]["package-data"]
    globs = [
        f"{package.replace('.', '/')}/{one}" for package, named in data.items() for one in named
    ]
    found = [
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    ]
    assert len(found) > 30
    assert [one for one in found if not any(fnmatch(one, glob) for glob in globs)] == []


def test_the_licence_is_the_one_that_is_named() -> None:
    assert PYPROJECT["project"]["license"] == "Apache-2.0"
    assert PYPROJECT["project"]["license-files"] == ["LICENSE", "NOTICE"]
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert text.rstrip().endswith("limitations under the License.")
    assert (ROOT / "NOTICE").read_text(encoding="utf-8").startswith("havenwatch\nCopyright")


def imported(path: Path) -> set[str]:
    """The packages outside this project and the standard library that a module imports."""
    found = {"".join(one) for one in IMPORT.findall(path.read_text(encoding="utf-8"))}
    ours = {*ROOMS, *sys.stdlib_module_names, "_typeshed"}
    return {name.replace("_", "-") for name in found - ours}


def test_what_it_requires_is_what_it_imports_and_no_more() -> None:
    named = PYPROJECT["project"]
    required = {Requirement(one).name for one in named["dependencies"]}
    extras = named["optional-dependencies"]
    optional = {Requirement(one).name for key in extras if key != "dev" for one in extras[key]}
    demo = ROOT / "monitor" / "demo"
    modules = {path: imported(path) for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    running = set().union(*(found for path, found in modules.items() if demo not in path.parents))
    assert required - ONLY_DATA - running == set()
    assert set().union(*modules.values()) - required - optional - PARTS == set()
    assert running & {Requirement(one).name for one in extras["demo"]} == set()
