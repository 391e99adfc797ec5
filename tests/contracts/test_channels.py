"""What every channel keeps to, found by its file."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

import pytest

from alerts.channel import Channel, Reachable
from monitor.config.plugins import channel_types

EVERY = pytest.mark.parametrize("cls", channel_types().values(), ids=sorted(channel_types()))
EXAMPLES: dict[str, Any] = {
    "conversation": "C0123ABCD",
    "host": "localhost",
    "sender": "a@example.org",
    "to": ("b@example.org",),
}


def example(cls: type[Channel]) -> Channel:
    """The channel with only what it cannot do without."""
    assert is_dataclass(cls)
    required = [
        one.name for one in fields(cls) if one.default is MISSING and one.default_factory is MISSING
    ]
    made = cls(**{name: EXAMPLES[name] for name in required})
    assert isinstance(made, Channel)
    return made


@EVERY
def test_a_channel_is_named_after_its_file_and_is_a_frozen_block_of_settings(
    cls: type[Channel],
) -> None:
    assert cls.__module__ == f"alerts.channels.{cls.channel_type}"
    channel = example(cls)
    assert channel.enabled
    assert cls.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert (cls.__doc__ or "").strip()


@EVERY
def test_secrets_are_named_by_settings_that_end_in_env(cls: type[Channel]) -> None:
    channel = example(cls)
    named = {
        getattr(channel, one.name)
        for one in fields(cls)  # type: ignore[arg-type]
        if one.name.endswith("_env")
    }
    assert set(channel.secret_names) <= named
    words = ("token", "password", "url", "key", "secret")
    for one in fields(cls):  # type: ignore[arg-type]
        if any(one.name == word for word in words):
            pytest.fail(f"{one.name} would hold a secret; name an environment variable instead")


@EVERY
def test_time_is_an_argument_of_sending(cls: type[Channel]) -> None:
    assert list(inspect.signature(cls.send).parameters) == [
        "self",
        "message",
        "secrets",
        "at",
        "again",
    ]


@EVERY
def test_a_channel_can_be_tested_without_a_message(cls: type[Channel]) -> None:
    assert isinstance(example(cls), Reachable)
    assert list(inspect.signature(cls.reach).parameters) == ["self", "secrets", "at"]  # type: ignore[attr-defined]
