"""The image, the compose file and their page say the same, of what is there. `make image-test`
builds and runs it."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

from monitor import __version__
from tests.command_lines import parse

ROOT = Path(__file__).parents[1]
CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "container.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^([A-Z]+) (.*)$", CONTAINERFILE.replace("\\\n", ""), re.MULTILINE)


def step(name: str) -> list[str]:
    """What the last stage has of a kind of step."""
    last = max(at for at, (kind, _) in enumerate(STEPS) if kind == "FROM")
    return [said for kind, said in STEPS[last:] if kind == name]


def test_it_runs_as_a_user_without_rights_whom_compose_names_too() -> None:
    (user,) = step("USER")
    assert re.fullmatch(r"[1-9]\d{4}:[1-9]\d{4}", user)
    assert f'user: "{user}"' in COMPOSE
    assert f"({user.split(':')[0]}, no root)" in PAGE
    for line in ("read_only: true", "cap_drop: [ALL]", '"no-new-privileges:true"'):
        assert line in COMPOSE
    run = next(line for line in PAGE.splitlines() if line.startswith("$ podman run -d"))
    for option in ("--read-only", "--cap-drop ALL", "--security-opt no-new-privileges"):
        assert option in run


def test_its_health_check_and_its_command_can_be_typed() -> None:
    (health,) = step("HEALTHCHECK")
    entry, command = json.loads(step("ENTRYPOINT")[0]), json.loads(step("CMD")[0])
    for words in (json.loads(health.partition("CMD ")[2]), entry + command):
        assert words[0] == "havenwatch"
        parse(words[1:])
    assert "check --health" in health.replace('", "', " ")


def test_what_the_page_runs_in_a_container_can_be_typed() -> None:
    typed = re.findall(r"^\$ .* havenwatch(?::\S+\d)? (.*)$", PAGE, re.MULTILINE)
    assert len(typed) >= 6
    for line in typed:
        parse(shlex.split(line))


def test_only_what_is_copied_is_sent_to_the_builder_and_it_is_there() -> None:
    copied = {
        word for kind, said in STEPS if kind == "COPY" and "--from" not in said
        for word in said.split()[:-1]
    }  # fmt: skip
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    assert [one for one in copied if not (ROOT / one).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {project["readme"], *project["license-files"]} <= copied


def test_what_it_installs_is_checked_by_its_hash() -> None:
    installs = [said for kind, said in STEPS if kind == "RUN" and "pip install" in said]
    assert len(installs) == 2
    assert {"--require-hashes", "--no-deps"} <= set(installs[0].split())
    assert {"--no-index", "--no-deps", "--no-build-isolation"} <= set(installs[1].split())


def test_the_version_is_this_one() -> None:
    versions = re.findall(r"havenwatch:(\d+\.\d+\.\d+)", COMPOSE + PAGE)
    assert len(versions) > 4
    assert set(versions) == {__version__}
