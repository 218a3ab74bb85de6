"""What commands share: who may use them, and the ``interval`` option."""

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from discord import app_commands

from reminder_bot.config import Settings
from utils.durations import duration_suggestions, format_duration, parse_duration, parse_interval
from utils.i18n import SOURCE, speaking

WHO = "who"

Usable = TypeVar("Usable", app_commands.Command[Any, ..., Any], app_commands.Group, app_commands.ContextMenu)


class Who(StrEnum):
    """Who may use a command; Discord shows all commands to everyone, since it cannot know organisers by their role."""

    EVERYONE = "everyone"
    ORGANISER = "organiser"
    OWNER = "owner"


def usable_by(who: Who) -> Callable[[Usable], Usable]:
    """Note on a command who may use it, and offer it in servers only; the command itself checks its caller."""

    def note(command: Usable) -> Usable:
        command.extras[WHO] = who
        command.guild_only = True
        command.allowed_contexts = app_commands.AppCommandContext(guild=True)
        command.allowed_installs = app_commands.AppInstallationType(guild=True, user=False)
        return command

    return note


def who_may_use(command: app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu) -> Who:
    """Return what `usable_by` noted, of a subcommand on its group."""
    group = None if isinstance(command, app_commands.ContextMenu) else command.root_parent
    return Who((group or command).extras[WHO])


def read_interval(text: str, settings: Settings) -> timedelta:
    """Read an ``interval`` option within the bounds that are set.

    Raises:
        InvalidIntervalError: it is no duration, or out of bounds.
    """
    return parse_interval(text, settings.min_interval, settings.max_interval)


def suggest_intervals(text: str, settings: Settings) -> list[app_commands.Choice[str]]:
    """Return what a half-typed interval may become."""
    # What is chosen comes back as it was sent: it must not matter in which language it was shown.
    with speaking(SOURCE):
        found = duration_suggestions(text, settings.min_interval, settings.max_interval)
    return [app_commands.Choice(name=format_duration(parse_duration(each)), value=each) for each in found]
