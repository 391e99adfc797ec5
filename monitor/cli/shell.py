"""The command that prints a completion script."""

from __future__ import annotations

from typing import Any, Final

import click

SHELLS: Final = ("bash", "zsh", "fish")
PROGRAM: Final = "havenwatch"
VARIABLE: Final = "_HAVENWATCH_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    It completes commands, options, and the names of alerts, rules, channels, sources and series.

    \b
    bash, in ~/.bashrc:
      eval "$(havenwatch completion bash)"
    zsh, in ~/.zshrc:
      eval "$(havenwatch completion zsh)"
    fish, in ~/.config/fish/config.fish:
      havenwatch completion fish | source
    For this shell alone:
    havenwatch completion bash
    """  # noqa: D301 - click wants the character \b itself
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(ctx.find_root().command, {}, PROGRAM, VARIABLE).source())


COMMANDS: Final[tuple[Any, ...]] = (completion,)
