"""Folders that may not be there yet."""

from __future__ import annotations

from pathlib import Path


def nearest_folder(folder: Path) -> Path:
    """The folder, or where it does not exist yet the nearest above it that does."""
    for one in (folder.absolute(), *folder.absolute().parents):
        if one.exists():
            return one
    return folder.absolute()
