"""The command line: run the bot, try it without Discord, or look after its database.

Holds no logic: it reads options, calls, and turns what ends a command early into one clear line and an exit code.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from reminder_bot.command_output import MisusedError
from reminder_bot.config import Settings
from reminder_bot.legacy_settings import legacy_message
from reminder_bot.variables import VARIABLES
from reminder_bot.version import VERSION
from utils.errors import ConfigurationError, ReminderBotError

T = TypeVar("T")

DOTENV = Path(".env")
DEMO_FOLDER = Path("data")
_PORT = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    envvar="SANDBOX_PORT",
    show_envvar=True,
    help="Loopback port of the sandbox; 0: any free one.  [default: 8640, else any free one]",
)

INTERRUPTED = 130
"""What a shell reports of a program that Ctrl-C has ended."""


class _Misconfigured(click.ClickException):
    exit_code = os.EX_CONFIG


def _database_commands() -> click.Command:
    from reminder_bot.database_commands import database_commands

    return database_commands


def _import_commands() -> click.Command:
    from reminder_bot.import_commands import import_json

    return import_json


# A start of the bot needs none of their modules, and would wait for all of them.
_LOADED_WHEN_ASKED_FOR: Mapping[str, Callable[[], click.Command]] = {
    "db": _database_commands,
    "import-json": _import_commands,
}


class _Commands(click.Group):
    """Ends with 78 for what only a person can mend in the settings, so that a supervisor does not start it again."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_LOADED_WHEN_ASKED_FOR])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        load = _LOADED_WHEN_ASKED_FOR.get(cmd_name)
        return super().get_command(ctx, cmd_name) if load is None else load()

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except ConfigurationError as error:
            raise _Misconfigured(str(error)) from error
        except ReminderBotError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="%(version)s")
def main() -> None:
    """Remind, on Discord, only those who have not answered yet.

    Settings come from the environment and from a file .env in the working folder; see docs/configuration.md.
    """


@main.command()
@click.option("--or-demo", is_flag=True, help="Without DISCORD_TOKEN, play the demo instead of refusing to start.")
@click.option("--once", is_flag=True, help="With --or-demo: end after the demo's story.")
@click.option("--no-dotenv", is_flag=True, help="Take the settings from the environment alone.")
@click.option("--port", type=click.IntRange(0, 65535), envvar="SANDBOX_PORT", hidden=True)
@click.option("--clock-url", envvar="SANDBOX_CLOCK_URL", hidden=True, help="Go by the sandbox's clock at this address.")
def run(*, or_demo: bool, once: bool, no_dotenv: bool, port: int | None, clock_url: str | None) -> None:
    """Run the bot on Discord until Ctrl-C or SIGTERM."""
    if once and not or_demo:
        raise MisusedError("--once ends the demo: use it with `demo`, or with `run --or-demo`.")
    settings = Settings.from_environment(os.environ, None if no_dotenv else DOTENV)
    if settings.discord_token is None and or_demo:
        click.echo("No DISCORD_TOKEN in the environment or .env: playing the demo on a Discord of its own.")
        sys.exit(_demo(once=once, port=port))
    if once:
        raise MisusedError("DISCORD_TOKEN is set, and --once ends the demo only: use `demo --once`.")
    _run(settings, clock_url)


@main.command(short_help="Watch the bot at work on a Discord of its own.")
@click.option("--once", is_flag=True, help="End after the story: exit code 0, or 1 when it did not come out right.")
@_PORT
def demo(*, once: bool, port: int | None) -> None:
    """Watch the bot do its whole job against a Discord on this machine.

    Needs no token, and heeds no settings. The story's database and log stay in data/.
    """
    sys.exit(_demo(once=once, port=port))


@main.command(short_help="Run only the demo's Discord, for a bot of yours.")
@_PORT
def sandbox(port: int | None) -> None:
    """Run only the Discord of the demo, for a bot you start yourself."""
    from reminder_bot.sandbox.stage import stand_alone

    _on_stage(stand_alone(port, click.echo))


@main.command(short_help="Ask the running bot whether it is well.")
def healthcheck() -> None:
    """Ask the bot that runs with the same settings whether it is well, over METRICS_ADDRESS.

    Exit code 0: it is well. 1: it is not, or nothing answers; the line printed says why.
    """
    from reminder_bot.health_request import ask_health

    answer = ask_health(Settings.load(DOTENV).require_metrics_address())
    click.echo(answer.text, err=not answer.is_well)
    sys.exit(0 if answer.is_well else 1)


def _run(settings: Settings, clock_url: str | None) -> None:
    from persistence.early_check import EarlyCheck

    # Before the libraries are loaded, which takes longer.
    early = EarlyCheck(settings.database_path)
    from reminder_bot.log import configure_logging
    from reminder_bot.runner import run as run_bot

    logs = configure_logging(settings.log_level, settings.log_format, secrets=settings.secrets)
    if (message := legacy_message(os.environ)) is not None:
        logging.getLogger(__name__).warning("%s", message)
    try:
        asyncio.run(run_bot(settings, clock_url, early))
    except ReminderBotError:
        raise
    except Exception as error:
        # The last boundary: whoever runs the bot restarts it, and the log says why.
        logging.getLogger(__name__).critical("the bot cannot go on", exc_info=error)
        sys.exit(1)
    finally:
        logs.stop()


def _demo(*, once: bool, port: int | None) -> int:
    from reminder_bot.sandbox.stage import put_on

    # What the story shows must not hang on what somebody has set: every setting is handed over, at its default.
    command = [sys.executable, "-m", "reminder_bot", "run", "--no-dotenv"]
    defaults = {variable.name: variable.default for variable in VARIABLES}
    # Nobody needs a backup of the story.
    defaults |= dict.fromkeys(("BACKUP_TIME", "CLEANUP_TIME", "OPTIMIZE_TIME"), "off")
    return _on_stage(put_on(command, defaults, DEMO_FOLDER, port, click.echo, ends_after_story=once))


def _on_stage(act: Coroutine[Any, Any, T]) -> T:
    from reminder_bot.sandbox.stage import StageError

    try:
        return asyncio.run(act)
    except StageError as error:
        raise click.ClickException(str(error)) from error
