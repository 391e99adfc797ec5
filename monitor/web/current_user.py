"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import g


@dataclass(frozen=True)
class User:
    """Somebody who may look. `name` as the reverse proxy says it, else empty; `session` binds a
    form to the browser it was shown in; `is_program`: let in by a token in the request itself,
    which no other site can make a browser send."""

    name: str = ""
    session: str = ""
    is_program: bool = False


def current_user() -> User:
    """Who asks now."""
    return cast(User, g.get("person") or User())
