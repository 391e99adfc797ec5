"""The licences of what is installed with havenwatch: all known, accepted, and in the docs."""

from __future__ import annotations

from email.message import Message

import pytest

from tests import licences
from tests.licences import ACCEPTED, BEGINS, PAGE, licence_of, locked, parts_of, rows


def test_the_page_lists_every_package_with_its_licence() -> None:
    _, _, table = PAGE.read_text(encoding="utf-8").partition(BEGINS)
    assert table == "".join(rows()), "make licences"
    assert {"pandas", "requests", "slack-sdk"} <= set(locked())


@pytest.mark.parametrize("package", locked())
def test_a_licence_is_one_that_was_decided_on(package: str) -> None:
    assert parts_of(licence_of(package)) <= ACCEPTED


SAID: tuple[tuple[dict[str, str], str | None], ...] = (
    ({"License-Expression": "MIT AND Zlib"}, "MIT AND Zlib"),
    ({"License": "MIT"}, "MIT"),
    ({"Classifier": "License :: OSI Approved :: BSD License"}, "BSD-3-Clause"),
    ({"License": "the whole text", "Classifier": "License :: OSI Approved :: MIT License"}, "MIT"),
    ({"License": "GPL-3.0"}, None),
    ({"Classifier": "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"}, None),
    ({}, None),
)


@pytest.mark.parametrize(("said", "expected"), SAID)
def test_a_licence_is_read_from_what_a_package_says(
    said: dict[str, str], expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = Message()
    for name, value in said.items():
        message[name] = value
    monkeypatch.setattr(licences, "metadata", lambda _: message)
    if expected is None:
        with pytest.raises(ValueError, match=r"^one: expected a licence of tests"):
            licence_of("one")
    else:
        assert licence_of("one") == expected
