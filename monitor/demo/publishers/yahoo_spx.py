"""Yahoo: S&P 500 bars as chart JSON."""

from __future__ import annotations

from monitor.demo.publishers.yahoo import Chart


class Standin(Chart):
    """The S&P 500."""

    def __init__(self) -> None:
        super().__init__("^GSPC", "spx")
