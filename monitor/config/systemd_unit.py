"""The unit by which systemd runs havenwatch: the one of docs/alive.md, for one machine's paths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# ProtectHome=yes would hide what lies in these.
HOMES: Final = (Path("/home"), Path("/root"), Path("/run/user"))
# What systemd reads as it is, also in a list or a command.
PLAIN: Final = re.compile(r"[A-Za-z0-9_./:@+=,-]+", re.ASCII)

TEXT: Final = """\
[Unit]
Description=havenwatch
Wants=network-online.target
After=network-online.target time-sync.target

[Service]
Type=notify
User={user}
WorkingDirectory={folder}
EnvironmentFile={secrets}
ExecStart={command}
ExecReload=/bin/kill -HUP $MAINPID
TimeoutStartSec=20min
WatchdogSec=300
Restart=always
RestartSec=10

MemoryMax=1G
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome={home}
ReadWritePaths={writable}
CacheDirectory=havenwatch
Environment=MPLCONFIGDIR=/var/cache/havenwatch
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
ProcSubset=pid
PrivateUsers=yes
PrivateMounts=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
CapabilityBoundingSet=
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""


@dataclass(frozen=True)
class Installation:
    """Where havenwatch is on a machine; all paths are absolute. `interpreter` is the Python behind
    `program`, which may lie elsewhere; `database` is None where the configuration names it."""

    user: str
    program: Path
    interpreter: Path
    config: Path
    database: Path | None
    secrets: Path
    has_secrets: bool
    writable: tuple[Path, ...]


def unit_text(here: Installation) -> str:
    """The unit, with which systemd runs it as this user and lets it write these folders alone."""
    config = [] if here.config.name == "config.toml" else ["--config", str(here.config)]
    database = [] if here.database is None else ["--db", str(here.database)]
    command = [str(here.program), *config, *database, "run"]
    paths = (here.program, here.interpreter, here.config, here.secrets, *here.writable)
    is_in_home = any(path.is_relative_to(home) for path in paths for home in HOMES)
    optional = "" if here.has_secrets else "-"
    return TEXT.format(
        user=here.user,
        folder=_whole(here.config.parent),
        secrets=optional + _whole(here.secrets),
        command=" ".join(_quoted(word.replace("$", "$$")) for word in command),
        home="read-only" if is_in_home else "yes",
        writable=" ".join(_quoted(str(one)) for one in here.writable),
    )


def _whole(path: Path) -> str:
    """A path that fills its line, in which only % is read."""
    return str(path).replace("%", "%%")


def _quoted(word: str) -> str:
    """A word of several in a line."""
    if PLAIN.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
