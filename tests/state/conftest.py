"""A backup to restore, and the path at which to."""

from __future__ import annotations

from pathlib import Path

import pytest

from state.backup import copy_database
from tests.state.databases import a_database


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    to = tmp_path / "elsewhere" / "backup.db"
    to.parent.mkdir()
    a_database(tmp_path / "source.db", "restored").close()
    copy_database(tmp_path / "source.db", to)
    return to


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is to be."""
    (tmp_path / "live").mkdir()
    return tmp_path / "live" / "x.db"
