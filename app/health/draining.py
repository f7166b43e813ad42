"""Whether this replica is about to stop: one byte, shared by all processes forked later."""

import mmap

_flag = mmap.mmap(-1, 1)


def start_draining() -> None:
    """Let readiness fail from now on, in every worker, so that traffic goes elsewhere."""
    _flag[0] = 1


def is_draining() -> bool:
    """True once the replica has been told to stop."""
    return _flag[0] == 1


def reset() -> None:
    """Take it back: for a server that reloads, and for tests."""
    _flag[0] = 0
