"""The bot under trial as a process of its own: started with an environment, watched, stopped."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

STOP_SECONDS = 5.0


class BotProcess:
    """Runs a command that is a bot, its output in a file; command and environment may be changed before a start."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log_path: Path) -> None:
        self.command = command
        self.environment = environment
        self._log_path = log_path
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_running(self) -> bool:
        """Whether the process has been started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start the process; what it prints is appended to the log file."""
        with self._log_path.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.command,
                env={**os.environ, **self.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A Ctrl-C at the terminal is for the story; it stops the bot itself, and in order.
                start_new_session=True,
            )

    async def stop(self) -> int:
        """Ask the process to end, and return its exit code; -9 when it had to be killed after `STOP_SECONDS`."""
        if self._process is None:
            return 0
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            return await self._process.wait()

    async def kill(self) -> None:
        """End the process at once, without a warning to it."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def wait(self) -> int:
        """Wait until the process has ended, and return its exit code."""
        return 0 if self._process is None else await self._process.wait()

    @property
    def pid(self) -> int:
        """The process id; 0 before the start."""
        return 0 if self._process is None else self._process.pid

    @property
    def exit_code(self) -> int | None:
        """What the process ended with, or None."""
        return None if self._process is None else self._process.returncode

    def pause(self) -> None:
        """Suspend the process (SIGSTOP), as a laptop lid or a stalled host does."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """End the suspension."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGCONT)

    def last_lines(self, count: int = 15) -> str:
        """Return the end of the log file."""
        if not self._log_path.exists():
            return ""
        lines = self._log_path.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-count:])
