"""The status page inside `run`: it is there, and never takes the ticks down."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.main import main
from monitor.clock import SimulatedClock
from monitor.config.web import Web
from monitor.demo.server import Standins
from monitor.service.tick_loop import showing
from monitor.web.server import serving
from monitor.web.site import WebContext
from tests.monitor.web.desk import Browser, Desk
from tests.support import app_over


def test_it_is_served_only_where_it_is_enabled(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "havenwatch.web")
    app = app_over(standins, clock, tmp_path)
    with showing(app):
        assert "status page" not in caplog.text
    app.close()
    app = app_over(standins, clock, tmp_path, web={"enabled": True, "port": 0})
    with showing(app):
        address = re.findall(r"status page at (\S+)", caplog.text)[0]
        assert "no evaluation yet" in Browser(address).get("/").text
    app.close()


def test_a_port_that_is_taken_is_logged_and_the_rest_goes_on(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        web = {"enabled": True, "port": taken.getsockname()[1]}
        app = app_over(standins, clock, tmp_path, web=web)
        with showing(app):
            app.tick(clock.now())
        app.close()
    assert "no status page: the server could not start" in caplog.text


def test_an_answer_that_crashes_leaves_the_server_answering(desk: Desk) -> None:
    def broken() -> object:
        raise RuntimeError("the clock is broken")

    site = WebContext(desk.config, desk.database, broken, Web(port=0))  # type: ignore[arg-type]
    with serving(site) as address:
        for _ in range(10):
            assert Browser(address).get("/").status == 500


@pytest.mark.slow
def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    command = [sys.executable, "-m", "monitor", "--config", "config.toml", "web", "--port", "0"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])},
    )
    try:
        assert process.stderr is not None
        address = re.findall(r"status page at (\S+)", process.stderr.readline())[0]
        assert Browser(address).get("/").status == 503
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def test_the_command_says_that_its_address_is_taken(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        config = str(tmp_path / "config.toml")
        done = CliRunner().invoke(main, ["--config", config, "web", "--port", port])
    assert done.exit_code == 1
    assert f"cannot listen at 127.0.0.1:{port}" in done.output
