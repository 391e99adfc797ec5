"""Values that nobody else can have made."""

from __future__ import annotations

import hashlib
import hmac


def derived_key(secret: str, purpose: str) -> bytes:
    """A key for one purpose, from which the secret cannot be found."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()


def signature(key: bytes, *parts: str) -> str:
    """The signature of some texts, each kept apart from the next."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Whether two secrets are the same, in a time that tells nothing of them."""
    return hmac.compare_digest(
        hashlib.sha256(one.encode()).digest(), hashlib.sha256(other.encode()).digest()
    )
