"""What `feeds add` takes as the address of a file."""

from __future__ import annotations

import pytest

from monitor.cli.feed_address import address_settings
from monitor.errors import HavenwatchError


@pytest.mark.parametrize(
    ("address", "base_url", "path"),
    [
        ("https://example.org/a.csv?x=1", "https://example.org", "/a.csv?x=1"),
        ("http://[::1]:81", "http://[::1]:81", "/"),
        ("file:///srv/a.csv", "file:///srv", "/a.csv"),
        ("/srv/a.csv", "file:///srv", "/a.csv"),
    ],
)
def test_an_address_is_a_host_and_a_path(address: str, base_url: str, path: str) -> None:
    assert address_settings(address) == {"base_url": base_url, "path": path}


@pytest.mark.parametrize(
    "address", ["http://[", "https://[zz]/a.csv", "http://a]b/", "~nobody-here/a.csv"]
)
def test_what_is_no_address_is_refused_in_words(address: str) -> None:
    with pytest.raises(HavenwatchError, match="expected the URL of a file"):
        address_settings(address)
