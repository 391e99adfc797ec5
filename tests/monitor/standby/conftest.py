"""A store as S3 is, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

KEY_ID, SECRET, BUCKET, REGION = "standby-key", "standby-secret-of-the-tests", "desk", "us-east-1"


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The address of a server with an empty bucket."""
    from tests.monitor.standby.s3_server import S3Server

    with S3Server(BUCKET) as server:
        yield server.endpoint


@pytest.fixture
def s3(s3_endpoint: str, request: pytest.FixtureRequest) -> Any:
    """A client of a prefix of its own."""
    from monitor.standby.object_store import s3_store

    prefix = request.node.name.replace("[", "-").replace("]", "")
    return s3_store(BUCKET, prefix, s3_endpoint, REGION, KEY_ID, SECRET)
