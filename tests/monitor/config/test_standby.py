"""What may be wrong with [standby]."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.load import build
from monitor.config.standby import Standby
from monitor.errors import ConfigInvalid

S3 = {"enabled": True, "replica": "s3://desk/prod"}


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"enabled": True}, "write file:///FOLDER or s3://BUCKET/PREFIX"),
        ({"enabled": True, "replica": "/mnt/shared"}, "write file:///FOLDER"),
        ({"enabled": True, "replica": "file://mnt/shared"}, "three slashes"),
        ({"enabled": True, "replica": "s3://key:secret@desk/x"}, "holds a login"),
        ({**S3, "key_id_env": "STORE_KEY"}, "go together"),
        ({**S3, "endpoint": "http://minio.example.org"}, "start it with https://"),
        ({**S3, "lease_seconds": 2}, "lease_seconds"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(block: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigInvalid, match=words):
        build({"standby": block}, {"STORE_KEY": "a-key-of-the-store"}, Path())


def test_its_secrets_are_read_where_it_is_enabled() -> None:
    block = {**S3, "key_id_env": "STORE_KEY", "secret_key_env": "STORE_SECRET"}
    environ = {"STORE_KEY": "a-key-of-the-store", "STORE_SECRET": "a-secret-of-the-store"}
    assert build({"standby": block}, environ, Path()).secrets == environ
    with pytest.raises(ConfigInvalid, match="STORE_SECRET is not set"):
        build({"standby": block}, {"STORE_KEY": "a-key-of-the-store"}, Path())
    assert build({"standby": {**block, "enabled": False}}, {}, Path()).secrets == {}


def test_what_is_shared_is_a_folder_or_a_bucket() -> None:
    shared = Standby(enabled=True, replica="file:///mnt/shared")
    assert (shared.folder, shared.problems()) == (Path("/mnt/shared"), ())
    assert Standby(enabled=True, replica="s3://desk/a/b/").bucket == ("desk", "a/b")
