"""A newcomer's first day: the wheel in an empty folder, with Python and a package registry."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from email import message_from_bytes
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from monitor.clock import SystemClock
from monitor.config.plugins import quote_types
from monitor.demo.server import Standins
from tests.alerts.slack_standin import SlackStandin
from tests.alive.manager import Manager
from tests.once import built_once
from tests.standins import more_publishers
from tests.support import toml_sources

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("monitor", "state", "alerts", "rules")
PATIENCE_S = 600
# As the tool that builds does, with the build system that the project names.
BUILD = "from setuptools import build_meta; build_meta.build_{}({!r})"

pytestmark = pytest.mark.slow


def ran(
    words: list[str], folder: Path, environ: Mapping[str, str] = os.environ, said: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        cwd=folder,
        env=environ,
        input=said,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def new_python(folder: Path, *options: str) -> Path:
    """The programs of a new virtual environment."""
    ran([sys.executable, "-m", "venv", *options, str(folder)], ROOT).check_returncode()
    return folder / "bin"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the source distribution and the wheel that was built from it."""
    return built_once(tmp_path_factory, "built", build) / "out"


def build(folder: Path) -> None:
    named = ran(["git", "ls-files", "-z"], ROOT).stdout.split("\0")
    ran(["tar", "cf", str(folder / "tree.tar"), *filter(None, named)], ROOT).check_returncode()
    (folder / "tree").mkdir()
    ran(["tar", "xf", "../tree.tar"], folder / "tree").check_returncode()
    built = ran([sys.executable, "-c", BUILD.format("sdist", str(folder / "out"))], folder / "tree")
    assert built.returncode == 0, built.stdout + built.stderr
    (source,) = (folder / "out").glob("*.tar.gz")
    ran(["tar", "xf", str(source)], folder).check_returncode()
    unpacked = folder / source.name.removesuffix(".tar.gz")
    built = ran([sys.executable, "-c", BUILD.format("wheel", str(folder / "out"))], unpacked)
    assert built.returncode == 0, built.stdout + built.stderr


def needed(wheel: Path) -> dict[str, Distribution]:
    """What a wheel requires and what that requires in turn, from the packages that are here, each
    in a version that is wanted."""
    with zipfile.ZipFile(wheel) as opened:
        (name,) = (one for one in opened.namelist() if one.endswith(".dist-info/METADATA"))
        wanted = message_from_bytes(opened.read(name)).get_all("Requires-Dist", [])
    found: dict[str, Distribution] = {}
    for one in map(Requirement, wanted):
        _add(found, one, {""})
    return found


def _add(found: dict[str, Distribution], wanted: Requirement, extras: set[str]) -> None:
    if wanted.marker and not any(wanted.marker.evaluate({"extra": one}) for one in extras):
        return
    here = distribution(wanted.name)
    assert wanted.specifier.contains(here.version), f"{wanted}, got {here.version}"
    if wanted.name not in found or wanted.extras:
        found[wanted.name] = here
        for one in map(Requirement, here.requires or ()):
            _add(found, one, {"", *wanted.extras})


def link(packages: Iterable[Distribution], site: Path) -> None:
    """Have these packages in a folder of packages, and no others."""
    for package in packages:
        for name in {file.parts[0] for file in package.files or ()} - {"..", "__pycache__"}:
            if not (site / name).exists():
                (site / name).symlink_to(str(package.locate_file(name)))


def test_both_distributions_hold_every_file_of_the_rooms(built: Path) -> None:
    (wheel,), (source,) = built.glob("*.whl"), built.glob("*.tar.gz")
    in_wheel = set(zipfile.ZipFile(wheel).namelist())
    with tarfile.open(source) as opened:
        in_source = {name.partition("/")[2] for name in opened.getnames()}
    tracked = ran(["git", "ls-files", "-z", *ROOMS], ROOT).stdout.split("\0")
    wanted = set(filter(None, tracked))
    assert len(wanted) > 300
    assert wanted - in_wheel == set()
    assert wanted - in_source == set()
    licences = {Path(name).name for name in in_wheel if ".dist-info/licenses/" in name}
    assert licences == {"LICENSE", "NOTICE"}
    starter = zipfile.ZipFile(wheel).read("monitor/config/starting_config.toml")
    assert starter == (ROOT / "config.toml").read_bytes()


def test_python_alone_installs_it(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    programs = new_python(tmp_path / "venv", "--without-pip")
    # As pip would, in a fifth of the time.
    uv = str(Path(sys.executable).with_name("uv"))
    install = [uv, "pip", "install", "--quiet", "--python", str(programs / "python")]
    done = ran([*install, "--constraint", str(ROOT / "constraints.txt"), str(wheel)], ROOT)
    if done.returncode and re.search("dns error|error sending request", done.stderr):
        pytest.skip("no package registry can be reached from here")
    assert done.returncode == 0, done.stderr
    done = ran([str(programs / "havenwatch"), "config", "check"], tmp_path)
    assert "config.toml" in done.stdout + done.stderr


def test_an_empty_folder_becomes_a_running_monitor(built: Path, tmp_path: Path) -> None:
    """With the wheel and what it requires, linked from where the tests run, and nothing else."""
    (wheel,) = built.glob("*.whl")
    programs = new_python(tmp_path / "venv", "--without-pip")
    (site,) = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    link(needed(wheel).values(), site)
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet"]
    done = ran([*pip, "--no-deps", "--no-index", str(wheel)], ROOT)
    assert done.returncode == 0, done.stderr
    program = str(programs / "havenwatch")
    folder = tmp_path / "empty"
    folder.mkdir()
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    publishing = Standins(SystemClock().now, more_publishers())
    with SlackStandin() as slack, publishing as standins, Manager() as manager:
        answers = ["Rates desk", "Europe/London", "slack_webhook", slack.webhook_url, "n", "y", "n"]
        done = ran([program, "init"], folder, environ, "".join(f"{one}\n" for one in answers))
        assert done.returncode == 0, done.stdout + done.stderr
        assert len(slack.heads) == 1
        secret = (folder / "config.env").read_text().splitlines()[-1].partition("=")
        environ |= {secret[0]: secret[2]}
        to_standins(folder / "config.toml", standins)
        checked = ran([program, "config", "check"], folder, environ)
        assert checked.returncode == 0, checked.stderr
        examined = json.loads(ran([program, "doctor", "--json"], folder, environ).stdout)
        found = {one["name"]: one for one in examined["checks"]}
        failures = {name: one for name, one in found.items() if one["outcome"] == "failed"}
        assert failures == {}
        for name in ("packages", "configuration", "clock", "channel slack_webhook", "source cboe"):
            assert name in found
        assert len(slack.heads) == 1
        running = subprocess.Popen(
            [program, "run"],
            cwd=folder,
            env={**environ, **manager.environ},
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            manager.wait_for("READY=1")
            backup = ran([program, "backup", "copy.db"], folder, environ)
            assert backup.returncode == 0, backup.stderr
            refused = ran([program, "restore", "copy.db"], folder, environ)
            assert "stop it first" in refused.stderr
            running.send_signal(signal.SIGTERM)
            _, said = running.communicate(timeout=PATIENCE_S)
        finally:
            running.kill()
        assert running.returncode == 0, said
        assert {name for name, _ in standins.asked} > {"cboe", "treasury_curve", "treasury_tic"}
    restored = ran([program, "restore", "copy.db"], folder, environ)
    assert restored.returncode == 0, restored.stderr


def to_standins(config: Path, standins: Standins) -> None:
    """Lead every source to this machine; feeds of quotes are asked by `[intraday]` alone."""
    wanted = tomllib.loads(toml_sources(standins, ""))["sources"]

    def led(found: re.Match[str]) -> str:
        url = wanted.get(found[2], {}).get("base_url")
        return found[0] if url is None else f'{found[1]}"{url}"'

    text = config.read_text(encoding="utf-8")
    text, count = re.subn(r'(?m)(^\[sources\.(\w+)\][^[]*?^base_url = )"[^"]*"', led, text)
    config.write_text(text, encoding="utf-8")
    sources = tomllib.loads(text)["sources"]
    asked = {name: one for name, one in sources.items() if name not in quote_types()}
    elsewhere = [n for n, one in asked.items() if standins.base_url(n) != one["base_url"]]
    assert elsewhere == []
    assert count == len(sources)
