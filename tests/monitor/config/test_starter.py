"""The starter configuration with answers in it, and the environment file beside it."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

from monitor.config.starter import CHANNELS, Value, config_text, env_text, starter_text

AWKWARD = 'a "desk" \\ # of [São Paulo] = £'


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("desk", "name", AWKWARD),
        ("routing", "notice", [AWKWARD, "b"]),
        ("sources.yahoo", "enabled", False),
        ("monitor", "tick_seconds", 30),
        *((f"channels.{name}", "enabled", True) for name in CHANNELS),
        *((f"channels.{n}", key, AWKWARD) for n, one in CHANNELS.items() for key in one.settings),
    ],
)
def test_one_value_is_replaced_and_all_else_stays(section: str, key: str, value: Value) -> None:
    text = config_text({(section, key): value})
    wanted = tomllib.loads(starter_text())
    at = wanted
    for part in section.split("."):
        at = at[part]
    assert at[key] != value
    at[key] = value
    assert tomllib.loads(text) == wanted
    assert text.count("#") == starter_text().count("#") + str(value).count("#")


def test_each_value_is_at_the_first_of_its_name_in_its_own_section() -> None:
    values: dict[tuple[str, str], Value] = {
        (f"channels.{name}", "enabled"): True for name in ("slack", "email", "webhook")
    }
    found = tomllib.loads(config_text(values))["channels"]
    on = {name for name, channel in found.items() if channel["enabled"]}
    assert on == {"console", "slack", "email", "webhook"}


def test_a_secret_reaches_a_shell_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.env"
    secrets = {"PLAIN": "https://a.org/b?c=d", "ODD": "p\"a$HOME`id`\\ 'x' #!&; ~"}
    path.write_text(env_text(secrets, before="# mine\nPLAIN=old\nKEPT=1\n"))
    script = f'set -a; . {path}; printf "%s\\n" "$PLAIN" "$ODD" "$KEPT"'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [*secrets.values(), "1"]
    assert path.read_text().startswith("# mine\n")
