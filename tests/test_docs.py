"""What is written is run: the README's commands, its tables and the links between the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.help import GROUPS
from monitor.cli.main import main
from monitor.config.plugins import channel_types, rule_types, source_types
from monitor.demo.server import Standins
from tests.alerts.slack_standin import SCOPES
from tests.support import toml_sources

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "CHANGELOG.md",
]

# `run`, `demo` and `init` have tests of their own. What is looked up
# in the demonstration is run behind it (.ci/demonstration). The test messages need a secret.
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
ELSEWHERE = ("run", "demo", "init", "send-test slack_webhook")
IN_THE_DEMONSTRATION = ("--config demo/", "--db demo/")


def commands(page: str) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def test_the_two_commands_of_a_newcomer_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = [line.removeprefix("make ") for line in commands(README) if line.startswith("make ")]
    assert targets == ["demo", "test"]
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_commands_of_the_readme_and_the_tour_run(
    standins: Standins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(toml_sources(standins, "min_interval_s = 0.0"))
    run = 0
    for line in dict.fromkeys([*commands(README), *commands(TOUR)]):
        words = line.removeprefix(".venv/bin/havenwatch ")
        if words == line or words in ELSEWHERE or words.startswith(IN_THE_DEMONSTRATION):
            continue
        done = CliRunner().invoke(main, words.split())
        assert "Usage:" not in done.output, line
        assert done.exception is None or isinstance(done.exception, SystemExit), line
        run += 1
    assert run >= 5
    assert Path("digest.html").exists()


def test_the_page_of_commands_lists_each_once_in_the_order_of_help() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    listed = re.findall(r"\| `havenwatch ([a-z-]+)", page)
    assert listed == [name for names in GROUPS.values() for name in names]
    assert set(listed) == set(main.every())
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == list(GROUPS)


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


def anchors(page: Path) -> set[str]:
    """What a link can name in a page: its headings as GitHub writes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 _-]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        linked = page.parent / target if target else page
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors(linked), f"{target}#{anchor}"


def test_every_rule_and_every_setting_of_one_is_explained() -> None:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    for rule_id, cls in rule_types().items():
        assert cls.title in text, rule_id


def test_every_source_is_explained() -> None:
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z0-9_]+)` \|", text, re.MULTILINE)) == set(source_types())


def test_every_source_is_in_the_configuration_with_its_terms() -> None:
    config = (ROOT / "config.toml").read_text(encoding="utf-8")
    for name in source_types():
        assert f"[sources.{name}]" in config or f'type = "{name}"' in config


def test_every_channel_is_explained() -> None:
    text = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z_]+)` \| [^|]+ \|$", text, re.MULTILINE)) == set(
        channel_types()
    )


def test_the_slack_app_asks_for_every_scope_that_is_used() -> None:
    text = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    (manifest,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert set(re.findall(r"- (\w+:\w+)", manifest)) == SCOPES | {"groups:history"}
    for wanted in ("socket_mode_enabled: true", "is_enabled: true"):
        assert wanted in manifest


def test_every_path_in_contributing_is_there() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = [p for p in re.findall(r"`([\w./-]+/[\w./-]*)`", page) if "NAME" not in p]
    assert len(paths) > 30
    assert [path for path in paths if not (ROOT / path).exists()] == []
