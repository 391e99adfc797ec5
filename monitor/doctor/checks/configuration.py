"""The configuration, as `config check` reads it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, Final

from monitor.config.load import Config
from monitor.doctor.check import Check, Finding, Group, Step, failed, found, ok, warning
from monitor.doctor.circumstances import Circumstances
from monitor.errors import Problem
from rules.wording import plural

NOT_SET: Final = re.compile(r"the environment variable (\w+) is not set")
ONLY_HERE: Final = "console"


class Configuration(Check):
    """The configuration has no mistake, and alerts go somewhere."""

    name: ClassVar[str] = "configuration"
    group: ClassVar[Group] = Group.CONFIGURATION

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """A line for each mistake, else one."""
        if given.config is not None:
            return [found(self.name, _valid(given.config, given.config_path))]
        return [found(self.name, _mistake(one, given.config_path)) for one in given.problems]


def _mistake(problem: Problem, config_path: Path) -> Finding:
    remedy = problem.remedy
    variable = NOT_SET.fullmatch(problem.what)
    if variable is not None and (kept := _env_with(variable[1], config_path)):
        remedy = f"it is in {kept}: set -a; . {kept}; set +a (systemd: EnvironmentFile=)"
    got = f"{problem.path}: {problem.what}"
    return failed(expected="a configuration without mistakes", got=got, remedy=remedy)


def _env_with(variable: str, config_path: Path) -> str:
    """The file beside the configuration that sets a variable, as a shell reads it; empty where none
    does."""
    env = config_path.with_suffix(".env")
    try:
        lines = env.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    sets = any(line.removeprefix("export ").startswith(f"{variable}=") for line in lines)
    return shlex.quote(str(env if env.is_absolute() else f"./{env}")) if sets else ""


def _valid(config: Config, path: Path) -> Finding:
    channels = [name for name, one in config.channels.items() if one.enabled]
    sources = [name for name, one in config.sources.items() if one.enabled]
    rules = [name for name, one in config.rules.items() if one.enabled]
    if not sources:
        return warning(
            expected="sources to poll",
            got=f"none enabled in {path}",
            remedy="set enabled = true in [sources.*]",
        )
    counts = ", ".join(
        plural(len(names), what)
        for names, what in ((sources, "source"), (rules, "rule"), (channels, "channel"))
    )
    said = f"{path} is valid: {counts}"
    if channels == [ONLY_HERE]:
        said += "; alerts are printed where havenwatch runs, and go nowhere else"
    return ok(said)
