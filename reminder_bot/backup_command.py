"""The operator's own command that takes a finished backup elsewhere."""

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from utils.errors import StorageError
from utils.formatting import one_line

_SHOWN = 200
_LONGEST_OUTPUT = 1 << 16


async def run_backup_command(command: Sequence[str], backup: Path, timeout_seconds: float) -> None:
    """Run a command with a backup's path as its last argument; without a shell, and without the bot's own input.

    When it takes too long, or the caller is cancelled, it is killed with all that it has started.

    Raises:
        StorageError: it could not be started, failed, or took too long; with the end of what it said.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            str(backup.absolute()),
            env=_without_secrets(os.environ),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            # A group of its own: what it starts can be ended with it, and Ctrl-C at a terminal is for the bot.
            start_new_session=True,
        )
    except OSError as error:
        raise StorageError(f"BACKUP_COMMAND cannot be started: {error.strerror}.") from error
    try:
        async with asyncio.timeout(timeout_seconds):
            said = await _read_end(process)
            code = await process.wait()
    except TimeoutError as error:
        await _kill(process)
        raise StorageError(f"BACKUP_COMMAND took more than {timeout_seconds:g} seconds and was ended.") from error
    except BaseException:
        await _kill(process)
        raise
    if code != 0:
        raise StorageError(f"BACKUP_COMMAND failed with exit code {code}: {_shown(said)}")


async def _kill(process: asyncio.subprocess.Process) -> None:
    # The group: what the command has started may still hold its output open when it has ended itself.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


async def _read_end(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None, "it was asked for"
    said = b""
    while more := await process.stdout.read(_LONGEST_OUTPUT):
        said = (said + more)[-_LONGEST_OUTPUT:]
    return said


def _shown(said: bytes) -> str:
    lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
    return one_line(lines[-1] if lines else "", _SHOWN, "it said nothing") if lines else "it said nothing"


def _without_secrets(environment: "os._Environ[str]") -> dict[str, str]:
    return {name: value for name, value in environment.items() if name != "DISCORD_TOKEN"}
