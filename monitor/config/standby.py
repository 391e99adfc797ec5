"""The second host: what the hosts share, and how long one waits for the other."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from annotated_types import Interval

from alerts.transport.network import is_loopback

SCHEMES: Final = ("file", "s3")


@dataclass(frozen=True, kw_only=True)
class Standby:
    """The same on every host. `replica` is the folder (file:///mnt/shared/havenwatch) or the bucket
    (s3://bucket/prefix) that they share; a host is `host_id`, its own name where that is empty."""

    enabled: bool = False
    host_id: str = ""
    replica: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    key_id_env: str = ""
    secret_key_env: str = ""
    lease_seconds: Annotated[int, Interval(ge=6, le=600)] = 30
    replicator: Literal["run", "external"] = "run"
    lag_warning_seconds: Annotated[int, Interval(ge=10, le=86400)] = 60

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The key of the store, where it has one; a host may be let in without."""
        return tuple(filter(None, (self.key_id_env, self.secret_key_env))) if self.enabled else ()

    @property
    def name(self) -> str:
        """By what this host is known to the others."""
        return self.host_id or socket.gethostname()

    @property
    def folder(self) -> Path | None:
        """The shared folder; None where it is a bucket."""
        parts = urlsplit(self.replica)
        return Path(parts.path) if parts.scheme == "file" else None

    @property
    def bucket(self) -> tuple[str, str]:
        """The bucket, and what its keys begin with."""
        parts = urlsplit(self.replica)
        return parts.netloc, parts.path.strip("/")

    def problems(self) -> tuple[str, ...]:
        """What is wrong between the settings, each with its remedy."""
        if not self.enabled:
            return ()
        found = []
        parts = urlsplit(self.replica)
        if parts.scheme not in SCHEMES or not (parts.path.strip("/") or parts.netloc):
            found.append("replica: write file:///FOLDER or s3://BUCKET/PREFIX")
        elif parts.scheme == "file" and parts.netloc:
            found.append("replica: write file:///FOLDER, with three slashes")
        elif parts.scheme == "s3" and "@" in parts.netloc:
            found.append("replica holds a login: name its variables in key_id_env, secret_key_env")
        if bool(self.key_id_env) != bool(self.secret_key_env):
            found.append("key_id_env and secret_key_env go together: set both or neither")
        address = urlsplit(self.endpoint)
        if self.endpoint and not (
            address.scheme == "https"
            or (address.scheme == "http" and is_loopback(address.hostname or ""))
        ):
            found.append("endpoint: start it with https://, as the database is sent there")
        return tuple(found)
