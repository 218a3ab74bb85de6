"""Puts the story on: a sandbox, the bot as a second process, the telling in the terminal, and the way out."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from reminder_bot.sandbox.bot_process import BotProcess
from reminder_bot.sandbox.seed import Seed, seed_world
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.story import Story, StoryError
from reminder_bot.sandbox.story_report import report


async def put_on(
    command: Sequence[str], folder: Path, port: int, say: Callable[[str], None], *, ends_after_story: bool
) -> int:
    """Play the story with the bot that ``command`` starts, and return the exit code.

    Writes a new database and a log file into ``folder``. Unless ``ends_after_story``, goes on until SIGINT or SIGTERM.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = time.strftime("story-%Y%m%d-%H%M%S")
    database, log_path = folder / f"{name}.db", folder / f"{name}.log"
    stop = _stop_event()
    seed = seed_world()
    async with Sandbox(seed.world, port=port) as sandbox:
        bot = BotProcess(command, _environment(sandbox, seed, database), log_path)
        say(f"A Discord of its own runs at {sandbox.api_url}; the bot's log is {log_path}.")
        await bot.start()
        try:
            code = await _play(sandbox, seed, bot, database, say, stop)
            if code == 0 and not ends_after_story and not stop.is_set():
                say("The bot and its Discord go on running; Ctrl-C ends them.")
                await stop.wait()
        finally:
            ended_with = await bot.stop()
    say(f"The database stays: {database}")
    if code == 0 and ended_with != 0:
        say(f"The story did not come out right: the bot ended with exit code {ended_with}, see {log_path}.")
        return 1
    return code


async def stand_alone(port: int, say: Callable[[str], None]) -> None:
    """Run a seeded sandbox without a bot until SIGINT or SIGTERM."""
    stop = _stop_event()
    async with Sandbox(seed_world().world, port=port) as sandbox:
        say(sandbox.describe())
        await stop.wait()


async def _play(
    sandbox: Sandbox, seed: Seed, bot: BotProcess, database: Path, say: Callable[[str], None], stop: asyncio.Event
) -> int:
    started = time.monotonic()
    story = Story(sandbox, seed, bot, lambda line: say(f"{time.monotonic() - started:5.1f} s  {line}"))
    playing = asyncio.create_task(story.play())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not playing.done():
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
        say("Stopped before the end of the story.")
        return 1
    try:
        say(report(story, playing.result(), database))
    except StoryError as error:
        say(f"The story did not come out right: {error}")
        return 1
    say("\nThe story came out right: everybody was asked until they answered, and nobody else.")
    return 0


def _environment(sandbox: Sandbox, seed: Seed, database: Path) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": seed.token,
        "DISCORD_API_URL": sandbox.api_url,
        "DATABASE_PATH": str(database),
        "MIN_INTERVAL_SECONDS": "1",
        "LOG_LEVEL": "INFO",
    }


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    return stop
