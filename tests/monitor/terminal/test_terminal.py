"""What a terminal can show."""

from __future__ import annotations

import pytest

from monitor.terminal.table import PLAIN, is_ascii_only
from rules.wording import SPARKS


@pytest.mark.parametrize(
    ("environ", "encoding", "is_ascii"),
    [
        ({}, "utf-8", False),
        ({"LANG": "en_US.UTF-8"}, "utf-8", False),
        ({"LANG": "C"}, "utf-8", True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "utf-8", True),  # as Python itself sets it
        ({"LANG": "C", "LC_CTYPE": "de_DE.UTF-8"}, "utf-8", False),
        ({"LANG": "C.UTF-8"}, "utf-8", False),
        ({"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, "utf-8", True),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "C"}, "utf-8", False),
        ({"LC_CTYPE": "C", "LANG": "en_US.UTF-8"}, "utf-8", True),
        ({"LANG": "en_US.UTF-8"}, "iso8859-1", True),
        ({"LANG": "en_US.UTF-8"}, None, True),
    ],
)
def test_ascii_is_written_where_the_locale_or_the_stream_says_so(
    environ: dict[str, str], encoding: str | None, is_ascii: bool
) -> None:
    assert is_ascii_only(environ, encoding) is is_ascii


def test_a_sparkline_has_as_many_heights_in_ascii() -> None:
    plain = SPARKS.translate(PLAIN)
    assert plain.isascii()
    assert len(set(plain)) == len(SPARKS)
