"""A file for people is written whole, and what is no file stays what it is."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from monitor.whole_file import whole_file


def write(path: Path, content: bytes = b"numbers") -> None:
    with whole_file(path, "--output") as file:
        file.write(content)


def test_a_device_is_written_and_not_replaced(tmp_path: Path) -> None:
    device = tmp_path / "null"
    try:
        os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        write(device)
    except PermissionError:
        pytest.skip("only root makes devices, where they may be used")
    assert stat.S_ISCHR(device.stat().st_mode)


def test_a_pipe_takes_it_also_through_a_link(tmp_path: Path) -> None:
    pipe, link, taken = tmp_path / "pipe", tmp_path / "link", list[bytes]()
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    reader = threading.Thread(target=lambda: taken.append(pipe.read_bytes()))
    reader.start()
    write(link)
    reader.join()
    assert taken == [b"numbers"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == []


def test_a_link_to_a_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"other")
    (tmp_path / "link").symlink_to(tmp_path / "other")
    write(tmp_path / "link")
    assert (tmp_path / "link").read_bytes() == b"numbers"
    assert (tmp_path / "other").read_bytes() == b"other"
