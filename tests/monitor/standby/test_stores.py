"""Both stores: one document, and a write that another came before is refused."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.standby.folder_store import FolderStore
from monitor.standby.lease import LeaseStore, StoreUnreachable
from monitor.standby.object_store import ObjectStore, s3_store

# The server takes seconds to start.
KINDS = ("folder", pytest.param("s3", marks=pytest.mark.slow))


@pytest.fixture(params=KINDS)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], LeaseStore]:
    """Opens the store as one host more."""
    if request.param == "folder":
        return lambda: FolderStore(tmp_path)
    client = request.getfixturevalue("s3")
    return lambda: ObjectStore(client)


def test_an_empty_store_has_no_document(opened: Callable[[], LeaseStore]) -> None:
    assert opened().read() is None


def test_what_one_writes_another_reads(opened: Callable[[], LeaseStore]) -> None:
    version = opened().write(b"one", None)
    assert version is not None
    assert opened().read() == (b"one", version)


def test_of_two_that_write_first_one_does(opened: Callable[[], LeaseStore]) -> None:
    assert opened().write(b"one", None) is not None
    assert opened().write(b"other", None) is None
    found = opened().read()
    assert found is not None
    assert found[0] == b"one"


def test_a_write_in_place_of_an_older_version_is_refused(
    opened: Callable[[], LeaseStore],
) -> None:
    first = opened().write(b"one", None)
    second = opened().write(b"two", first)
    assert second is not None
    assert opened().write(b"three", first) is None
    assert opened().read() == (b"two", second)


def test_a_folder_keeps_few_documents(tmp_path: Path) -> None:
    store, version = FolderStore(tmp_path), None
    for number in range(20):
        version = store.write(f"{number}".encode(), version)
    assert len(os.listdir(tmp_path / "lease")) == 3
    assert store.read() == (b"19", version)


def test_one_that_slept_since_a_number_that_was_used_and_removed_is_refused(
    tmp_path: Path,
) -> None:
    store, version = FolderStore(tmp_path), None
    old = store.write(b"old", None)
    version = old
    for number in range(20):
        version = store.write(f"{number}".encode(), version)
    assert store.write(b"late", old) is None
    assert store.read() == (b"19", version)


def test_a_folder_that_cannot_be_written_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "lease").write_text("a file in its place")
    with pytest.raises(StoreUnreachable, match="lease"):
        FolderStore(tmp_path).read()
    with pytest.raises(StoreUnreachable, match="lease"):
        FolderStore(tmp_path).write(b"one", None)


def test_a_server_that_is_gone_is_unreachable() -> None:
    client = s3_store("desk", "p", "http://127.0.0.1:1", "us-east-1", "key", "secret")
    with pytest.raises(StoreUnreachable):
        ObjectStore(client).read()
    with pytest.raises(StoreUnreachable):
        ObjectStore(client).write(b"one", None)
