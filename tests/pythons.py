"""The tests on every Python that havenwatch is for, as far as they are on this machine.

`python -m tests.pythons [PYTHON]... [-- PYTEST ARGUMENTS]`: names or paths of interpreters, else
those of 3.11 to 3.14 that are found, by name and where pyenv keeps them. Each gets an environment
of its own in `build/pythons`, from the lock alone; a version that is not here is named.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import click

ROOT: Final = Path(__file__).resolve().parents[1]
VERSIONS: Final = ("3.11", "3.12", "3.13", "3.14")
PYENV: Final = Path.home() / ".pyenv" / "versions"
ASK: Final = "import sys; print('%d.%d' % sys.version_info[:2])"
UV: Final = str(Path(sys.executable).with_name("uv"))
# Tests leave databases to the garbage collector, of which Python warns since 3.13; Hypothesis warns
# of a generator of its own on 3.14, and Python up to 3.12.3 of `?1` in SQL, by mistake (gh-117995).
LEFT_ALONE: Final = (
    "-W", "ignore::pytest.PytestUnraisableExceptionWarning",
    "-W", "ignore:Binding:DeprecationWarning",
    "-W", "ignore::hypothesis.errors.HypothesisWarning",
)  # fmt: skip
ROOMS: Final = ("monitor", "state", "alerts", "rules", "tests")


def version_of(python: str) -> str | None:
    """`3.13`, or None where that is no Python that runs."""
    try:
        done = subprocess.run([python, "-c", ASK], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def found() -> dict[str, str]:
    """The interpreter of each version that is here."""
    pythons = dict[str, str]()
    for version in VERSIONS:
        kept = sorted(PYENV.glob(f"{version}.*/bin/python"))
        for python in (f"python{version}", *map(str, kept)):
            if version_of(python) == version:
                pythons[version] = python
    return pythons


def passes(version: str, python: str, arguments: list[str]) -> bool:
    """Whether all is installed from the lock, compiles without a warning, and passes."""
    folder = ROOT / "build" / "pythons" / version
    lock = [
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
        "-r",
        "requirements-dev.lock",
    ]
    own = str(folder / "bin" / "python")
    # The project itself is found by its folder, in which these run.
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(folder / "cache")}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    steps = [
        [UV, "venv", "--quiet", "--clear", "--python", python, str(folder)],
        [UV, "pip", "install", "--quiet", "--python", own, *lock],
        [own, "-W", "error", "-m", "compileall", "-q", "-f", *ROOMS],
        [own, "-m", "pytest", *LEFT_ALONE, *arguments],
    ]
    return all(subprocess.run(s, cwd=ROOT, env=environ, check=False).returncode == 0 for s in steps)


def main(words: list[str]) -> int:
    """The exit code."""
    at = words.index("--") if "--" in words else len(words)
    named = {version_of(one) or one: one for one in words[:at]}
    pythons = named or found()
    outcomes = {
        version: passes(version, python, words[at + 1 :]) for version, python in pythons.items()
    }
    for version in sorted({*VERSIONS, *outcomes}):
        said = {True: "passed", False: "FAILED", None: "not on this machine"}[outcomes.get(version)]
        click.echo(f"{version}: {said}")
    return 0 if outcomes and all(outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
