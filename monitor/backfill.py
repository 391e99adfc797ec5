"""History from the publishers, with a bar to watch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from monitor.app import App
from monitor.errors import BodyRejected, FetchFailed, HavenwatchError


def backfill(app: App, names: Sequence[str], since: date, at: datetime | None) -> None:
    """Load the history of the sources named, or of all; safe to repeat and to interrupt.

    A source that fails does not stop the others. Raises HavenwatchError at the end if any did.
    """
    unknown = [name for name in names if name not in app.sources]
    if unknown:
        raise HavenwatchError(
            "backfill",
            expected=f"sources among {', '.join(sorted(app.sources))}",
            got=", ".join(unknown),
            remedy="name one of those, and see that it is enabled",
        )
    chosen = list(names or app.sources)
    failed: list[str] = []
    files = {name: _count(app, name, since, at) for name in chosen}
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}"))
    with Progress(*columns, console=Console()) as progress:
        task = progress.add_task("backfill", total=sum(files.values()), said="")
        for name in chosen:
            progress.update(task, said=f"asking {name}")
            before = progress.tasks[0].completed
            try:
                added = app.ingest.backfill(
                    app.sources[name],
                    since,
                    at or app.clock.now(),
                    lambda _: progress.advance(task),
                )
                progress.console.print(f"{name}: {added.new:,} new, {added.revised:,} revised")
            except (FetchFailed, BodyRejected) as error:
                failed.append(name)
                progress.console.print(f"{name}: failed: {error}", style="red", markup=False)
            progress.update(task, completed=before + files[name])
        progress.update(task, said="done")
    if failed:
        raise HavenwatchError(
            "backfill",
            expected="every source to answer",
            got=f"no history from {', '.join(failed)}",
            remedy="run it again; what is stored already is not asked for again",
        )


def _count(app: App, name: str, since: date, at: datetime | None) -> int:
    """How many files the history of a source is in."""
    return len(app.sources[name].history_requests(since, at or app.clock.now()))
