"""The pages of the reference that are read off the program; python -m tests.reference writes
them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.reference import addresses, configuration, options

DOCS: Final = Path(__file__).parents[2] / "docs"
# Each from the code alone; docs/json.md needs what commands print.
PAGES: Final[dict[str, Callable[[], str]]] = {
    "options.md": options.page,
    "configuration.md": configuration.page,
    "addresses.md": addresses.page,
}
JSON_PAGE: Final = "json.md"
