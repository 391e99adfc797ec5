"""A release: the SBOM, the audit of what it lists, and files that anybody can verify."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.audit import LOUD
from tests.licences import ROOT
from tests.sbom import problems

pytestmark = pytest.mark.slow

PATIENCE_S = 600
WEAK = "urllib3"


class Advisories(BaseHTTPRequestHandler):
    """OSV, as far as the audit asks: one package has a known weakness."""

    weak: str = WEAK

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        package = asked["package"]
        is_weak = package["name"] == self.weak
        one = {"id": "PYSEC-0", "summary": "made up", "affected": [{"package": package}]}
        body = json.dumps({"vulns": [one]} if is_weak else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def osv() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Advisories) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with the environment of this one."""
    folder = tmp_path_factory.mktemp("release")
    named = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in filter(None, named):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # Its tools and the program's packages come from the registry, not from what is installed here.
    environ = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    return subprocess.run(
        ["make", "--old-file", ".venv/developer", *words],
        cwd=folder, env=environ, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip


def verified(dist: Path, key: Path) -> bool:
    """Whether the signature and all sums are right, by the commands of CONTRIBUTING.md."""
    signers = dist.parent / "signers"
    signers.write_text(f"maintainers {key.with_suffix('.pub').read_text('utf-8')}", "utf-8")
    words = ["ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", "maintainers"]
    words += ["-n", "file", "-s", "SHA256SUMS.sig"]
    with (dist / "SHA256SUMS").open("rb") as sums:
        signed = subprocess.run(words, cwd=dist, stdin=sums, capture_output=True, check=False)
    summed = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"],
        cwd=dist,
        capture_output=True,
        check=False,
    )
    return signed.returncode == 0 and summed.returncode == 0


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen signs a release")
def test_a_release_is_signed_and_lists_what_it_installs(tree: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    made = make(tree, "release", f"KEY={key}")
    assert made.returncode == 0, made.stdout + made.stderr
    dist = tree / "dist"
    kinds = {".whl", ".gz", ".json", ".sig", ""}
    assert {one.suffix for one in dist.iterdir()} == kinds
    assert [*problems(dist / "havenwatch.cdx.json")] == []
    assert verified(dist, key)
    (wheel,) = dist.glob("*.whl")
    wheel.write_bytes(wheel.read_bytes() + b"\0")
    assert not verified(dist, key)


def test_without_a_key_nothing_is_built(tree: Path) -> None:
    made = make(tree, "release")
    assert made.returncode != 0
    assert "expected KEY=FILE, an SSH key to sign with" in made.stdout


def test_an_audit_fails_on_a_known_weakness_and_where_nobody_answers(
    tree: Path, osv: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = f"AUDIT=--vulnerability-service osv --osv-url {osv}"
    found = make(tree, "audit", asked)
    assert found.returncode != 0
    assert WEAK in found.stdout
    assert "PYSEC-0" in found.stdout
    monkeypatch.setattr(Advisories, "weak", "")
    assert make(tree, "audit", asked).returncode == 0
    there_is_none = "AUDIT=--vulnerability-service osv --osv-url http://127.0.0.1:9"
    nobody = make(tree, "audit", there_is_none)
    assert nobody.returncode != 0
    assert LOUD in nobody.stdout
    in_ci = make(tree, "audit", f"{there_is_none} --unasked-passes")
    assert in_ci.returncode == 0
    assert LOUD in in_ci.stdout
    monkeypatch.setattr(Advisories, "weak", WEAK)
    assert make(tree, "audit", f"{asked} --unasked-passes").returncode != 0
