"""Puts the story on: a sandbox, the bot as a second process, the telling in the terminal, and the way out."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from reminder_bot.sandbox.clock import SandboxClock
from reminder_bot.sandbox.narration import StoryState
from reminder_bot.sandbox.performance import Performance
from reminder_bot.sandbox.seed import seed_world
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.tie import tied

DEFAULT_PORT = 8640
"""Where the sandbox listens when nobody names a port; if that is taken, on any that is free."""


class StageError(Exception):
    """The sandbox or the story cannot be put on here; the text says why in one line."""


async def put_on(
    command: Sequence[str],
    defaults: Mapping[str, str],
    folder: Path,
    port: int | None,
    say: Callable[[str], None],
    *,
    ends_after_story: bool,
) -> int:
    """Play the story with the bot that ``command`` starts, and return the exit code.

    The bot's environment sets all of ``defaults``, but for those that the story needs otherwise. Writes a new database
    and a log file into ``folder``. Unless ``ends_after_story``, goes on until SIGINT, SIGTERM or SIGHUP, and being
    stopped during the story is no failure.

    Raises:
        StageError: the folder cannot be written, or the port not be had.
    """
    stop = _stop_event()
    database, log_path = new_story_files(folder)
    sandbox, show = _prepared(database, log_path, say)
    async with _listening(sandbox, port, say):
        say(f"A Discord of its own runs at {sandbox.api_url}; the bot's log is {log_path}.")
        say(f"Look at it, and click in it: {sandbox.page_url}")
        show.set_bot(tied(command), defaults)
        await show.start_bot()
        try:
            ending = await show.play_until(stop)
            if not ends_after_story and show.may_go_on:
                await _stay(stop, say)
        finally:
            ended_with = await show.close()
    say("What stays of the story: " + ", ".join(str(path) for path in (database, log_path) if path.exists()))
    if ending is StoryState.RIGHT and ended_with != 0:
        say(f"The story did not come out right: the bot ended with exit code {ended_with}, see {log_path}.")
        return 1
    return 0 if ending is StoryState.RIGHT or (ending is StoryState.STOPPED and not ends_after_story) else 1


async def stand_alone(port: int | None, say: Callable[[str], None]) -> None:
    """Run a seeded sandbox without a bot until SIGINT, SIGTERM or SIGHUP.

    Raises:
        StageError: the port cannot be had.
    """
    stop = _stop_event()
    seed = seed_world()
    sandbox = Sandbox(seed.world)
    sandbox.show_page(seed.organiser_id)
    async with _listening(sandbox, port, say):
        say(sandbox.describe())
        say(f"Look at it, and act in it: {sandbox.page_url}")
        say("Ctrl-C ends it.")
        await stop.wait()


def new_story_files(folder: Path) -> tuple[Path, Path]:
    """Return the paths of a story's database and log, used by no other story; the log exists then, for its owner alone.

    Raises:
        StageError: the folder cannot be made or written.
    """
    name = time.strftime("story-%Y%m%d-%H%M%S")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        log_path, number = folder / f"{name}.log", 1
        while not _is_made(log_path):
            number += 1
            log_path = folder / f"{name}-{number}.log"
    except OSError as error:
        reason = "it is no folder" if folder.is_file() else error.strerror
        raise StageError(f"The story's files cannot be written into {folder.absolute()}: {reason}.") from error
    return log_path.with_suffix(".db"), log_path


def _is_made(path: Path) -> bool:
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    return True


def _prepared(database: Path, log_path: Path, say: Callable[[str], None]) -> tuple[Sandbox, Performance]:
    clock = SandboxClock()
    seed = seed_world(now=clock.now, steady=time.time)
    sandbox = Sandbox(seed.world)
    show = Performance(sandbox, seed, clock, database, log_path, say)
    sandbox.keep_time(clock)
    sandbox.show_page(seed.organiser_id, show)
    return sandbox, show


async def _stay(stop: asyncio.Event, say: Callable[[str], None]) -> None:
    if not stop.is_set():
        say("The bot and its Discord go on running; Ctrl-C ends them.")
        await stop.wait()


@asynccontextmanager
async def _listening(sandbox: Sandbox, port: int | None, say: Callable[[str], None]) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        sandbox.port = DEFAULT_PORT if port is None else port
        try:
            await stack.enter_async_context(sandbox)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            if port is not None:
                raise StageError(f"Port {port} cannot be listened on: {reason}. Choose another with --port.") from error
            # Nobody asked for this very port: a free one does as well.
            sandbox.port = 0
            await stack.enter_async_context(sandbox)
            say(f"Port {DEFAULT_PORT} cannot be listened on ({reason}), so this is port {sandbox.port}.")
        yield


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    # Under nohup the end of a terminal is to be survived.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        loop.add_signal_handler(signal.SIGHUP, stop.set)
    return stop
