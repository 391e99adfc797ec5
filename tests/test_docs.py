"""What is written is run: the README's commands, its tables and the links between the pages."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.help import GROUPS
from monitor.cli.main import main
from monitor.config.plugins import channel_types, quote_types, rule_types, source_types
from monitor.demo.server import Standins
from monitor.doctor.examine import check_types
from tests.alerts.slack_limits import SCOPES
from tests.support import toml_sources
from tests.test_commands_written import lines_of

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "CHANGELOG.md",
]

# What asks or serves until it is stopped has tests of its own. What is looked up in the
# demonstration is run behind it (.ci/demonstration).
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
ELSEWHERE = ("run", "demo", "init", "web")
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


@pytest.mark.slow
def test_every_command_of_the_pages_runs(
    standins: Standins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(toml_sources(standins, "min_interval_s = 0.0"))
    folders = {"/backup/": f"{tmp_path}/", "/srv/havenwatch/": f"{tmp_path}/"}
    pages = [page for page in PAGES if page.name != "tutorial.md"]  # walked as one, in its order
    lines = dict.fromkeys(line.strip() for page in pages for line in lines_of(page))
    run = []
    for line in lines:
        if line.startswith((*ELSEWHERE, *IN_THE_DEMONSTRATION)):
            continue
        for there, here in folders.items():
            line = line.replace(there, here)
        done = CliRunner().invoke(main, shlex.split(line))
        assert "Usage:" not in done.output, line
        assert done.exception is None or isinstance(done.exception, SystemExit), line
        run.append(line.split()[0])
    assert {"config", "backfill", "check", "export", "backup", "restore", "sources"} <= {*run}
    assert {"digest.html", "spx.parquet", "havenwatch-2025-04-10.db"} <= {
        one.name for one in tmp_path.iterdir()
    }


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
    shown = COMMENT.sub("", page.read_text(encoding="utf-8"))
    for target, anchor in LINK.findall(shown):
        if target.startswith("http"):
            continue
        linked = page.parent / target if target else page
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors(linked), f"{target}#{anchor}"


def test_every_rule_and_every_setting_of_one_is_explained() -> None:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    for rule_id, cls in rule_types().items():
        assert cls().title in text, rule_id


def test_every_source_is_explained() -> None:
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    feeds = set(quote_types()) - {"quote_table"}
    named = set(re.findall(r"^\| `([a-z0-9_]+)` \|", text, re.MULTILINE))
    assert named == {*source_types(), *feeds}


def test_every_source_is_in_the_configuration_with_its_terms() -> None:
    config = (ROOT / "config.toml").read_text(encoding="utf-8")
    for name in {*source_types(), *quote_types()} - {"quote_table"}:
        assert f"[sources.{name}]" in config or f'type = "{name}"' in config


def test_every_channel_is_explained() -> None:
    text = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z_]+)` \| [^|]+ \|$", text, re.MULTILINE)) == set(
        channel_types()
    )


def test_every_check_of_doctor_is_explained() -> None:
    text = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    table = text.partition("## What is checked")[2].partition("What a channel")[0]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE)) == set(check_types())


def test_the_slack_app_asks_for_every_scope_that_is_used() -> None:
    text = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    (manifest,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert set(re.findall(r"- (\w+:\w+)", manifest)) == SCOPES | {"groups:history"}
    for wanted in ("socket_mode_enabled: true", "is_enabled: true", "- commands\n",
                   "- command: /haven", "- app_home_opened", "home_tab_enabled: true"):  # fmt: skip
        assert wanted in manifest


def test_every_path_in_contributing_is_there() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = [p for p in re.findall(r"`([\w./-]+/[\w./-]*)`", page) if "NAME" not in p]
    assert len(paths) > 30
    assert [path for path in paths if not (ROOT / path).exists()] == []
