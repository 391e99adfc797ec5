"""The commands that copy a database, and put a copy in its place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from monitor.cli.params import Paths, refuse_missing, unusable_said
from monitor.clock import SystemClock
from monitor.errors import HavenwatchError

if TYPE_CHECKING:
    from state.backup import Copied


class NoConfiguration(click.ClickException):
    """There is no configuration to find the database by."""

    exit_code = 3


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(paths: Paths, file: Path) -> None:
    """Copy the database to FILE while the program runs, and verify the copy. An existing FILE is
    replaced, but only by a verified copy. Needs no secrets, so cron can run it.

    \b
    havenwatch backup havenwatch-backup.db
    """  # noqa: D301 - click wants the character \b itself
    from monitor.whole_file import writing_said
    from state.backup import copy_database

    database, _ = _place(paths)
    refuse_missing(database)
    if file.exists() and file.samefile(database):
        raise HavenwatchError(
            "backup",
            expected="another file than the database",
            got=str(file),
            remedy="name a new file",
        )
    with writing_said("backup", file), unusable_said(database, "cannot copy"):
        copied = copy_database(database, file)
    click.echo(f"wrote {file}: {_counted(copied)}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def restore(paths: Paths, file: Path) -> None:
    """Replace the database with the backup in FILE. Stop the program first: nothing changes while
    it runs, or if the backup is damaged. The replaced database is kept beside the new one.

    \b
    havenwatch restore havenwatch-backup.db
    """  # noqa: D301 - click wants the character \b itself
    from monitor.whole_file import writing_said
    from state.restore import RestoreRefused, restore_database

    database, at = _place(paths)
    with writing_said("restore", database), unusable_said(file, "cannot restore"):
        try:
            restored = restore_database(file, database, at)
        except RestoreRefused as error:
            raise HavenwatchError(
                "restore", expected=error.expected, got=error.got, remedy=error.remedy
            ) from None
    click.echo(f"restored {database} from {file}: {_counted(restored.copied)}")
    if restored.kept is not None:
        click.echo(f"the replaced database is {restored.kept}; delete it once all is well")
    click.echo("look at it with: havenwatch status; then start: havenwatch run")


def _place(paths: Paths) -> tuple[Path, datetime]:
    """The database, and the instant to name files after. The rest of the configuration, and the
    secrets it names, are not needed. Raises click.ClickException."""
    from monitor.check.check import CheckFailed, settings

    try:
        database, _, frozen = settings(*paths)
    except CheckFailed as failed:
        raise NoConfiguration(str(failed)) from None
    return database, (frozen or SystemClock().now()).astimezone(UTC)


def _counted(copied: Copied) -> str:
    rows = sum(copied.rows.values())
    return f"{copied.size_bytes:,} bytes, {rows:,} rows in {len(copied.rows)} tables, verified"


COMMANDS: Final = (backup, restore)
