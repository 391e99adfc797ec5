"""Whether an SBOM names every package that is installed, and no other: `make sbom`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.licences import ROOT, locked


def problems(listed: Path) -> Iterator[str]:
    """What is wrong with it, a sentence each."""
    found: dict[str, Any] = {
        canonicalize_name(one["name"]): one
        for one in json.loads(listed.read_text("utf-8"))["components"]
    }
    wanted = _pinned()
    yield from (f"{name} is in the lock and not listed" for name in wanted.keys() - found)
    yield from (f"{name} is listed and not in the lock" for name in found.keys() - wanted)
    for name in sorted(wanted.keys() & found):
        one = found[name]
        if one.get("version") != wanted[name]:
            yield f"{name} is listed as {one.get('version')}, expected {wanted[name]}"
        if not one.get("purl"):
            yield f"{name} is listed without its origin"


def _pinned() -> dict[str, str]:
    """The version of each package that this machine installs."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    lines = re.findall(r"^([A-Za-z0-9][^\\\n]*?) *\\?$", text, re.MULTILINE)
    pins = {canonicalize_name(one.name): str(one.specifier) for one in map(Requirement, lines)}
    return {name: pins[name].removeprefix("==") for name in map(canonicalize_name, locked())}


if __name__ == "__main__":
    found = [*problems(Path(sys.argv[1]))]
    for line in found:
        print(line)  # noqa: T201
    sys.exit(1 if found else 0)
