"""The image of Containerfile, built on a base of Debian's packages and run as docs/container.md
says.

`python -m tests.image`, as root: with mmdebstrap, buildah, podman and runc, all from Debian's
packages. Prints a line a step with its seconds, and fails at the first that is not as promised.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

from monitor import __version__

ROOT: Final = Path(__file__).resolve().parents[1]
WORK: Final = ROOT / "build" / "image"
TOOLS: Final = ("mmdebstrap", "buildah", "podman", "runc")
BASE: Final = "localhost/havenwatch-base:debian"
IMAGE: Final = f"localhost/havenwatch:{__version__}"
STATE: Final = "/var/lib/havenwatch"
PLACES: Final = ("/", "/etc/havenwatch", "/opt/havenwatch", "/home", STATE, "/tmp")
DEMO: Final = f"{STATE}/demo"
# Everything in folders of its own; by runc and plain cgroups, which need no systemd.
STORE: Final = ("--root", str(WORK / "store"), "--runroot", str(WORK / "run"))
PODMAN: Final = ("podman", *STORE, "--runtime", "runc", "--cgroup-manager", "cgroupfs")
HARDENED: Final = (
    "--network", "none", "--read-only", "--tmpfs", "/tmp:size=256m,mode=1777", "--cap-drop", "ALL",
    "--security-opt", "no-new-privileges", "--ulimit", "nofile=1024:1024", "--ulimit",
    "nproc=1024:1024", "--volume", f"havenwatch-test:{STATE}",
)  # fmt: skip
PATIENCE_S: Final = 1_800.0


class NotAsPromised(Exception):
    """What an image does otherwise than the page says."""


def ran(*words: str, code: int | None = 0, patience_s: float = PATIENCE_S) -> str:
    """What a command prints. Raises NotAsPromised where it ends with another exit code."""
    done = subprocess.run(
        words, cwd=ROOT, capture_output=True, text=True, timeout=patience_s, check=False
    )
    said = done.stdout + done.stderr
    if code is not None and done.returncode != code:
        raise NotAsPromised(f"{' '.join(words)}: exit code {done.returncode}, not {code}\n{said}")
    return said


def inside(*words: str, code: int | None = 0, options: tuple[str, ...] = ()) -> str:
    """What havenwatch prints in a container that is removed after it."""
    once = (*PODMAN, "run", "--rm", "--no-healthcheck", *HARDENED, *options, IMAGE)
    return ran(*once, *words, code=code)


def expect(wanted: str, said: str) -> None:
    """Raise NotAsPromised unless it was said."""
    if wanted not in said:
        raise NotAsPromised(f"expected {wanted!r} in:\n{said}")


def base() -> None:
    """A root of Debian's own packages, with its Python."""
    file = WORK / "base.tar"
    if not file.exists():
        packages = "--include=python3,python3-venv,ca-certificates"
        part = file.with_suffix(".part.tar")
        ran("mmdebstrap", "--quiet", "--variant=minbase", packages, "bookworm", str(part))
        part.rename(file)
    ran(*PODMAN, "import", str(file), BASE)


def build() -> None:
    """The image, as `make image` makes it, but for the base and where packages come from."""
    # The certificates are the host's: its registry may be behind a proxy of its own.
    certificates = "--volume=/etc/ssl/certs:/etc/ssl/certs:ro"
    ran(
        "buildah", *STORE, "build", "--isolation", "chroot", "--format", "docker", "--layers=false",
        "--build-arg", f"BASE={BASE}", certificates, "--tag", IMAGE, "--file", "Containerfile", ".",
    )  # fmt: skip


def settings() -> None:
    """The user, the health check and what starts it."""
    found = json.loads(ran(*PODMAN, "image", "inspect", IMAGE))[0]
    config = found["Config"]
    size_mb = found["Size"] / 1e6
    health = found.get("Healthcheck") or config.get("Healthcheck")
    assert config["User"] == "10001:10001", config
    assert config["Entrypoint"] == ["havenwatch"], config
    assert health["Test"] == ["CMD", "havenwatch", "check", "--health"], health
    click.echo(f"  {size_mb:,.0f} MB with its base")


def version() -> None:
    """The version, and what it says where there is no configuration."""
    expect(f"havenwatch, version {__version__}", inside("--version"))
    expect("cannot read /etc/havenwatch/config.toml", inside("check", code=3))


def confined() -> None:
    """It is not root, and can write to its volume and /tmp alone."""
    script = (
        "import os; print(os.getuid(), os.getgid())\n"
        f"for one in {PLACES}:\n"
        "    try: open(one + '/it', 'w').close(); print('wrote', one)\n"
        "    except OSError as error: print('refused', one, error.strerror)\n"
        "print(open('/proc/self/status').read())"
    )  # fmt: skip
    said = inside("-c", script, options=("--entrypoint", "/opt/havenwatch/bin/python"))
    expect("10001 10001", said)
    wrote = [line.split()[1] for line in said.splitlines() if line.startswith("wrote")]
    assert wrote == [STATE, "/tmp"], said
    expect("CapEff:\t0000000000000000", said)
    expect("NoNewPrivs:\t1", said)


def demonstration() -> None:
    """Spring 2025, whole, and what looks at it."""
    expect("joint_selloff/us/2025-04-10", inside("demo", "--no-web", "--dir", DEMO))
    in_demo = ("--workdir", DEMO)
    expect("clock frozen at", inside("check", code=None, options=in_demo))
    expect("OK - ", inside("check", "--health", options=in_demo))
    expect("DXY", inside("show", "joint_selloff/us/2025-04-10", options=in_demo))
    said = inside("doctor", "--offline", code=None, options=in_demo)
    expect(" checks: ", said)
    if "failed  " in said:
        raise NotAsPromised(said)


def served() -> None:
    """A container that goes on is healthy by the image's own check, and stops when it is asked."""
    started = (*PODMAN, "run", "--detach", "--name", "page", *HARDENED, "--workdir", DEMO)
    try:
        ran(*started, IMAGE, "web")
        ran(*PODMAN, "healthcheck", "run", "page")
        ran(*PODMAN, "stop", "--time", "10", "page")
        expect('"ExitCode": 0', ran(*PODMAN, "inspect", "page"))
    finally:
        ran(*PODMAN, "rm", "--force", "page", code=None)


def running() -> None:
    """`init` and `run`: without a network it evaluates all the same, says so, and stops."""
    config = WORK / "config"
    shutil.rmtree(config, ignore_errors=True)
    config.mkdir()
    config.chmod(0o777)
    mounted = ("--volume", f"{config}:/etc/havenwatch")
    database = f"{STATE}/havenwatch.db"
    inside("--db", database, "init", "--no-input", options=mounted)
    started = (
        *PODMAN,
        "run",
        "--detach",
        "--name",
        "bot",
        *HARDENED,
        f"{mounted[0]}={mounted[1]}:ro",
    )
    try:
        ran(*started, IMAGE, "run")
        said = ""
        for _ in range(60):
            said = ran(*PODMAN, "exec", "bot", "havenwatch", "check", code=None)
            if "no database" not in said and "no evaluation yet" not in said:
                break
            time.sleep(2)
        expect("no successful poll yet", said)
        ran(*PODMAN, "stop", "--time", "10", "bot")
        expect('"ExitCode": 0', ran(*PODMAN, "inspect", "bot"))
        if "Read-only file system" in (logged := ran(*PODMAN, "logs", "bot")):
            raise NotAsPromised(logged)
    finally:
        ran(*PODMAN, "rm", "--force", "bot", code=None)


STEPS: Final[dict[str, Callable[[], None]]] = {
    "a base of Debian's packages": base,
    "the image, built": build,
    "user, health check and entry point": settings,
    "version": version,
    "read-only, without root and capabilities": confined,
    "the demonstration, check and doctor in it": demonstration,
    "the page, healthy, and stopped": served,
    "init, run and stop without a network": running,
}


def main() -> int:
    """The exit code."""
    missing = [one for one in TOOLS if shutil.which(one) is None]
    if missing or os.geteuid() != 0:
        click.echo(f"as root, with: apt-get install --no-install-recommends {' '.join(TOOLS)}")
        return 1
    WORK.mkdir(parents=True, exist_ok=True)
    try:
        for name, step in STEPS.items():
            began = time.monotonic()
            step()
            click.echo(f"ok      {name}: {time.monotonic() - began:.0f} s")
    except (NotAsPromised, AssertionError) as error:
        click.echo(f"FAILED  {name}: {error}")
        return 1
    finally:
        ran(*PODMAN, "volume", "rm", "--force", "havenwatch-test", code=None)
    click.echo(f"{len(STEPS)} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
