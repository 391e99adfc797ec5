"""`python -m monitor` is `havenwatch`."""

import gc
import os
import signal
import sys
from typing import Final

# As many new objects before the collector looks for garbage; what loading makes is none.
NEW_OBJECTS: Final = 50_000


def main() -> None:
    """The command line. One that watches can be stopped before the rest of it is loaded: then
    nothing has begun that must be closed."""
    gc.set_threshold(NEW_OBJECTS)
    if {"run", "web"} & set(sys.argv[1:]):
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: os._exit(0))
    from monitor.cli.main import main as havenwatch

    havenwatch(prog_name="havenwatch")


if __name__ == "__main__":
    main()
