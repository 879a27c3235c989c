"""A child that must not outlive its parent, even one that was killed and could tell nobody."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with(parent: int, by: signal.Signals = signal.SIGTERM) -> None:
    """From now on this process gets the signal `by` when its parent ends; exits at once if that has happened.

    The kernel watches the thread that started this process, so the parent must start it from its main
    thread. On systems other than Linux nothing watches, and only an orderly end of the parent takes the
    child along.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_PDEATHSIG, int(by), 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "the kernel does not watch over the parent process")
    if os.getppid() != parent:
        raise SystemExit(0)
