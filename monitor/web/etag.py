"""Bytes with what identifies them, so that who has them already is sent none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Self

from flask import Response, request

# Shown again only after asking whether it has changed, and by nobody in between.
REVALIDATED = "private, no-cache"


@dataclass(frozen=True)
class Tagged:
    """Bytes with their ETag, which takes longer to compute than to send."""

    body: bytes
    etag: str

    @classmethod
    def of(cls, body: bytes) -> Self:
        """The bytes with the hash of them."""
        return cls(body, hashlib.sha256(body).hexdigest()[:32])


def answered(found: Tagged, content_type: str) -> Response:
    """The bytes with their ETag, or 304 where who asks has them."""
    response = Response(found.body, content_type=content_type)
    response.set_etag(found.etag)
    response.headers["Cache-Control"] = REVALIDATED
    response.make_conditional(request)
    return response
