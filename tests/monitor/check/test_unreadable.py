"""A body that no parser was written for is refused in one line, whoever asked for it."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.main import main
from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from monitor.errors import BodyRejected, FetchFailed
from monitor.ingest.fetch import unreadable_rejected
from tests.slow import quick_where
from tests.support import app_over, toml_sources


def pointing_before_its_start() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("eurofxref-hist.csv", "Date,USD\n")
    content = bytearray(packed.getvalue())
    at = content.rfind(b"PK\x05\x06")
    content[at + 16 : at + 20] = struct.pack("<I", 4_000_000_000)
    return bytes(content)


BODIES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nested JSON": ("yahoo", lambda: b"[" * 100_000),
    "stamps that are no numbers": (
        "yahoo",
        lambda: (
            b'{"chart":{"result":[{"timestamp":[[1]],"indicators":{"quote":[{"close":[1]}]}}]}}'
        ),
    ),
    "a stamp beyond all years": (
        "yahoo",
        lambda: (
            b'{"chart":{"result":[{"timestamp":[1e300],"indicators":{"quote":[{"close":[1]}]}}]}}'
        ),
    ),
    "meta that is a list": ("yahoo", lambda: b'{"chart":{"result":[{"meta":[1]}]}}'),
    "a zip whose directory is before its start": ("ecb", pointing_before_its_start),
}
every_body = pytest.mark.parametrize("name", BODIES)


@pytest.fixture
def broken(name: str, standins: Standins) -> str:
    """The source that is answered so."""
    source, content = BODIES[name]
    standins.faults[source] = lambda _: Reply(200, content(), "text/plain")
    return source


@every_body
def test_a_poll_makes_it_the_health_of_the_source(
    broken: str,
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = app_over(standins, clock, tmp_path)
    app.ingest.poll(app.sources[broken], clock.now())
    (state, problem), *_ = app.database.connection.execute(
        "SELECT state, problem FROM source_health WHERE source = ?", (broken,)
    ).fetchall()
    app.close()
    assert state == "CHANGED_FORMAT"
    assert "expected" in problem
    assert "got" in problem
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("name", "command"),
    quick_where(  # a probe asks every source
        lambda case: case[1][0] == "backfill" or case[0] == "nested JSON",
        product(BODIES, (["backfill", "--source"], ["sources", "--probe"])),
    ),
)
def test_a_command_says_it_in_a_line(
    broken: str, command: list[str], standins: Standins, tmp_path: Path
) -> None:
    lines = ("timeout_s = 60", "min_interval_s = 0.0")
    (tmp_path / "config.toml").write_text(toml_sources(standins, *lines))
    words = command + ([broken] if command[0] == "backfill" else [])
    done = CliRunner().invoke(main, ["--config", str(tmp_path / "config.toml"), *words])
    assert done.exit_code == 1, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    said = " ".join(done.output.split())
    assert "CHANGED_FORMAT" in said or "failed: http" in said


@pytest.mark.parametrize(
    "error",
    [
        RecursionError(),
        ValueError("negative seek value"),
        OverflowError(),
        TypeError("unhashable"),
        NotImplementedError("compression type 97"),
        MemoryError(),
        KeyError("x"),
    ],
)
def test_every_kind_of_failure_is_a_refusal(error: Exception) -> None:
    with (
        pytest.raises(BodyRejected, match=f"a body it can read, got {type(error).__name__}"),
        unreadable_rejected("http://publisher/file"),
    ):
        raise error


def test_what_is_said_already_stays_as_it_is() -> None:
    said = FetchFailed("http://publisher/file", expected="an answer", got="none")
    with pytest.raises(FetchFailed) as caught, unreadable_rejected("elsewhere"):
        raise said
    assert caught.value is said
