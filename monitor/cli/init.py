"""The command of the first day: it asks, and writes a configuration and the file of its secrets."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from monitor.cli.params import Paths, load_config, named_with, with_app
from monitor.cli.questions import Questions
from monitor.clock import SystemClock
from monitor.config.starter import (
    CHANNELS,
    DEFAULTS,
    Values,
    channel_values,
    config_text,
    env_text,
    routing_values,
    secrets_wanted,
    yahoo_values,
)
from monitor.errors import ConfigInvalid, HavenwatchError
from monitor.whole_file import whole_file, writing_said

NONE: Final = "none"
READABLE: Final = 0o644
FIRST_DAY: Final = date(1960, 1, 1)
YAHOO: Final = """\
DXY closes come from Yahoo, whose terms forbid automated collection. Without them the dollar is our
own basket of six currencies, and every joint selloff stays provisional (a warning at most).
Use Yahoo?"""


@dataclass(frozen=True)
class Plan:
    """What is to be written, and done after that."""

    values: Values
    secrets: Mapping[str, str]
    channels: tuple[str, ...]
    sends_test: bool
    loads_history: bool


def _setting_flags(command: Any) -> Any:
    """A flag for each setting of a channel that has no secret in it."""
    for name, channel in reversed(list(CHANNELS.items())):
        for key, question in reversed(list(channel.settings.items())):
            command = click.option(f"--{name}-{key}", help=f"{question}.")(command)
    return command


@click.command()
@click.option("--desk", help="The desk's name.")
@click.option("--time-zone", help="The desk's time zone (America/New_York).")
@click.option(
    "--channel", help=f"Where alerts go: {', '.join(CHANNELS)} or {NONE}; comma-separated."
)
@_setting_flags
@click.option("--yahoo/--no-yahoo", default=None, help="Use Yahoo for DXY; see its terms.")
@click.option("--send-test/--no-send-test", default=None, help="Send a test message now.")
@click.option("--backfill/--no-backfill", default=None, help="Load the history now.")
@click.option("--no-input", is_flag=True, help="Ask nothing: use flags, environment and defaults.")
@click.option("--unit", is_flag=True, help="Print the systemd unit for what is here, ask nothing.")
@click.option("--overwrite", is_flag=True, help="Replace an existing configuration.")
@click.pass_obj
def init(paths: Paths, /, *, no_input: bool, unit: bool, overwrite: bool, **flags: Any) -> None:
    """Ask a few questions and write the configuration.

    Writes config.toml and, if there are secrets, config.env (mode 0600). Answers can also be piped,
    one per line, or given as flags; a secret whose environment variable is set is not asked for.
    --db before init names the database's place.

    \b
    havenwatch init
    havenwatch init --no-input --desk "Rates desk" --time-zone Europe/London
    havenwatch init --unit
    """  # noqa: D301 - click wants the character \b itself
    import tomllib

    if unit:
        from monitor.cli.unit import print_unit

        print_unit(paths)
        return
    config_path, env_path = paths[0], paths[0].with_suffix(".env")
    is_terminal = sys.stdin.isatty()
    questions = Questions(
        _answers(flags, os.environ),
        asks=not no_input,
        is_terminal=is_terminal,
        hides_lookalikes=True,
    )
    if not overwrite:
        _refuse_existing(questions, [config_path, env_path], asks=is_terminal and not no_input)
    plan = _plan(questions)
    if paths[1] is not None:
        plan.values["state", "path"] = str(paths[1].absolute())
    environ = {**os.environ, **plan.secrets}
    _check(tomllib.loads(config_text(plan.values)), environ)
    _write(plan, config_path, env_path)
    failed = _send_tests(paths, plan, environ) if plan.sends_test else []
    try:
        if plan.loads_history:
            _load_history(paths, environ)
        if is_terminal and not no_input:  # each has its own way to be given answers otherwise
            from monitor.cli.init_own import add_own

            add_own(questions, plan.secrets)
    finally:
        _say_what_is_next(paths, env_path if plan.secrets else None, loads=plan.loads_history)
    if failed:
        raise HavenwatchError(
            "init",
            expected="every test message to arrive",
            got=f"none through {', '.join(failed)}",
            remedy=f"correct {env_path if plan.secrets else config_path}, then: "
            f"havenwatch send-test {failed[0]}",
        )


def _answers(flags: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    """What is answered already, by name: flags, and secrets that the environment holds."""
    words = {True: "y", False: "n"}
    found = {name: words.get(one, one) for name, one in flags.items() if one is not None}
    secrets = {name for channel in CHANNELS.values() for name in channel.secrets}
    return found | {name: environ[name] for name in secrets if environ.get(name)}


def _refuse_existing(questions: Questions, paths: list[Path], *, asks: bool) -> None:
    existing = " and ".join(str(path) for path in paths if path.exists())
    if not existing or (asks and questions.yes("overwrite", f"Replace {existing}?")):
        return
    raise HavenwatchError(
        "init",
        expected=f"no configuration yet at {paths[0]}",
        got=existing,
        remedy="replace it with --overwrite, or name another place: havenwatch --config FILE init",
    )


def _plan(questions: Questions) -> Plan:
    """The answers to all questions. Raises ConfigInvalid and HavenwatchError."""
    values: Values = {
        ("desk", "name"): questions.text("desk", "Desk name", "rates desk"),
        ("desk", "time_zone"): questions.until_right(
            lambda: questions.text("time_zone", "Time zone", "America/New_York"),
            lambda zone: _check({"desk": {"time_zone": zone}}, {}),
        ),
    }
    offered = ", ".join((*CHANNELS, NONE))
    chosen = questions.until_right(
        lambda: questions.text("channel", f"Send alerts to ({offered}; comma-separated)", NONE),
        lambda answer: _refuse_unknown(_listed(answer)),
    )
    channels = _listed(chosen)
    secrets: dict[str, str] = {}
    for name in channels:
        settings, found = questions.until_right(partial(_channel, questions, name), _check_channel)
        values |= settings
        secrets |= found
    if channels:
        values |= routing_values(channels)
    values |= yahoo_values(may_use=questions.yes("yahoo", YAHOO))
    tests = bool(channels) and questions.yes("send_test", f"Test {', '.join(channels)} now?")
    loads = questions.yes("backfill", "Load the history now? It takes some minutes.")
    return Plan(values, secrets, channels, tests, loads)


def _listed(answer: str) -> tuple[str, ...]:
    names = [one.strip().lower() for one in answer.split(",")]
    return tuple(dict.fromkeys(one for one in names if one and one != NONE))


def _refuse_unknown(names: tuple[str, ...]) -> None:
    unknown = [name for name in names if name not in CHANNELS]
    if unknown:
        from monitor.config.blocks import unknown_name

        known = (*CHANNELS, NONE)
        raise ConfigInvalid([unknown_name("channel", name, known) for name in unknown])


def _channel(questions: Questions, name: str) -> tuple[Values, dict[str, str]]:
    """The settings and the secrets of a channel, as answered."""
    answers = {
        key: questions.text(f"{name}_{key}", question, DEFAULTS.get(key))
        for key, question in CHANNELS[name].settings.items()
    }
    secrets = {
        variable: questions.text(variable, question, is_secret=True)
        for variable, question in secrets_wanted(name, answers).items()
    }
    return channel_values(name, answers), secrets


def _check_channel(answered: tuple[Values, dict[str, str]]) -> None:
    import tomllib

    _check(tomllib.loads(config_text(answered[0])), answered[1])


def _check(found: Mapping[str, Any], environ: Mapping[str, str]) -> None:
    """Raise ConfigInvalid for what `config check` would not accept."""
    from monitor.config.load import build

    build(found, environ, Path())


def _write(plan: Plan, config_path: Path, env_path: Path) -> None:
    """Both files, or neither where one cannot be written."""
    before = ""
    if env_path.exists():
        with writing_said("init", env_path):
            before = env_path.read_text(encoding="utf-8")
    with whole_file(config_path, "init", READABLE) as config:
        config.write(config_text(plan.values).encode())
        if plan.secrets:
            with whole_file(env_path, "init") as env:
                env.write(env_text(plan.secrets, before).encode())
    click.echo(f"wrote {config_path}")
    if plan.secrets:
        click.echo(f"wrote {env_path} (mode 0600): it holds the secrets")


def _send_tests(paths: Paths, plan: Plan, environ: Mapping[str, str]) -> list[str]:
    """The channels that did not take the test message."""
    from monitor.cli.send_test import reaching_page, send_test_message

    config, _ = load_config(paths, environ)
    at, failed = SystemClock().now(), []
    for name in plan.channels:
        try:
            sent = send_test_message(config.channels[name], reaching_page(config, at), config, at)
        except HavenwatchError as error:
            failed.append(name)
            click.echo(f"{name}: {error}", err=True)
        else:
            click.echo(f"{name}: sent ({sent.receipt})")
    return failed


def _load_history(paths: Paths, environ: Mapping[str, str]) -> None:
    from monitor.cli.backfill import backfill

    with_app(
        paths,
        lambda app: backfill(app, (), FIRST_DAY, None),
        environ=environ,
        needs=("sources",),
    )


def _say_what_is_next(paths: Paths, env_path: Path | None, *, loads: bool) -> None:
    import shlex

    named = named_with(paths[0])
    lines = ["", "Next:"]
    if env_path is not None:
        quoted = shlex.quote(str(env_path if env_path.is_absolute() else f"./{env_path}"))
        lines.append(f"  set -a; . {quoted}; set +a")
    lines.append(f"  {named} doctor      # checks all of it: now, and when something is wrong")
    if not loads:
        lines.append(f"  {named} backfill    # optional: history, so that alerts say how unusual")
    lines += [
        f"  {named} feeds add   # optional: a file or URL of your own",
        f"  {named} rules new   # optional: a rule of your own",
        f"  {named} run",
        f"  {named} status      # in another terminal",
    ]
    lines.append(f"  {named} init --unit # the systemd unit that runs it as a service")
    click.echo("\n".join(lines))


COMMANDS: Final = (init,)
