"""Stand-ins with made figures: of publishers that the demonstration has none, or few, of."""

from __future__ import annotations

import importlib
import pkgutil

from monitor.demo.request_reply import Publisher


def more_publishers() -> dict[str, Publisher]:
    """Every stand-in here by its file's name, which is that of the source that reads it."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    return {name: importlib.import_module(f"{__name__}.{name}").Standin() for name in names}
