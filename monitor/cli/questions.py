"""Questions to whoever sets it up: answered by a flag, at the prompt, or by the default."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, TypeVar

import click

from alerts.clean import clean
from monitor.errors import ConfigInvalid, HavenwatchError, Problem

T = TypeVar("T")
YES: Final = ("y", "yes")
NO: Final = ("n", "no")


class Questions:
    """Where the answers come from. `flags` are answers by name; what they do not answer is asked,
    unless nothing `asks`. At a terminal secrets are not shown, and a wrong answer can be given
    again; piped answers are one per line. `command` and `remedy` are for what is not answered.
    `hides_lookalikes`: what looks like a secret is one, whatever was asked for.
    """

    def __init__(
        self,
        flags: Mapping[str, str],
        *,
        asks: bool,
        is_terminal: bool,
        command: str = "init",
        remedy: str = "",
        hides_lookalikes: bool = False,
    ):
        self._command = command
        flags_too = f"pipe one answer a line, or give flags (havenwatch {command} --help)"
        self._remedy = remedy or flags_too
        self._flags = flags
        self._asks = asks
        self._is_terminal = is_terminal
        self._given: set[str] = set()
        self._secrets: set[str] = set()
        self._hides_lookalikes = hides_lookalikes

    def text(
        self, name: str, question: str, default: str | None = None, *, is_secret: bool = False
    ) -> str:
        """The answer, without white space round it; no secret in it is printed or logged from then
        on, also where another question was answered with one. Raises HavenwatchError where there is
        none."""
        answer = self._answer(name, question, default, is_secret=is_secret)
        self._keep_secret(answer, is_secret=is_secret)
        return answer

    def _answer(self, name: str, question: str, default: str | None, *, is_secret: bool) -> str:
        if name in self._flags:
            self._given.add(name)
            return clean(self._flags[name]).strip()
        if not self._asks:
            if default is not None:
                return default
            named = name if name.isupper() else f"--{name.replace('_', '-')}"
            raise self._unanswered(question, f"no {named}")
        ask = self._prompted if self._is_terminal else self._piped
        return clean(ask(question, default, is_secret=is_secret)).strip()

    def given(self, name: str) -> str:
        """What a flag says, of what is never asked; empty where it says nothing."""
        return clean(self._flags.get(name, ""))

    def _prompted(self, question: str, default: str | None, *, is_secret: bool) -> str:
        answer: str = click.prompt(
            question, default=default, hide_input=is_secret, show_default=bool(default)
        )
        return answer

    def _piped(self, question: str, default: str | None, *, is_secret: bool) -> str:
        """The next line, which is shown behind its question as a terminal would."""
        click.echo(f"{question} [{default}]: " if default else f"{question}: ", nl=False)
        line = sys.stdin.readline()
        answer = line.strip() or default
        hides = is_secret or self._may_be_secret(line)
        click.echo("(not shown)" if hides else answer)
        if not line or answer is None:
            raise self._unanswered(question, "an empty line" if line else "the end of the input")
        return answer

    def yes(self, name: str, question: str) -> bool:
        """Whether the answer is yes; no unless it is given."""

        def check(answer: str) -> None:
            if answer.lower() not in YES + NO:
                raise ConfigInvalid(
                    [Problem(name, f"expected y or n, got {answer!r}", "answer again")]
                )

        ask = partial(self.text, name, f"{question} (y/n)", "n")
        return self.until_right(ask, check).lower() in YES

    def until_right(self, ask: Callable[[], T], check: Callable[[T], None]) -> T:
        """What is asked for, again at a terminal while `check` raises ConfigInvalid."""
        while True:
            self._given = set()
            answer = ask()
            try:
                check(answer)
            except ConfigInvalid as error:
                problems = self._masked(error.problems)
                if not (self._asks and self._is_terminal):
                    raise ConfigInvalid(problems) from None
                for problem in problems:
                    click.echo(f"  {problem}", err=True)
                # What a flag said may be what is wrong.
                self._flags = {k: v for k, v in self._flags.items() if k not in self._given}
            else:
                return answer

    def _keep_secret(self, answer: str, *, is_secret: bool) -> None:
        if answer and (is_secret or self._may_be_secret(answer)):
            from monitor.log_redaction import mask_in_log

            self._secrets.add(answer)
            mask_in_log([answer])

    def _may_be_secret(self, answer: str) -> bool:
        if not self._hides_lookalikes:
            return False
        from monitor.config.secrets import looks_like_secret

        # The name of a time zone may be as long as a token, but for its digits.
        return looks_like_secret(answer) and any(one.isdigit() for one in answer)

    def _masked(self, problems: Sequence[Problem]) -> list[Problem]:
        """The problems, without a secret that was answered."""
        from monitor.log_redaction import masked

        return [Problem(*(masked(said, self._secrets) for said in one)) for one in problems]

    def _unanswered(self, question: str, got: str) -> HavenwatchError:
        return HavenwatchError(
            self._command,
            expected=f"an answer to: {question.splitlines()[-1]}",
            got=got,
            remedy=f"{self._remedy}; nothing was written",
        )
