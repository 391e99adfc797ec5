"""`python -m monitor` is `havenwatch`."""

from __future__ import annotations

import sys

from monitor.stop import end_at_once


def main() -> None:
    """The command line. One that watches can be stopped before the rest of it is loaded."""
    if {"run", "web"} & set(sys.argv[1:]):
        end_at_once()
    from monitor.cli import main as havenwatch

    havenwatch(prog_name="havenwatch")


if __name__ == "__main__":
    main()
