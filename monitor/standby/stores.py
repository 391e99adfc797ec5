"""What the hosts share, by the configuration: the lease, and a replica for each token."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from monitor.config.standby import Standby
from monitor.standby.folder_store import FolderStore
from monitor.standby.lease import LeaseStore
from monitor.standby.object_store import ObjectStore, s3_store

if TYPE_CHECKING:
    from obstore.store import S3Store

REPLICAS: Final = "replica"


class ReplicaFailed(Exception):
    """The replica could not be written, read or restored; why in one line."""


class StoredReplicas(Protocol):
    """The replicas by their tokens. All raise ReplicaFailed."""

    def tokens(self) -> set[int]:
        """Those that something is stored of."""
        ...

    def remove(self, token: int) -> None:
        """Remove one wholly."""
        ...


class FolderReplicas:
    """In a folder, one folder each."""

    def __init__(self, folder: Path):
        self._folder = folder

    def tokens(self) -> set[int]:
        """Those that have a folder."""
        try:
            return {int(name) for name in os.listdir(self._folder) if name.isdigit()}
        except FileNotFoundError:
            return set()
        except OSError as error:
            raise ReplicaFailed(f"{self._folder}: {error.strerror or error}") from None

    def remove(self, token: int) -> None:
        """Remove a folder."""
        try:
            shutil.rmtree(self._folder / f"{token:012d}")
        except OSError as error:
            raise ReplicaFailed(f"{self._folder}: {error.strerror or error}") from None


class ObjectReplicas:
    """In a bucket, one prefix each."""

    def __init__(self, store: S3Store):
        self._store = store

    def tokens(self) -> set[int]:
        """Those that have an object."""
        found: Any = self._ask("list_with_delimiter", f"{REPLICAS}/")
        names = (prefix.rstrip("/").rpartition("/")[2] for prefix in found["common_prefixes"])
        return {int(name) for name in names if name.isdigit()}

    def remove(self, token: int) -> None:
        """Remove all its objects."""
        pages: Any = self._ask("list", f"{REPLICAS}/{token:012d}/")
        for page in pages:
            self._ask("delete", [one["path"] for one in page])

    def _ask(self, call: str, what: Any) -> Any:
        import obstore
        from obstore.exceptions import BaseError

        try:
            return getattr(obstore, call)(self._store, what)
        except (BaseError, OSError) as error:
            raise ReplicaFailed(f"the store: {str(error).splitlines()[0][:300]}") from None


def client_of(settings: Standby, secrets: Mapping[str, str]) -> S3Store:
    """A client of the bucket. Loads obstore."""
    bucket, prefix = settings.bucket
    key_id = secrets[settings.key_id_env] if settings.key_id_env else ""
    secret = secrets[settings.secret_key_env] if settings.secret_key_env else ""
    return s3_store(bucket, prefix, settings.endpoint, settings.region, key_id, secret)


def lease_store(settings: Standby, secrets: Mapping[str, str]) -> LeaseStore:
    """Where the lease is."""
    if settings.folder is not None:
        return FolderStore(settings.folder)
    return ObjectStore(client_of(settings, secrets))


def probe_store(settings: Standby, secrets: Mapping[str, str]) -> LeaseStore:
    """A place beside the lease to try what the store does."""
    if settings.folder is not None:
        return FolderStore(settings.folder, "probe")
    return ObjectStore(client_of(settings, secrets), "probe.json")


def honours_conditions(store: LeaseStore) -> bool:
    """Whether a write in place of what is no longer there is refused. Raises StoreUnreachable."""
    found = store.read()
    version = store.write(b"1", None if found is None else found[1])
    if version is None:
        return True  # another wrote in between, and this one was refused
    if store.write(b"2", version) is None:
        return True
    return store.write(b"3", version) is None
