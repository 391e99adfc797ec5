"""Kills its parent as soon as that may not act any more and does not say that it knows:
`python dead_mans_switch.py PARENT`. A process that was stopped in the middle of sending would send
the rest when it goes on, which nothing inside it can prevent. Linux alone.

Each line of its input is until when the parent may act, in seconds of CLOCK_BOOTTIME; `inf` while
it does not act.
"""

import math
import os
import select
import signal
import sys
import time


def main() -> None:
    """Watch until the input ends."""
    parent, until, rest = int(sys.argv[1]), math.inf, b""
    while True:
        left = until - time.clock_gettime(time.CLOCK_BOOTTIME)
        ready, _, _ = select.select([0], [], [], None if left == math.inf else max(left, 0))
        if not ready:
            sys.stderr.write("havenwatch no longer has the lease and does not stop: killed\n")
            os.kill(parent, signal.SIGKILL)
            return
        came = os.read(0, 4096)
        if not came:
            return
        *lines, rest = (rest + came).split(b"\n")
        if lines:
            until = float(lines[-1])


if __name__ == "__main__":
    main()
