"""Every check, found by its file, and run side by side within one deadline."""

from __future__ import annotations

import importlib
import inspect
import logging
import pkgutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from queue import Empty, SimpleQueue
from typing import Final

from alerts.clean import clean
from monitor.doctor import checks
from monitor.doctor.check import Check, Finding, Outcome, Step, failed, found, skipped
from monitor.doctor.circumstances import Circumstances
from monitor.log_redaction import masked

log = logging.getLogger("havenwatch.doctor")

OUR_FAULT: Final = "report it with the log above"
# Told the name of each step that ended.
Advance = Callable[[str], None]


@dataclass(frozen=True)
class Line:
    """What one step of a check found."""

    check: str
    name: str
    finding: Finding


@cache
def check_types() -> dict[str, type[Check]]:
    """Every check by its name, which is its file's, in the order of the report."""
    every: list[type[Check]] = []
    for module_info in pkgutil.iter_modules(checks.__path__):
        module = importlib.import_module(f"{checks.__name__}.{module_info.name}")
        every += [
            one
            for _, one in inspect.getmembers(module, inspect.isclass)
            if one.__module__ == module.__name__ and issubclass(one, Check)
        ]
    return {one.name: one for one in sorted(every, key=lambda one: (one.group, one.name))}


def examine(
    given: Circumstances, every: Sequence[Check], begin: Callable[[int], Advance]
) -> list[Line]:
    """The lines of the report in the order of the checks; nothing secret is in one. `begin` is told
    how many steps there are to take. What has not ended when the time is over is a failure."""
    until = given.clock.monotonic_s() + given.within_s
    planned = [(one.name, step) for one in every if not one.is_last for step in _plan(one, given)]
    first = _run(planned, given, until, begin(len(planned)))
    lanes = {step.name: step.lane or step.name for _, step in planned}
    offsets = {
        lanes[line.name]: line.finding.clock_offset
        for line in first
        if line.finding.clock_offset is not None
    }
    given = replace(given, offsets=offsets)
    then = [(one.name, step) for one in every if one.is_last for step in _plan(one, given)]
    last = _run(then, given, until, lambda _: None)
    order = {one.name: place for place, one in enumerate(every)}
    lines = sorted((*first, *last), key=lambda line: order[line.check])
    secrets = frozenset(given.secrets)
    return [replace(one, finding=_masked(one.finding, secrets)) for one in lines]


def _plan(check: Check, given: Circumstances) -> Iterable[Step]:
    """The steps of a check, or the one that says why there are none."""
    if check.asks_outside and given.is_offline:
        return [found(check.name, skipped("not asked: --offline"))]
    if check.needs_config and given.config is None:
        return [found(check.name, skipped("needs a configuration without mistakes"))]
    try:
        return list(check.steps(given))
    except Exception as error:  # noqa: BLE001 - one check that fails must not end the others
        return [found(check.name, _crashed(check.name, error))]


def _run(
    planned: Sequence[tuple[str, Step]], given: Circumstances, until: float, advance: Advance
) -> list[Line]:
    """What each step found; the threads of those that have not ended are left behind."""
    ended: SimpleQueue[tuple[int, Finding]] = SimpleQueue()
    for lane in _lanes([step for _, step in planned]):
        threading.Thread(target=_walk, args=(lane, ended), name="doctor", daemon=True).start()
    results: dict[int, Finding] = {}
    try:
        while len(results) < len(planned):
            left = max(until - given.clock.monotonic_s(), 0.0)
            place, finding = ended.get(timeout=left)
            results[place] = finding
            advance(planned[place][1].name)
    except Empty:
        pass
    late = failed(
        expected=f"an end within {given.within_s:g} s",
        got="none",
        remedy="see docs/network.md, or give it longer with --timeout",
    )
    return [
        Line(check, step.name, results.get(place, late))
        for place, (check, step) in enumerate(planned)
    ]


def _lanes(steps: Sequence[Step]) -> Iterator[list[tuple[int, Step]]]:
    """The steps with their places, by lane."""
    lanes: dict[str, list[tuple[int, Step]]] = {}
    for place, step in enumerate(steps):
        lanes.setdefault(step.lane or f"own {place}", []).append((place, step))
    yield from lanes.values()


def _walk(lane: Sequence[tuple[int, Step]], ended: SimpleQueue[tuple[int, Finding]]) -> None:
    for place, step in lane:
        try:
            finding = step.run()
        except Exception as error:  # noqa: BLE001 - one step that fails must not end the others
            finding = _crashed(step.name, error)
        ended.put((place, finding))


def _crashed(name: str, error: Exception) -> Finding:
    log.error("the check %s crashed", name, exc_info=error)
    got = f"an internal error ({type(error).__name__})"
    return failed(expected="a check that ends", got=got, remedy=OUR_FAULT)


def _masked(finding: Finding, secrets: Iterable[str]) -> Finding:
    """The finding in plain text without a secret: what came may be the other side's own words."""

    def plain(text: str) -> str:
        return clean(masked(text, secrets))

    return replace(
        finding,
        said=plain(finding.said),
        expected=plain(finding.expected),
        got=plain(finding.got),
        remedy=plain(finding.remedy),
    )


def exit_code(lines: Iterable[Line]) -> int:
    """0 where all is well, 1 with warnings, 2 with failures: as those of `check`."""
    outcomes = {line.finding.outcome for line in lines}
    return 2 if Outcome.FAILED in outcomes else int(Outcome.WARNING in outcomes)
