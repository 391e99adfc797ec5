"""The licences of what is installed with havenwatch, in docs/licences.md: `make licences`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from email.message import Message

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "licences.md"
BEGINS: Final = "| package | licence |\n|---|---|\n"
# What packages without an SPDX expression say, and the expression; by their own licence file.
SPDX: Final = {
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Public Domain": "CC0-1.0",
    "Zope Public License": "ZPL-2.1",
}
# Each lets a bank use and pass on the program as it is. What asks for more is decided by a person.
ACCEPTED: Final = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "MIT", "MIT-CMU", "MPL-2.0",
    "PSF-2.0", "Python-2.0", "ZPL-2.1", "Zlib",
}  # fmt: skip


def locked() -> list[str]:
    """The packages of requirements.lock that this machine installs, by their names."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    lines = re.findall(r"^([A-Za-z0-9][^\\\n]*?) *\\?$", text, re.MULTILINE)
    found = [Requirement(line) for line in lines]
    return sorted(
        canonicalize_name(one.name) for one in found if one.marker is None or one.marker.evaluate()
    )


def licence_of(package: str) -> str:
    """The SPDX expression of an installed package's licence. Raises ValueError for one that says
    none that is known here."""
    said = cast("Message", metadata(package))
    if expression := said.get("License-Expression"):
        return str(expression)
    named = [
        line.rpartition(" :: ")[2]
        for line in said.get_all("Classifier", [])
        if line.startswith("License :: ")
    ]
    plain = " ".join((said.get("License") or "").split())
    names = [plain] if plain in ACCEPTED else [SPDX.get(one, one) for one in [*named, plain]]
    found = list(dict.fromkeys(one for one in names if one in ACCEPTED))
    if not found:
        got = plain[:60] or named or "none"
        raise ValueError(
            f"{package}: expected a licence of tests/licences.py, got {got}; "
            "read its licence file, then add it there or take another package"
        )
    return " OR ".join(found)


def parts_of(expression: str) -> set[str]:
    """The licences that an SPDX expression names."""
    return set(re.findall(r"[A-Za-z0-9][\w.+-]*", expression)) - {"AND", "OR", "WITH"}


def rows() -> Iterator[str]:
    """A row of the table a package."""
    for package in locked():
        yield f"| {package} | {licence_of(package)} |\n"


def main() -> int:
    """Write the table anew; 1 where a package is missing or says no known licence."""
    try:
        table = "".join(rows())
    except (PackageNotFoundError, ValueError) as error:
        print(f"licences: {error}", file=sys.stderr)  # noqa: T201
        return 1
    before, begins, _ = PAGE.read_text(encoding="utf-8").partition(BEGINS)
    PAGE.write_text(before + begins + table, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
