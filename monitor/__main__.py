"""`python -m monitor` is `havenwatch`."""

import gc
import os
import signal
import sys
from typing import Final, NoReturn

from monitor.cli.fast_check import fast_check
from monitor.cli.no_room import NO_ROOM, no_room_said

HELP: Final = {"--help", "-h"}


def main() -> None:
    """The command line. One that watches can be stopped before the rest of it is loaded: then
    nothing has begun that must be closed."""
    gc.disable()  # what loading makes is no garbage; `main` looks for it again
    if {"run", "web"} & set(sys.argv[1:]):
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: os._exit(0))
    try:
        code = fast_check(sys.argv[1:], os.environ)
    except OSError as error:
        code = _not_written(error)
    if code is not None:
        _leave(code)
    from monitor.cli.main import Looked
    from monitor.cli.main import main as havenwatch
    from monitor.uncaught_errors import log_uncaught_errors

    log_uncaught_errors()
    try:
        havenwatch(prog_name="havenwatch")
    except SystemExit as done:
        is_help = bool(HELP & set(sys.argv)) or sys.argv[1:2] == ["help"]
        is_over = is_help or isinstance(done, Looked) or "COMP_WORDS" in os.environ
        if is_over and isinstance(done.code, int):
            _leave(done.code)
        raise


def _leave(code: int) -> NoReturn:
    """End at once: nothing is open any more, and taking the interpreter down takes a fifth of the
    time of a look."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError as error:
        code = code or _not_written(error)
    os._exit(code)


def _not_written(error: OSError) -> int:
    """The exit code where nobody reads the output any more, as click has it, and where there is no
    room for it, which is said. Raises any other error."""
    if error.errno in NO_ROOM:
        sys.stderr.write(f"{no_room_said(error)}\n")
    elif not isinstance(error, BrokenPipeError):
        raise error
    return 1


if __name__ == "__main__":
    main()
