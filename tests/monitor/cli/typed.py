"""Commands as typed."""

from __future__ import annotations

from collections.abc import Callable

from click.testing import Result

Havenwatch = Callable[..., Result]
