"""Known weaknesses of every package that is installed: `make audit`.

OSV is asked, and where it cannot be, PyPI. That nobody could be asked is no sign that nothing is
known, and is said apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.licences import ROOT

TOOL: Final = ROOT / "build" / "tools" / "bin" / "pip-audit"
SERVICES: Final = (("--vulnerability-service", "osv"), ("--vulnerability-service", "pypi"))
LOCK: Final = "requirements.lock"
TIMEOUT_S: Final = 300
KNOWN, UNASKED = 1, 3
# Before CI's last line, so that nobody takes silence for an answer.
LOUD: Final = "NOT AUDITED"


@dataclass(frozen=True)
class Audit:
    """What a service knows of the packages: lines on those that are weak. `unasked` says why it is
    not known of all of them; empty where it is."""

    weak: tuple[str, ...] = field(default=())
    unasked: str = ""
    packages: int = 0


def main(words: Sequence[str], ask: Callable[[Sequence[str]], Audit] | None = None) -> int:
    """Print what is known, as each service is asked in turn; 0 for nothing, KNOWN, or UNASKED where
    a package could not be asked about. With `--unasked-passes` that is 0 as well, and said all the
    same."""
    services = [tuple(one for one in words if one != "--unasked-passes")]
    found = Audit()
    for service in services if services[0] else SERVICES:
        found = (ask or audited)(service)
        if found.weak or not found.unasked:
            break
        print(f"{service[1]} could not be asked: {found.unasked}")  # noqa: T201
    for line in found.weak:
        print(f"WEAK {line}")  # noqa: T201
    if found.weak:
        return KNOWN
    if found.unasked:
        print(f"{LOUD}: nobody could be asked for weaknesses of {LOCK}; run: make audit")  # noqa: T201
        return 0 if "--unasked-passes" in words else UNASKED
    print(f"{found.packages} packages of {LOCK}, nothing is known of any")  # noqa: T201
    return 0


def audited(service: Sequence[str]) -> Audit:
    """What one service knows of the packages of the lock."""
    how = ["--disable-pip", "--no-deps", "--progress-spinner", "off", "--format", "json"]
    command = [str(TOOL), *how, *service, "-r", LOCK]
    try:
        made = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return Audit(unasked=f"no answer in {TIMEOUT_S} s")
    return read_audit(made.stdout, made.stderr)


def read_audit(said: str, errors: str) -> Audit:
    """What pip-audit said. It exits with 1 for a weakness as for a service that is not there; only
    of packages that it asked about it writes JSON."""
    try:
        packages: list[dict[str, Any]] = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit(unasked=(errors.strip().splitlines() or ["it said nothing"])[-1][:300])
    skipped = [f"{one['name']} ({one['skip_reason']})" for one in packages if "skip_reason" in one]
    weak = tuple(line for one in packages for line in _weaknesses(one))
    return Audit(weak, "; ".join(skipped)[:300], len(packages))


def _weaknesses(package: dict[str, Any]) -> Iterator[str]:
    for one in package.get("vulns", []):
        fixed = ", ".join(one.get("fix_versions", [])) or "no version yet"
        yield f"{package['name']} {package['version']}: {one['id']}, mended in {fixed}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
