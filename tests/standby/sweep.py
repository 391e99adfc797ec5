"""The second host over the whole line: `python -m tests.standby.sweep`.

Kills the first host and its Litestream together at random boundaries of the scripted day, with a
store as S3 is; and has both hosts believe to lead, by stopping the first in the middle of sending
and letting it go on, or by cutting it from the store. Some are stopped without the dead man's
switch, as a whole machine is: these may send the one request that was under way, and no more.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from tests.crash.boundaries import PROGRAM
from tests.monitor.standby.conftest import BUCKET
from tests.monitor.standby.s3_server import S3Server
from tests.standby.host import STEPS
from tests.standby.pair import LEASE_S, Hosts, Pair, Strike, TooLate

# The receivers that can be asked, or that know a repeated key.
ASKED: Final = ("slack", "hook")
HOW: Final = ("stop", "cut")
UNWATCHED: Final = "stop unwatched"
ESCALATIONS: Final = "duty"
BY_ITS_CLOCK: Final = "replica_health/"
# One that was stopped has this long to send what it should not.
GOES_ON_S: Final = 2.0
SEED: Final = 19

Told = dict[str, list[str]]


@dataclass
class Found:
    """What came of all runs."""

    lost: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    mails_repeated: int = 0
    escalations_later: int = 0
    takeovers_s: list[float] = field(default_factory=list)
    lost_writes_s: list[float] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    under_way: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Sweep:
    """The undisturbed day, and the runs measured against it."""

    def __init__(self, folder: Path, hosts: Hosts, store_port: int):
        self._folder, self._hosts, self._store_port = folder, hosts, store_port
        self._runs = 0
        self.found = Found()
        self.boundaries: dict[tuple[str, str], int] = {}
        with self._pair(None) as pair:
            for number in range(len(STEPS)):
                counts: dict[str, int] = pair.do(number)["counts"]
                self.boundaries |= {
                    (STEPS[number], actor): count for actor, count in counts.items()
                }
            self.expected: Told = pair.told()

    def strike(self, strike: Strike) -> None:
        """One run: what is struck, and the day to its end."""
        try:
            with self._pair(strike) as pair:
                self._run(pair, strike)
        except TooLate as error:
            self.found.problems.append(f"{strike}: {error}")

    def _run(self, pair: Pair, strike: Strike) -> None:
        reached = STEPS.index(strike.step)
        for number in range(reached):
            pair.do(number)
        pair.write_step(reached)
        pair.wait(lambda: pair.event("a", "struck") or _is_done(pair, reached), "a strike")
        at = time.time()
        if strike.how == "kill":
            os.killpg(pair.pids["a"], signal.SIGKILL)
        elif strike.how == "cut":
            pair.link.cut()
        elif pair.event("a", "struck") is None:
            os.kill(pair.pids["a"], signal.SIGSTOP)
        led = pair.wait(lambda: pair.event("b", "leads"), "b leads")
        ticked = pair.wait(lambda: pair.event("b", "ticked"), "b ticks")
        # The last renewal may have been so long before.
        self.found.takeovers_s.append(ticked["at"] - (at + LEASE_S - LEASE_S / 3))
        if strike.how == "kill" and led["mark"]:
            self.found.lost_writes_s.append(max(at - led["mark"], 0.0))
        pair.wait(pair.is_quiet, "all is sent")
        self._look_for_stale(pair, strike, led["at"])
        for number in range(reached, len(STEPS)):
            pair.do(number)
        self._compare(pair.told(), strike)

    def _look_for_stale(self, pair: Pair, strike: Strike, led_at: float) -> None:
        """Count what the first host sends after the other has the lease."""
        if strike.how == "cut":
            stood = pair.wait(lambda: pair.event("a", "stands by"), "a stands by")
            if stood["last_send"] > led_at:
                self.found.stale.append(str(strike))
        elif strike.how.startswith("stop"):
            before = _requests(pair)
            with contextlib.suppress(ProcessLookupError):  # the dead man's switch killed it
                os.kill(pair.pids["a"], signal.SIGCONT)
            time.sleep(GOES_ON_S)
            sent = _requests(pair) - before
            if sent == 1 and strike.how == UNWATCHED:
                self.found.under_way.append(str(strike))
            elif sent:
                self.found.stale.append(f"{strike}: {sent} requests")

    def _compare(self, told: Told, strike: Strike) -> None:
        for name, wanted in self.expected.items():
            # The lag of the replica is by the day's clock, which leaps from step to step.
            lost = sorted(
                one for one in set(wanted) - set(told[name]) if not one.startswith(BY_ITS_CLOCK)
            )
            if lost and name == ESCALATIONS and strike.actor != ESCALATIONS:
                # An alert that is told a minute later is escalated a minute later, by when the
                # script may have changed it.
                self.found.escalations_later += len(lost)
            elif lost:
                self.found.lost.append(f"{strike}: {name} lacks {lost}")
            twice = [key for key, count in Counter(told[name]).items() if count > 1]
            if name in ASKED and twice:
                self.found.repeated.append(f"{strike}: {name} has twice {twice}")
            elif twice:
                self.found.mails_repeated += len(twice)

    def _pair(self, strike: Strike | None) -> Pair:
        self._runs += 1
        folder = self._folder / f"run-{self._runs}"
        folder.mkdir()
        return Pair(folder, self._hosts, self._store_port, strike)

    def kills(self, count: int, chance: random.Random) -> list[Strike]:
        """Kills at random boundaries."""
        return [self._at_random("kill", chance, lambda _: True) for _ in range(count)]

    def partitions(self, count: int, chance: random.Random) -> list[Strike]:
        """Partitions while something is sent."""
        return [self._while_sending(HOW[number % len(HOW)], chance) for number in range(count)]

    def unwatched(self, count: int, chance: random.Random) -> list[Strike]:
        """Stops while something is sent, with no switch that kills the host."""
        return [self._while_sending(UNWATCHED, chance) for _ in range(count)]

    def _while_sending(self, how: str, chance: random.Random) -> Strike:
        return self._at_random(how, chance, lambda actor: actor != PROGRAM)

    def _at_random(self, how: str, chance: random.Random, wanted: Any) -> Strike:
        places = [one for one in self.boundaries if wanted(one[1]) and one[0].startswith("tick")]
        weights = [self.boundaries[one] for one in places]
        ((step, actor),) = chance.choices(places, weights)
        return Strike(how, step, actor, chance.randint(1, self.boundaries[step, actor]))


def _is_done(pair: Pair, number: int) -> bool:
    """Whether a step ended without that boundary: threads do not always take the same way."""
    return any(one["event"] == "ticked" and one["step"] == number for one in pair.events())


def _requests(pair: Pair) -> int:
    """How many requests and mails have come to the receivers."""
    told = pair.told()
    return len(pair.slack.calls) + sum(len(told[name]) for name in told if name != "slack")


def report(found: Found, arguments: argparse.Namespace, terminal: Console) -> bool:
    """Print what came of it; whether all is as it should be."""
    for line in (*found.problems, *found.lost, *found.repeated, *found.stale):
        terminal.print(line, soft_wrap=True)
    for line in found.under_way:
        terminal.print(f"{line}: the request under way went on", soft_wrap=True)
    terminal.print(
        f"standby: {arguments.kills} kills, {arguments.partitions} partitions and "
        f"{arguments.unwatched} stops without the switch: {len(found.lost)} with an alert "
        f"lost, {len(found.repeated)} with one repeated where the channel can be asked, "
        f"{len(found.stale)} with a message of the host without the lease, "
        f"{len(found.under_way)} without the switch of which the request under way went on, "
        f"{len(found.problems)} runs not ended; mails that came twice: {found.mails_repeated}; "
        f"escalations that were not due before the script's next change: {found.escalations_later}",
        soft_wrap=True,
    )
    for what, numbers in (
        ("takeover, from the end of the lease to the first tick", found.takeovers_s),
        ("writes lost (RPO)", found.lost_writes_s),
    ):
        if numbers:
            terminal.print(
                f"{what}: median {statistics.median(numbers):.1f} s, at most {max(numbers):.1f} s"
            )
    late = [one for one in found.takeovers_s if one > 60]
    return not (found.problems or found.lost or found.repeated or found.stale or late)


def main(words: Sequence[str] | None = None) -> int:
    """Run it, say what came of it, and fail if anything was lost, repeated or sent by the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--partitions", type=int, default=20)
    parser.add_argument("--unwatched", type=int, default=5)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args(words)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)
    terminal, chance = Console(highlight=False), random.Random(arguments.seed)
    folder = Path(tempfile.mkdtemp(prefix="standby-"))
    try:
        with S3Server(BUCKET) as server, Hosts() as hosts:
            sweep = Sweep(folder, hosts, int(server.endpoint.rpartition(":")[2]))
            strikes = sweep.kills(arguments.kills, chance)
            strikes += sweep.partitions(arguments.partitions, chance)
            strikes += sweep.unwatched(arguments.unwatched, chance)
            for number, strike in enumerate(strikes, 1):
                sweep.strike(strike)
                terminal.print(f"{number}/{len(strikes)} {strike}", soft_wrap=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    is_right = report(sweep.found, arguments, terminal)
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
