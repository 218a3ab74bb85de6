"""The command line: run the bot, or try it without Discord.

Holds no logic: it reads options, calls, and turns this project's errors into one clear line and exit code 1.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from reminder_bot.config import Settings
from reminder_bot.version import VERSION
from utils.errors import ReminderBotError

P = ParamSpec("P")
T = TypeVar("T")

DOTENV = Path(".env")
DEMO_FOLDER = Path("data")


def _clear_errors(command: Callable[P, T]) -> Callable[P, T]:
    @wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except ReminderBotError as error:
            raise click.ClickException(str(error)) from error

    return wrapper


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="%(version)s")
def main() -> None:
    """Remind, on Discord, only those who have not answered yet.

    Settings come from the environment and from a file .env in the working folder; see docs/configuration.md.
    """


@main.command()
@click.option("--or-demo", is_flag=True, help="Without DISCORD_TOKEN, play the demo instead of refusing to start.")
@click.option("--once", is_flag=True, help="With --or-demo: end after the demo's story.")
@_clear_errors
def run(*, or_demo: bool, once: bool) -> None:
    """Run the bot on Discord until Ctrl-C or SIGTERM."""
    settings = _settings()
    if settings.discord_token is None and or_demo:
        click.echo("No DISCORD_TOKEN in the environment or .env: playing the demo on a Discord of its own.")
        sys.exit(_demo(once=once, port=0))
    _run(settings)


@main.command()
@click.option("--once", is_flag=True, help="End after the story: exit code 0, or 1 when it did not come out right.")
@click.option("--port", default=0, show_default="any free one", help="Loopback port of the sandbox.")
def demo(*, once: bool, port: int) -> None:
    """Watch the bot do its whole job against a Discord on this machine; needs no token."""
    sys.exit(_demo(once=once, port=port))


@main.command()
@click.option("--port", default=8640, show_default=True, help="Loopback port to listen on.")
def sandbox(port: int) -> None:
    """Run only the Discord of the demo, for a bot you start yourself."""
    from reminder_bot.sandbox.stage import stand_alone

    asyncio.run(stand_alone(port, click.echo))


def _settings() -> Settings:
    return Settings.from_environment(os.environ, DOTENV)


def _run(settings: Settings) -> None:
    from reminder_bot.log import configure_logging
    from reminder_bot.runner import run as run_bot

    logs = configure_logging(settings.log_level, settings.log_format, secrets=settings.secrets)
    try:
        asyncio.run(run_bot(settings))
    except ReminderBotError:
        raise
    except Exception as error:
        # The last boundary: whoever runs the bot restarts it, and the log says why.
        logging.getLogger(__name__).critical("the bot cannot go on", exc_info=error)
        sys.exit(1)
    finally:
        logs.stop()


def _demo(*, once: bool, port: int) -> int:
    from reminder_bot.sandbox.stage import put_on

    command = [sys.executable, "-m", "reminder_bot", "run"]
    return asyncio.run(put_on(command, DEMO_FOLDER, port, click.echo, ends_after_story=once))
