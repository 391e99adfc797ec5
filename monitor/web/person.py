"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import g


@dataclass(frozen=True)
class Person:
    """Somebody who may look. `name` as the reverse proxy says it, else empty; `session` binds a
    form to the browser it was shown in; `is_program`: let in by a token in the request itself,
    which no other site can make a browser send."""

    name: str = ""
    session: str = ""
    is_program: bool = False


def asking() -> Person:
    """Who asks now."""
    return cast(Person, g.get("person") or Person())
