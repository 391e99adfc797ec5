"""The command that teaches a shell to complete the others."""

from __future__ import annotations

from typing import Any, Final

import click
from click.shell_completion import get_completion_class

SHELLS: Final = ("bash", "zsh", "fish")
PROGRAM: Final = "havenwatch"
VARIABLE: Final = "_HAVENWATCH_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes SHELL complete commands, options and names: alerts, rules, channels, sources
    and series, from the configuration and the database that the line names.

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
    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(ctx.find_root().command, {}, PROGRAM, VARIABLE).source())


COMMANDS: Final[tuple[Any, ...]] = (completion,)
