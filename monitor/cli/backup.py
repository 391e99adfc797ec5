"""The command that copies a database that is in use."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from monitor.cli.params import Paths, load_known, unusable_said
from monitor.errors import HavenwatchError


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(paths: Paths, file: Path) -> None:
    """Copy the database to FILE, whole and checked, while the program runs. A file that is there is
    replaced once the copy is whole.

    \b
    havenwatch backup havenwatch-backup.db
    """  # noqa: D301 - click wants the character \b itself
    from state.backup import copy_database

    _, database = load_known(paths)
    if file.exists() and file.samefile(database):
        raise HavenwatchError(
            "backup",
            expected="another file than the database",
            got=str(file),
            remedy="name a new file",
        )
    try:
        with unusable_said(database, "cannot copy"):
            size = copy_database(database, file)
    except OSError as error:
        raise HavenwatchError(
            "backup",
            expected=f"a file that can be written at {file}",
            got=error.strerror or str(error),
            remedy="name another place",
        ) from None
    click.echo(f"wrote {file}: {size:,} bytes, whole")


COMMANDS: Final = (backup,)
