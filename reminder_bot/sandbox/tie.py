"""Runs a command that ends when its starter does: ``python -m reminder_bot.sandbox.tie PID COMMAND…``.

``PID`` is the starter's. The command takes this process over, so that a signal to it reaches the command itself. (What
subprocess offers for it, a function run between fork and exec, is not safe where there are threads.)
"""

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
"""Source: prctl(2); it outlives the exec."""


def tied(command: Sequence[str]) -> list[str]:
    """Return a command that runs ``command`` and, on Linux, asks it to end (SIGTERM) when this process is gone."""
    return [sys.executable, "-m", "reminder_bot.sandbox.tie", str(os.getpid()), *command]


def main(arguments: Sequence[str]) -> None:
    """Tie this process to the one that started it, and become the command."""
    starter, *command = arguments
    # Elsewhere than on Linux there is no such call; a bot that is left over then ends at its next signal.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(starter):
        # It was gone before it could be watched.
        sys.exit(1)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
