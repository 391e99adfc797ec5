"""What is installed is pinned to its bytes: the locks have all that is asked for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]
ASKED = {
    "requirements.lock": PROJECT["project"]["dependencies"] + EXTRAS["demo"],
    "requirements-dev.lock": [
        *PROJECT["project"]["dependencies"],
        *(asked for extra in EXTRAS.values() for asked in extra),
    ],
    **{f"requirements-{name}.lock": asked for name, asked in GROUPS.items()},
}
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def locked(name: str) -> dict[str, Requirement]:
    """Each package of a lock. Every line is a package with a version, or a hash of one."""
    found: dict[str, Requirement] = {}
    for entry in (ROOT / name).read_text().replace("\\\n", " ").splitlines():
        words, *hashes = re.split(r"\s+(?=--hash)", entry.strip())
        assert hashes, f"{words} has no hash; write the lock with: make lock"
        assert all(HASH.fullmatch(one) for one in hashes)
        package = Requirement(words)
        (pin,) = package.specifier
        assert pin.operator == "=="
        found[canonicalize_name(package.name)] = package
    return found


@pytest.mark.parametrize("name", ASKED)
def test_a_lock_has_all_that_is_asked_for_and_what_builds_it(name: str) -> None:
    packages = locked(name)
    builds = [] if ASKED[name] in GROUPS.values() else PROJECT["build-system"]["requires"]
    for asked in ASKED[name] + builds:
        wanted = Requirement(asked)
        found = packages[canonicalize_name(wanted.name)]
        (pin,) = found.specifier
        assert wanted.specifier.contains(pin.version), f"{asked}: {found}; run: make lock"


@pytest.mark.parametrize("name", ASKED)
def test_a_lock_has_the_versions_that_are_tested(name: str) -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    packages = locked(name)
    for pin in pins:
        found = packages.get(canonicalize_name(pin.name))
        assert found is None or found.specifier == pin.specifier, f"{pin}: {found}; run: make lock"


def test_one_machine_installs_the_same_for_the_program_as_for_developers() -> None:
    program, developer, *_ = (locked(name) for name in ASKED)
    assert {name: str(one) for name, one in program.items()}.items() <= {
        name: str(one) for name, one in developer.items()
    }.items()


def test_make_installs_nothing_without_its_hash() -> None:
    made = (ROOT / "Makefile").read_text().replace("\\\n", "")
    for name in ("INSTALL", "SEPARATE"):
        (text,) = re.findall(rf"^{name} = (.*)$", made, re.MULTILINE)
        made = re.sub(rf"^{name} = .*$", "", made, flags=re.MULTILINE).replace(f"$({name})", text)
    installing = re.findall(r"^(?!PIP).*((?:\$\(PIP\)|uv pip install).*)$", made, re.MULTILINE)
    locked_pip, project, *by_uv = (line.split() for line in installing)
    assert {"--require-hashes", "--no-deps", "-r"} <= set(locked_pip)
    assert {"--no-deps", "--no-build-isolation", "-e"} <= set(project)
    for uv in by_uv:
        assert {"--require-hashes", "--no-deps"} <= set(uv)
    assert {line[line.index("-r") + 1] for line in by_uv} == set(ASKED)
