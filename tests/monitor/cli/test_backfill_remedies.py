"""What `backfill` advises where a source gave no history: by what would help."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.main import main

FEED = """
[sources.gold]
type = "table"
publisher = "the desk"
base_url = "file://{folder}"
path = "/gold.csv"
columns.close = {{ column = "close", title = "Gold", unit = "index", plausible = [100, 20000] }}
"""
RUN_AGAIN = "run it again; it continues where it stopped"
CORRECT = "correct the file or the block of gold"


@pytest.mark.parametrize(
    ("written", "advised", "not_advised"),
    [
        ("", RUN_AGAIN, CORRECT),
        ("date,closing\n2025-04-08,3000\n", CORRECT, RUN_AGAIN),
        ('date,close\n2025-04-08,"3,000"\n', CORRECT, RUN_AGAIN),
        ("date,close\n2025-04-08,30000\n", CORRECT, RUN_AGAIN),
    ],
)
def test_running_it_again_is_advised_only_where_it_can_help(
    tmp_path: Path, written: str, advised: str, not_advised: str
) -> None:
    (tmp_path / "config.toml").write_text(FEED.format(folder=tmp_path), encoding="utf-8")
    if written:
        (tmp_path / "gold.csv").write_text(written, encoding="utf-8")
    words = ["--config", str(tmp_path / "config.toml"), "backfill", "--source", "gold"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 1
    said = " ".join(done.output.split())
    assert advised in said
    assert not_advised not in said
