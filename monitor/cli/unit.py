"""`init --unit`: the systemd unit of this installation, to be piped to where systemd reads it."""

from __future__ import annotations

import os
import pwd
import shlex
import sys
from pathlib import Path
from typing import Final

import click

from monitor.cli.params import Paths
from monitor.errors import HavenwatchError

SERVICE_USER: Final = "havenwatch"
UNIT_PATH: Final = "/etc/systemd/system/havenwatch.service"


def print_unit(paths: Paths) -> None:
    """Print the unit, and beside it on the other stream what is left to do. Secrets are not read.
    Raises HavenwatchError where there is no configuration yet."""
    from monitor.config.systemd_unit import Installation, unit_text

    config = paths[0].absolute()
    writable = _writable_folders(paths)
    secrets = config.with_suffix(".env")
    here = Installation(
        user=SERVICE_USER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name,
        program=Path(sys.executable).with_name("havenwatch"),
        interpreter=Path(sys.executable).resolve(),
        config=config,
        database=None if paths[1] is None else paths[1].absolute(),
        secrets=secrets,
        has_secrets=secrets.exists(),
        writable=writable,
    )
    click.echo(unit_text(here), nl=False)
    click.echo("\n".join(_left_to_do(here.user, config, writable)), err=True)


def _writable_folders(paths: Paths) -> tuple[Path, ...]:
    """The folder of the database, and that of the backups where it is another."""
    import tomllib

    from monitor.check.check import CheckFailed, settings

    config = paths[0]
    try:
        found = tomllib.loads(config.read_text(encoding="utf-8-sig")).get("backup", {})
        database, _, _ = settings(config, paths[1])
        folder = str(found.get("folder", "backups"))
    except (OSError, ValueError, AttributeError, CheckFailed) as error:
        raise HavenwatchError(
            "init --unit",
            expected=f"a configuration at {config}",
            got=str(error),
            remedy="make one with: havenwatch init, or correct it: havenwatch config check",
        ) from None
    state = database.absolute().parent
    backups = Path(os.path.normpath(state / folder))
    return (state,) if backups.is_relative_to(state) else (state, backups)


def _left_to_do(user: str, config: Path, writable: tuple[Path, ...]) -> list[str]:
    folder, missing = config.parent, [one for one in writable if not one.exists()]
    lines = [
        f"# Install it: havenwatch init --unit | sudo tee {UNIT_PATH}",
        "#   sudo systemctl daemon-reload && sudo systemctl enable --now havenwatch",
    ]
    if os.geteuid() == 0:
        owned = shlex.join(["chown", "-R", f"{user}:", str(folder), *map(str, writable)])
        lines.append(f"# First make its user: useradd --system {user} && {owned}")
    lines += [f"# First: mkdir -p {shlex.quote(str(one))}" for one in missing]
    if folder in writable:
        lines.append(
            "# The service may write its own configuration: give the database a folder of its own\n"
            '# with path = "state/havenwatch.db" under [state].'
        )
    return lines
