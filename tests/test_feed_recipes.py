"""The recipes of docs/feeds.md: each command writes its block, and the numbers are stored."""

from __future__ import annotations

import base64
import threading
import tomllib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitor.cli.main import main
from monitor.config.plugins import source_types
from monitor.demo.server import Server
from tests.feed_recipes import FILES, FOLDER, HOSTS, recipes
from tests.slow import quick_where

SECRET = "f3ed-t0ken-of-a-desk"
BEARER = {"Authorization": f"Bearer {SECRET}"}
OFF = "".join(f"[sources.{n}]\nenabled = false\n" for n in source_types() if n != "table")


@pytest.fixture
def served() -> Iterator[tuple[str, dict[str, bytes]]]:
    """The address of a server, and the answers by the Authorization that each wants."""
    answers: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = answers.get(self.headers.get("Authorization", ""))
            self.send_response(401 if found is None else 200)
            self.send_header("Content-Length", str(len(found or b"")))
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", answers
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "config.toml"
    path.write_text(OFF, encoding="utf-8")
    return path


def called(*words: str) -> Result:
    return CliRunner(env={"DESK_FEED_TOKEN": SECRET}).invoke(main, list(words))


def moved(text: str, folder: Path, host: str) -> str:
    """What the page says, of a folder and a server that are there."""
    for named in HOSTS:
        text = text.replace(named, host)
    return text.replace(FOLDER, str(folder))


def test_every_recipe_is_tried_here() -> None:
    assert list(recipes()) == list(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_recipe_writes_its_block_and_stores_the_numbers(
    name: str, tmp_path: Path, served: tuple[str, dict[str, bytes]]
) -> None:
    host, answers = served
    recipe, content = recipes()[name], FILES[name]()
    words = [moved(one, tmp_path, host) for one in recipe.words]
    if words[2].startswith("http"):
        answers[BEARER["Authorization"] if "--token-env" in words else ""] = content
    else:
        Path(words[2]).parent.mkdir(exist_ok=True)
        Path(words[2]).write_bytes(content)
    done = called(*words, "--backfill")
    assert done.exit_code == 0, done.output
    assert SECRET not in done.output
    wanted = tomllib.loads(moved(recipe.block, tmp_path, host))["sources"]
    (feed,) = wanted
    written = tomllib.loads(Path("config.toml").read_text("utf-8"))["sources"]
    assert written[feed] == wanted[feed]
    listed = called("feeds").output
    for key in wanted[feed]["columns"]:
        assert f"{feed}.{key}" in listed
    assert "nothing stored" not in listed
    assert called("config", "check").exit_code == 0


def test_a_login_goes_as_basic_and_a_wrong_token_is_one_error(
    served: tuple[str, dict[str, bytes]], config: Path
) -> None:
    host, answers = served
    login = base64.b64encode(SECRET.encode()).decode()
    answers[f"Basic {login}"] = FILES["A REST feed with a token"]()
    words = ("feeds", "add", f"{host}/dxy", "--token-env", "DESK_FEED_TOKEN", "--yes")
    done = called(*words)
    assert done.exit_code == 1
    assert "expected HTTP 200, got HTTP 401" in done.output
    assert "nothing was written" in done.output
    assert config.read_text("utf-8") == OFF
    assert called(*words, "--authorization", "basic").exit_code == 0


def half(content: bytes) -> bytes:
    return content[: len(content) // 2 - 3]


DROPPED = [one for one, recipe in recipes().items() if recipe.words[2].startswith("/")]
MISHAPS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.unlink, "expected a file, got none"),
    "half written": (lambda path: path.write_bytes(half(path.read_bytes())), "expected"),
    "empty": (lambda path: path.write_bytes(b""), "expected"),
    "not mounted": (lambda path: path.parent.rename(path.parent.parent / "away"), "got none"),
}


@pytest.mark.parametrize("mishap", quick_where(lambda one: one == "half written", MISHAPS))
@pytest.mark.parametrize("name", DROPPED)
def test_a_dropped_file_in_trouble_changes_nothing_that_is_stored(
    name: str, mishap: str, tmp_path: Path
) -> None:
    words = [moved(one, tmp_path / "drop", "") for one in recipes()[name].words]
    path = Path(words[2])
    path.parent.mkdir(parents=True)
    path.write_bytes(FILES[name]())
    assert called(*words, "--backfill").exit_code == 0
    before = called("feeds").output
    spoil, said = MISHAPS[mishap]
    spoil(path)
    done = called("backfill")
    assert done.exit_code == 1
    assert said in done.output
    assert called("feeds").output == before
