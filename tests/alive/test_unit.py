"""The systemd unit of docs/alive.md: what it leaves open, by systemd's own count."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.alive.test_words import PAGE

UNIT: Final = re.search(r"```ini\n(\[Unit\].*?)```", PAGE, re.DOTALL)
# Of 10; where systemd says "OK" ends at 5.
MOST_EXPOSED: Final = 2.0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_little_is_exposed(tmp_path: Path) -> None:
    assert UNIT is not None
    path = tmp_path / "havenwatch.service"
    path.write_text(UNIT[1])
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found is not None, done.stderr
    assert float(found[1]) < MOST_EXPOSED
    assert f"rates this unit {found[1]}." in PAGE.replace("`", "")
