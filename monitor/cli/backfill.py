"""History from the publishers, with a bar to watch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from rich.console import Console

from monitor.app import App
from monitor.errors import BodyRejected, FetchFailed, HavenwatchError, HeldBack
from monitor.known_names import did_you_mean
from monitor.progress import progressing

# The type of a desk's own feed.
OWN: Final = "table"


def backfill(app: App, names: Sequence[str], since: date, at: datetime | None) -> None:
    """Load the history of the sources named, or of all; safe to repeat and to interrupt.

    A source that fails does not stop the others. Raises HavenwatchError at the end if any did.
    """
    unknown = [name for name in names if name not in app.sources]
    if unknown:
        raise HavenwatchError(
            "backfill",
            expected="sources that are enabled",
            got=", ".join(unknown),
            remedy=did_you_mean(unknown[0], app.sources),
        )
    chosen = list(names or app.sources)
    failed: dict[str, HavenwatchError] = {}
    files = {name: _count(app, name, since, at) for name in chosen}
    terminal, stored = Console(), 0
    with progressing(terminal, "backfill", sum(files.values())) as steps:
        for name in chosen:
            steps.done(stored, f"polling {name}")
            try:
                added = app.ingest.backfill(
                    app.sources[name],
                    since,
                    at or app.clock.now(),
                    lambda _: steps.advance(),
                )
                terminal.print(f"{name}: {added.new:,} new, {added.revised:,} revised")
            except (FetchFailed, BodyRejected) as error:
                failed[name] = error
                terminal.print(f"{name}: failed: {error}", style="red", markup=False)
            stored += files[name]
            steps.done(stored, name)
    if failed:
        raise HavenwatchError(
            "backfill",
            expected="every source to answer",
            got=f"no history from {', '.join(failed)}",
            remedy="; ".join(_remedies(app, failed)),
        )


def _remedies(app: App, failed: Mapping[str, HavenwatchError]) -> Iterator[str]:
    """What to do: running it again changes nothing about numbers that are on hold, or about a file
    of the desk's own that is not as its block says."""
    held = [name for name, error in failed.items() if isinstance(error, HeldBack)]
    own = [
        name
        for name, error in failed.items()
        if isinstance(error, BodyRejected)
        and app.sources[name].source_type == OWN
        and name not in held
    ]
    if held:
        yield f"accept what is on hold: {', '.join(f'havenwatch accept {name}' for name in held)}"
    if own:
        yield f"correct the file or the block of {', '.join(own)}"
    if len(failed) > len(held) + len(own):
        yield "run it again; it continues where it stopped"


def _count(app: App, name: str, since: date, at: datetime | None) -> int:
    """How many files the history of a source is in."""
    return len(app.sources[name].history_requests(since, at or app.clock.now()))
