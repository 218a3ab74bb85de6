"""Puts the story on: a sandbox, the bot as a second process, the telling in the terminal, and the way out."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from enum import Enum, auto
from pathlib import Path

from reminder_bot.sandbox.bot_process import BotProcess
from reminder_bot.sandbox.seed import Seed, seed_world
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.story import Story, StoryError
from reminder_bot.sandbox.story_report import report
from reminder_bot.sandbox.tie import tied


class StageError(Exception):
    """The sandbox or the story cannot be put on here; the text says why in one line."""


class _Ending(Enum):
    RIGHT = auto()
    WRONG = auto()
    STOPPED = auto()
    """Somebody had seen enough of the story."""


async def put_on(
    command: Sequence[str],
    defaults: Mapping[str, str],
    folder: Path,
    port: int,
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
    seed = seed_world()
    async with _sandbox(seed, port) as sandbox:
        bot = BotProcess(tied(command), _environment(defaults, sandbox, seed, database), log_path)
        say(f"A Discord of its own runs at {sandbox.api_url}; the bot's log is {log_path}.")
        await bot.start()
        try:
            ending = await _play(sandbox, seed, bot, database, say, stop)
            if ending is _Ending.RIGHT and not ends_after_story and not stop.is_set():
                say("The bot and its Discord go on running; Ctrl-C ends them.")
                await stop.wait()
        finally:
            ended_with = await bot.stop()
    if ending is _Ending.RIGHT and ended_with != 0:
        say(f"The story did not come out right: the bot ended with exit code {ended_with}, see {log_path}.")
        ending = _Ending.WRONG
    say("What stays of the story: " + ", ".join(str(path) for path in (database, log_path) if path.exists()))
    return 0 if ending is _Ending.RIGHT or (ending is _Ending.STOPPED and not ends_after_story) else 1


async def stand_alone(port: int, say: Callable[[str], None]) -> None:
    """Run a seeded sandbox without a bot until SIGINT, SIGTERM or SIGHUP.

    Raises:
        StageError: the port cannot be had.
    """
    stop = _stop_event()
    async with _sandbox(seed_world(), port) as sandbox:
        say(sandbox.describe())
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


@asynccontextmanager
async def _sandbox(seed: Seed, port: int) -> AsyncIterator[Sandbox]:
    async with AsyncExitStack() as stack:
        try:
            sandbox = await stack.enter_async_context(Sandbox(seed.world, port=port))
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise StageError(f"Port {port} cannot be listened on: {reason}. Choose another with --port.") from error
        yield sandbox


async def _play(
    sandbox: Sandbox, seed: Seed, bot: BotProcess, database: Path, say: Callable[[str], None], stop: asyncio.Event
) -> _Ending:
    started = time.monotonic()

    def tell(text: str) -> None:
        moment = f"{time.monotonic() - started:5.1f} s  "
        say(moment + text.replace("\n", "\n" + " " * len(moment)))

    story = Story(sandbox, seed, bot, tell)
    playing = asyncio.create_task(story.play())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    is_over = playing.done()
    stopping.cancel()
    playing.cancel()
    await asyncio.gather(playing, stopping, return_exceptions=True)
    if not is_over:
        say("Stopped before the end of the story.")
        return _Ending.STOPPED
    try:
        say(report(story, playing.result(), database))
    except StoryError as error:
        say(f"The story did not come out right: {error}")
        return _Ending.WRONG
    say("\nThe story came out right: everybody was asked until they answered, and nobody else.")
    return _Ending.RIGHT


def _environment(defaults: Mapping[str, str], sandbox: Sandbox, seed: Seed, database: Path) -> dict[str, str]:
    return {
        **defaults,
        "DISCORD_TOKEN": seed.token,
        "DISCORD_API_URL": sandbox.api_url,
        "DATABASE_PATH": str(database),
        "MIN_INTERVAL_SECONDS": "1",
    }


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    # Under nohup the end of a terminal is to be survived.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        loop.add_signal_handler(signal.SIGHUP, stop.set)
    return stop
