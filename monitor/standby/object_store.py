"""The lease as one object of an S3-compatible store, which compares its ETag at each write."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from monitor.standby.lease import StoreUnreachable

if TYPE_CHECKING:
    from obstore.store import S3Store

NAME: Final = "lease.json"
# One request of it, the retries of the library included.
TIMEOUT: Final = timedelta(seconds=5)


def s3_store(
    bucket: str,
    prefix: str,
    endpoint: str,
    region: str,
    key_id: str,
    secret: str,
) -> S3Store:
    """A client of the store; without a key by what the machine is allowed. Loads obstore."""
    from obstore.store import S3Store

    settings: dict[str, Any] = {"region": region, "conditional_put": "etag"}
    if endpoint:
        settings["endpoint"] = endpoint
    if key_id:
        settings |= {"access_key_id": key_id, "secret_access_key": secret}
    return S3Store(
        bucket,
        prefix=prefix or None,
        client_options={"allow_http": True, "timeout": TIMEOUT, "connect_timeout": TIMEOUT},
        # A write that is tried again by the library would be refused by its own first try.
        retry_config={"max_retries": 0, "retry_timeout": TIMEOUT},
        **settings,
    )


class ObjectStore:
    """The lease in a bucket, or another document of a `name`."""

    def __init__(self, store: S3Store, name: str = NAME):
        self._store, self._name = store, name

    def read(self) -> tuple[bytes, str] | None:
        """The document and its ETag. Raises StoreUnreachable."""
        import obstore
        from obstore.exceptions import BaseError

        try:
            found = obstore.get(self._store, self._name)
            content = bytes(found.bytes())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise StoreUnreachable(_shortly(error)) from None
        return content, str(found.meta["e_tag"])

    def write(self, content: bytes, version: str | None) -> str | None:
        """The new ETag, where the object had that one. Raises StoreUnreachable."""
        import obstore
        from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

        mode: Any = "create" if version is None else {"e_tag": version}
        try:
            found = obstore.put(self._store, self._name, content, mode=mode, use_multipart=False)
        except (AlreadyExistsError, PreconditionError, FileNotFoundError):
            return None
        except (BaseError, OSError) as error:
            raise StoreUnreachable(_shortly(error)) from None
        return str(found["e_tag"])


def _shortly(error: BaseException) -> str:
    """The first line of what the library says: the rest repeats the request."""
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__
