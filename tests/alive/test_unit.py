"""The systemd unit: what `init --unit` prints of an installation, and what it leaves open by
systemd's own count."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from monitor.cli.main import main
from monitor.config.systemd_unit import Installation, unit_text
from tests.alive.test_words import PAGE

SRV: Final = Path("/srv/havenwatch")
PYTHON: Final = Path("/usr/bin/python3.11")
DOCUMENTED: Final = Installation(
    user="havenwatch",
    program=SRV / ".venv/bin/havenwatch",
    interpreter=PYTHON,
    config=SRV / "config.toml",
    database=None,
    secrets=SRV / "config.env",
    has_secrets=True,
    writable=(SRV / "state",),
)
AT_HOME: Final = replace(
    DOCUMENTED,
    config=Path("/home/kim/a 5% \"desk\"/desk.toml"),
    secrets=Path("/home/kim/a 5% \"desk\"/desk.env"),
    has_secrets=False,
    writable=(Path("/home/kim/a 5% \"desk\""), Path("/backup")),
)  # fmt: skip
# Of 10; where systemd says "OK" ends at 5.
MOST_EXPOSED: Final = 2.0


def lines_of(unit: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in unit.splitlines() if "=" in line)


def test_the_documented_unit_is_the_one_that_is_printed() -> None:
    (documented,) = re.findall(r"```ini\n(\[Unit\].*?)```", PAGE, re.DOTALL)
    assert documented == unit_text(DOCUMENTED)


def test_what_lies_in_a_home_directory_is_seen_and_odd_paths_are_escaped() -> None:
    found = lines_of(unit_text(AT_HOME))
    assert found["ProtectHome"] == "read-only"
    assert found["WorkingDirectory"] == '/home/kim/a 5%% "desk"'
    assert found["EnvironmentFile"] == '-/home/kim/a 5%% "desk"/desk.env'
    command = r'--config "/home/kim/a 5%% \"desk\"/desk.toml" run'
    assert found["ExecStart"] == f"/srv/havenwatch/.venv/bin/havenwatch {command}"
    assert found["ReadWritePaths"] == r'"/home/kim/a 5%% \"desk\"" /backup'
    pyenv = replace(DOCUMENTED, interpreter=Path("/root/.pyenv/versions/3.13.0/bin/python3.13"))
    assert "ProtectHome=read-only" in unit_text(pyenv)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
@pytest.mark.parametrize("here", [DOCUMENTED, AT_HOME], ids=["documented", "at home"])
def test_little_is_exposed(here: Installation, tmp_path: Path) -> None:
    path = tmp_path / "havenwatch.service"
    path.write_text(unit_text(here))
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Unknown" not in done.stderr + done.stdout, "a setting that systemd does not know"
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found is not None, done.stderr
    assert float(found[1]) < MOST_EXPOSED
    if here is DOCUMENTED:
        assert f"rates this unit {found[1]}." in PAGE.replace("`", "")


def printed(*words: str) -> Result:
    return CliRunner().invoke(main, [*words, "init", "--unit"])


def test_it_names_the_paths_of_this_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text(
        '[state]\npath = "state/desk.db"\n[backup]\nfolder = "../../disk"\n'
    )
    (tmp_path / "config.env").write_text("HAVENWATCH_SLACK_TOKEN=xoxb-secret\n")
    done = printed()
    assert done.exit_code == 0, done.output
    found = lines_of(done.stdout)
    user = pwd.getpwuid(os.geteuid()).pw_name
    assert found["User"] == ("havenwatch" if user == "root" else user)
    assert found["WorkingDirectory"] == str(tmp_path)
    assert found["EnvironmentFile"] == f"{tmp_path}/config.env"
    assert found["ExecStart"] == f"{Path(sys.executable).with_name('havenwatch')} run"
    assert found["ReadWritePaths"] == f"{tmp_path}/state {tmp_path.parent}/disk"
    assert f"mkdir -p {tmp_path}/state" in done.stderr
    assert "systemctl enable --now havenwatch" in done.stderr
    assert "xoxb-secret" not in done.output
    named = lines_of(printed("--db", "other/it.db").stdout)
    assert named["ExecStart"].endswith(f" --db {tmp_path}/other/it.db run")


def test_a_service_that_could_write_its_configuration_is_said_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["init", "--no-input"]).exit_code == 0
    done = printed()
    assert lines_of(done.stdout)["EnvironmentFile"] == f"-{tmp_path}/config.env"
    assert 'path = "state/havenwatch.db"' in done.stderr


@pytest.mark.parametrize("text", [None, "not toml =", "backup = 1\n"])
def test_without_a_configuration_there_is_no_unit(
    text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / "config.toml").write_text(text)
    done = printed()
    assert done.exit_code == 1
    assert "[Unit]" not in done.output
    assert "havenwatch init" in done.output
