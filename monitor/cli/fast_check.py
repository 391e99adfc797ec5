"""The check, run and printed without click: a monitoring system starts it every minute, and loading
click would take longer than all the check does."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from monitor.clock import SystemClock

if TYPE_CHECKING:
    from monitor.check.check import HealthCheck

UNKNOWN: Final = 3
TIMEOUT_S: Final = 10.0
# ANSI colours of the exit codes: green, yellow, red, magenta.
COLOURS: Final = {0: 32, 1: 33, 2: 31, 3: 35}
CONFIG: Final = Path("config.toml")


def fast_check(arguments: Sequence[str], environ: Mapping[str, str]) -> int | None:
    """The exit code of `[--config FILE] [--db FILE] check [--rule RULE]... [--health]
    [--json]`, run. None for everything else: click reads it, and says what is wrong with it."""
    if "_HAVENWATCH_COMPLETE" in environ or "check" not in arguments:
        return None
    place = arguments.index("check")
    program = _options(arguments[:place], ("--config", "--db"), ())
    own = _options(arguments[place + 1 :], ("--rule",), ("--json", "--health"))
    if program is None or own is None:
        return None
    paths = {name: Path(values[-1]) for name, values in program.items()}
    if any(path.exists() and not _is_readable_file(path) for path in paths.values()):
        return None
    return run_check(
        (paths.get("--config", CONFIG), paths.get("--db")),
        tuple(own.get("--rule", ())),
        as_json="--json" in own,
        only_health="--health" in own,
    )


def _options(
    arguments: Sequence[str], valued: Sequence[str], flags: Sequence[str]
) -> dict[str, list[str]] | None:
    """The values of each option written; None where anything else is."""
    found: dict[str, list[str]] = {}
    rest = list(arguments)
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        if name in valued and (equals or rest):
            found.setdefault(name, []).append(value if equals else rest.pop(0))
        elif name in flags and not equals:
            found[name] = []
        else:
            return None
    return found


def _is_readable_file(path: Path) -> bool:
    return not path.is_dir() and os.access(path, os.R_OK)


def run_check(
    paths: tuple[Path, Path | None],
    rules: tuple[str, ...] = (),
    *,
    as_json: bool = False,
    only_health: bool = False,
    timeout_s: float = TIMEOUT_S,
    every_s: float | None = None,
    at: datetime | None = None,
) -> int:
    """Print the answer, again every so many seconds where they are given, and give its exit
    code."""
    from monitor.check.check import CheckFailed, Limits, check, settings, unchecked

    def answer() -> HealthCheck:
        try:
            path, limits, frozen = settings(*paths)
        except CheckFailed as failed:
            return unchecked(failed, Limits(), at or SystemClock().now())
        moment = at or frozen or SystemClock().now()
        found = check(path, limits, moment, rules, looks_back=at is not None)
        if not only_health:
            return found
        from monitor.check.own_health import own_health

        return own_health(found)

    if every_s is not None and threading.current_thread() is threading.main_thread():
        # A shell starts what it runs in the background with the signal ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    code = UNKNOWN
    try:
        while True:
            checked = _answered(answer, timeout_s)
            code = checked.code  # before it is printed: whoever reads it may interrupt at once
            print(_shown(checked, as_json=as_json), flush=True)  # noqa: T201
            if every_s is None:
                break
            SystemClock().sleep(every_s)
    except KeyboardInterrupt:
        pass  # the last answer stands
    return code


def _answered(answer: Callable[[], HealthCheck], timeout_s: float) -> HealthCheck:
    """One answer, in time: a file system that hangs cannot be interrupted, so the process ends
    instead."""
    late = threading.Timer(timeout_s, _give_up, [timeout_s])
    late.daemon = True
    late.start()
    try:
        return answer()
    finally:
        late.cancel()


def _shown(checked: HealthCheck, *, as_json: bool) -> str:
    from monitor.check.output import as_json as plain_values
    from monitor.check.output import plugin_output

    if as_json:
        import json

        return json.dumps(plain_values(checked), indent=2, ensure_ascii=False)
    status, dash, rest = plugin_output(checked).partition(" - ")
    if sys.stdout.isatty():
        status = f"\033[{COLOURS[checked.code]}m\033[1m{status}\033[0m"
    return status + dash + rest


def _give_up(timeout_s: float) -> Any:
    sys.stdout.write(f"UNKNOWN - no answer within {timeout_s:g} s\n")
    sys.stdout.flush()
    os._exit(UNKNOWN)
