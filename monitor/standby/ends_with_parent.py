"""Becomes another program, which the kernel asks to end (SIGTERM) as soon as its parent is gone:
`python ends_with_parent.py PARENT PROGRAM ARGUMENTS`. Linux alone."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(sys.argv[1]):
        sys.exit(1)  # it was gone before it could be watched
    os.execv(sys.argv[2], sys.argv[2:])
