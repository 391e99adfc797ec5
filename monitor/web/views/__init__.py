"""The pages, one group a file: each module has `routes(site)`, and nothing lists them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint

    from monitor.web.site import WebContext


def blueprints(site: WebContext) -> Iterator[Blueprint]:
    """The pages of every module in this package."""
    for found in pkgutil.iter_modules(__path__):
        yield importlib.import_module(f"{__name__}.{found.name}").routes(site)
