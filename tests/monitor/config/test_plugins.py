"""What is set where the classes of sources and rules are loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.slow
def test_names_of_columns_are_plain_strings_with_and_without_pyarrow() -> None:
    script = (
        "import pandas as pd; import monitor.config.plugins;"
        "print(getattr(pd.DataFrame({'spx': []}).columns.dtype, 'storage', 'python'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "python"
