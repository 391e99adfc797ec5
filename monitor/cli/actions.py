"""The commands to acknowledge, silence, retry and accept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import click

from monitor.cli.completion import ANY_RULE, SOURCE, UNANSWERED
from monitor.cli.glance import with_glance
from monitor.cli.params import AT, Duration, Paths, with_app

if TYPE_CHECKING:
    from monitor.app import App


def _whoami() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


BY: Final = click.option("--by", default=_whoami, show_default="your user name", help="Your name.")


@click.command()
@click.argument("alert_id", metavar="ID", type=UNANSWERED)
@BY
@click.option("--note", default="", help="A note for the others.")
@click.option("--force", is_flag=True, help="Take over from whoever acknowledged it before.")
@click.pass_obj
def ack(paths: Paths, alert_id: str, by: str, note: str, *, force: bool) -> None:
    """Acknowledge an alert; stops escalation.

    ID is the alert's id, or any part of it that matches only one alert; open alerts come first.
    Everyone who was notified of the alert is notified of the acknowledgement. A condition that is
    still open after `acknowledged_for_hours` is notified again.

    \b
    havenwatch ack joint_selloff/us/2025-04-10 --by Ann --note "on it, duration cut"
    """  # noqa: D301 - click wants the character \b itself

    def acknowledge(app: App) -> None:
        found = app.answers.alert_id(alert_id)
        click.echo(app.answers.acknowledge(found, by, note, app.clock.now(), force=force))

    with_app(paths, acknowledge, environ=None)


@click.command()
@click.argument("rule", type=ANY_RULE)
@click.option("--subject", help="Only this subject, as in RULE/SUBJECT/DATE.")
@click.option("--for", "time", type=Duration(), required=True, help="Duration: 45m, 2h, 3d.")
@click.option("--why", required=True, help="Reason, shown to others.")
@BY
@click.pass_obj
def silence(
    paths: Paths, rule: str, subject: str | None, time: timedelta, why: str, by: str
) -> None:
    """Silence RULE for a while; it is still evaluated and shown in the digest.

    A condition that is open when the silence expires is notified then.

    \b
    havenwatch silence foreign_net_sales --subject china --for 2h --why "TIC day, we are on it"
    """  # noqa: D301 - click wants the character \b itself

    def make(app: App) -> None:
        from monitor.evaluate.alert_lookup import chosen

        at = app.clock.now()
        named, _, rest = rule.partition("/")
        found = chosen(app.answers.rule_ids, named, "rule", "havenwatch config check")
        about = subject or rest.partition("/")[0] or None
        click.echo(app.answers.silence(found, about, at + time, by, why, at))

    with_app(paths, make, environ=None)


@click.command()
@click.option("--all", "everything", is_flag=True, help="Include expired silences.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@AT
@click.pass_obj
def silences(paths: Paths, at: datetime | None, *, everything: bool, as_json: bool) -> None:
    """List active silences.

    \b
    havenwatch silences --all
    """  # noqa: D301 - click wants the character \b itself
    from monitor.terminal.render_outbox import print_silences

    with_glance(
        paths,
        lambda reading, moment: print_silences(
            reading, moment, everything=everything, as_json=as_json
        ),
        at,
    )


@click.command()
@click.argument("silence_id", metavar="N|RULE")
@click.pass_obj
def unsilence(paths: Paths, silence_id: str) -> None:
    """Expire a silence now, by its number or by any part of its rule and subject.

    \b
    havenwatch unsilence 3
    havenwatch unsilence foreign_net_sales/china
    """  # noqa: D301 - click wants the character \b itself

    def end(app: App) -> None:
        at = app.clock.now()
        click.echo(app.answers.unsilence(app.answers.silence_of(silence_id, at), at))

    with_app(paths, end, environ=None)


@click.command()
@click.option(
    "--retry",
    "retried",
    multiple=True,
    metavar="ID|CHANNEL|all",
    help="Retry a notification now, or all failed ones; repeatable.",
)
@click.option(
    "--drop",
    "dropped",
    multiple=True,
    metavar="ID|CHANNEL|all",
    help="Discard a notification, or all failed ones; repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@AT
@BY
@click.pass_obj
def outbox(
    paths: Paths,
    retried: tuple[str, ...],
    dropped: tuple[str, ...],
    at: datetime | None,
    by: str,
    *,
    as_json: bool,
) -> None:
    """List queued, held and failed notifications; retry or discard them.

    Notifications that were delivered in part are listed too. --retry and --drop take an id, a
    channel for all its failed notifications, or `all`.

    \b
    havenwatch outbox
    havenwatch outbox --retry 12 --drop 13
    havenwatch outbox --retry slack
    """  # noqa: D301 - click wants the character \b itself
    from monitor.terminal.render_outbox import print_outbox, settle

    if retried or dropped:
        if at is not None:
            raise click.UsageError(
                "--at shows the past, where nothing can be retried or dropped: leave it out"
            )
        with_app(
            paths, lambda app: settle(app, retried, dropped, by, app.clock.now()), environ=None
        )
    with_glance(paths, lambda reading, moment: print_outbox(reading, moment, as_json=as_json), at)


@click.command()
@click.argument("source", type=SOURCE)
@click.option("--yes", is_flag=True, help="Accept it; otherwise it is only shown.")
@BY
@click.pass_obj
def accept(paths: Paths, source: str, by: str, *, yes: bool) -> None:
    """Show the held-back correction of SOURCE, or accept it.

    An accepted correction is stored at the next poll, which is due at once. Your name is recorded.

    \b
    havenwatch accept cboe
    havenwatch accept cboe --yes --by Ann
    """  # noqa: D301 - click wants the character \b itself
    from monitor.terminal.corrections import accept as accept_held
    from monitor.terminal.corrections import describe

    with_app(
        paths,
        lambda app: click.echo(
            accept_held(app, source, by, app.clock.now()) if yes else describe(app, source)
        ),
        environ=None,
    )


COMMANDS: Final = (ack, silence, silences, unsilence, outbox, accept)
