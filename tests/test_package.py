"""What is installed where there is no checkout: the files of the package, and its licence."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_file_beside_the_code_is_in_the_package() -> None:
    data = PYPROJECT["tool"]["setuptools"]["package-data"]
    globs = [
        f"{package.replace('.', '/')}/{one}" for package, named in data.items() for one in named
    ]
    found = [
        str(path.relative_to(ROOT))
        for room in ("monitor", "state", "alerts", "rules")
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
