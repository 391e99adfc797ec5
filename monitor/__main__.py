"""`python -m monitor` is `havenwatch`."""

from __future__ import annotations

from monitor.cli import main

main(prog_name="havenwatch")
