"""The scripts of the pages: our own, and the library that draws the charts.

The library is TradingView's Lightweight Charts, as it is in the package `lwcharts`, of which
nothing else is used and nothing is imported: it would load pandas.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from monitor.web.etag import Tagged

LIBRARY: Final = "lightweight-charts.js"
PACKAGE: Final = "lwcharts"
IN_PACKAGE: Final = Path("vendor", "lightweight-charts.standalone.production.js")
FOLDER: Final = Path(__file__).parent / "static"


@cache
def script(name: str) -> Tagged:
    """A script by its name, read once. Raises FileNotFoundError."""
    return Tagged.packed_of(_path(name).read_bytes())


def script_version(name: str) -> str:
    """Changes with the script, so that a browser may keep it; empty where it is not installed."""
    try:
        return script(name).etag[:12]
    except FileNotFoundError:
        return ""


def script_names() -> tuple[str, ...]:
    """All there are."""
    return (LIBRARY, *sorted(one.name for one in FOLDER.glob("*.js")))


def _path(name: str) -> Path:
    if name not in script_names():
        raise FileNotFoundError(name)
    return library_path() if name == LIBRARY else FOLDER / name


def library_path() -> Path:
    """Where the library's file is. Raises FileNotFoundError where its package is not installed."""
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(f"the package {PACKAGE}: install it with pip install {PACKAGE}")
    return Path(found.submodule_search_locations[0]) / IN_PACKAGE
