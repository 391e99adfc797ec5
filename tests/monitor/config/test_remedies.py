"""What is advised for a value of another kind than a setting's: what to write in its place."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.config.load import build
from monitor.errors import ConfigInvalid

FEED = '[sources.gold]\ntype = "table"\npublisher = "x"\nbase_url = "file:///a"\npath = "/b"\n'
COLUMN = 'columns.close = { column = "c", title = "Gold", '
RULE = '[rules.mine]\ntype = "conditions"\ntitle = "t"\nkind = "event"\n'

MISTAKES = {
    "a list of one written as text": (
        '[[routing.routes]]\nrules = "gold_*"\nchannels = ["console"]',
        'routing.routes.0.rules: expected a valid array, got "gold_*"; write a list: ["gold_*"]',
    ),
    "tags": ('[rules.joint_selloff]\ntags = "flows"', 'write a list: ["flows"]'),
    "channels of a severity": ('[routing]\nwarning = "console"', 'write a list: ["console"]'),
    "times": ('[sources.cboe]\npoll_at = "18:00"', 'write a list: ["18:00"]'),
    "days": ('[calendar]\nclosed = { XNYS = "2025-01-09" }', 'write a list: ["2025-01-09"]'),
    "one table where there may be several": (
        '[routing.routes]\nchannels = ["console"]',
        "write [[routing.routes]] above each, or a list of { ... }",
    ),
    "text where tables are wanted": (
        '[routing]\nroutes = "gold"', "write [[routing.routes]] above each",
    ),
    "one condition without a list": (
        f'{RULE}all = {{ series = "spx", above = 1 }}', "write [[rules.mine.all]] above each",
    ),
    "a number in quotes": (
        '[monitor]\ntick_seconds = "15"', "write it without quotes: 15; it is in seconds",
    ),
    "a size in quotes": (
        f'{RULE}all = [{{ series = "spx", above = "1.5" }}]', "write it without quotes: 1.5",
    ),
    "true in quotes": ('[web]\nenabled = "true"', "write it without quotes: true"),
    "text in brackets": ('[desk]\nname = ["rates"]', 'write it without brackets: "rates"'),
    "a number for text": ("[desk]\nname = 7", 'write it in quotes: "7"'),
    "percent": (f'{FEED}{COLUMN}unit = "percent" }}', "did you mean 'pct'?"),
    "a unit by another name": (f'{FEED}{COLUMN}unit = "price" }}', "did you mean 'index'?"),
    "basis points": (f'{FEED}{COLUMN}unit = "bps" }}', "did you mean 'bp'?"),
    "a unit like none": (f'{FEED}{COLUMN}unit = "ounces" }}', "use one of these"),
    "a unit of a made series": (
        '[series.mine]\nsum = { spx = 1 }\ntitle = "t"\nunit = "%"', "did you mean 'pct'?",
    ),
    "how often it comes": (f'{FEED}frequency = "weekly"\n', "did you mean 'week'?"),
    "a kind": (RULE.replace("event", "events"), "did you mean 'event'?"),
    "bounds of a feed": (
        f'{FEED}{COLUMN}unit = "index", plausible = [9900, 1300] }}',
        "columns.close.plausible goes from 9900 down to 1300; write the lower bound first",
    ),
    "bounds of a made series": (
        '[series.mine]\nsum = { spx = 1 }\ntitle = "t"\nunit = "index"\nplausible = [5, -5]',
        "series.mine.plausible: goes from 5 down to -5; write the lower bound first",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_what_to_write_in_its_place_is_said(name: str) -> None:
    text, said = MISTAKES[name]
    with pytest.raises(ConfigInvalid) as caught:
        build(tomllib.loads(text), {}, Path())
    assert said in str(caught.value)


def test_what_may_be_a_secret_is_not_repeated_in_the_advice() -> None:
    secret = "xoxb-" + "1234567890-" * 3 + "abcdefghijklmnopqrstuvwx"
    with pytest.raises(ConfigInvalid) as caught:
        build({"routing": {"warning": secret}}, {}, Path())
    assert secret not in str(caught.value)
