"""Yahoo: 10-year yield index bars as chart JSON."""

from __future__ import annotations

from monitor.demo.publishers.yahoo import Chart


class Standin(Chart):
    """The 10-year yield index."""

    def __init__(self) -> None:
        super().__init__("^TNX", "tnx")
