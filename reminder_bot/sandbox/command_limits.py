"""Discord's limits on application commands.

Source: discord.com/developers/docs/interactions/application-commands#application-command-object.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.errors import FormError
from reminder_bot.sandbox.locales import LOCALES

Problem = tuple[str, tuple[str, str]]

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUBCOMMAND, SUBCOMMAND_GROUP = 1, 2

_MAX_COMMANDS = {CHAT_INPUT: 100, USER_MENU: 15, MESSAGE_MENU: 15}
_MAX_TOTAL = 8000


def check_command(command: Payload, prefix: str = "") -> None:
    """Check one command.

    Args:
        command: as registered.
        prefix: where it stands in the body, such as ``3.``.

    Raises:
        FormError: a field breaks its limit.
    """
    problems = {f"{prefix}{path}": problem for path, problem in _command_problems(command)}
    if problems:
        raise FormError(problems)


def check_commands(commands: list[Payload]) -> None:
    """Check all commands of one scope together.

    Raises:
        FormError: one breaks its limit, there are too many, or two share a name.
    """
    for index, command in enumerate(commands):
        check_command(command, f"{index}.")
    for kind, limit in _MAX_COMMANDS.items():
        names = [command["name"] for command in commands if command.get("type", CHAT_INPUT) == kind]
        if len(names) > limit:
            raise FormError({"_root": ("APPLICATION_COMMAND_TOO_MANY", f"Maximum number of commands is {limit}")})
        if len(set(names)) != len(names):
            sentence = "Application command names must be unique"
            raise FormError({"_root": ("APPLICATION_COMMANDS_DUPLICATE_NAME", sentence)})


def _command_problems(command: Payload) -> Iterator[Problem]:
    if command.get("type", CHAT_INPUT) != CHAT_INPUT:
        if not 1 <= len(command.get("name") or "") <= 32:
            yield "name", ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 32 in length.")
        yield from _localization_problems("", command, "name", lambda name: 1 <= len(name) <= 32)
        if command.get("description"):
            yield (
                "description",
                ("APPLICATION_COMMAND_DESCRIPTION_NOT_EMPTY", "Context menu commands have no description"),
            )
        return
    yield from _named_problems("", command)
    yield from _options_problems("", command.get("options") or [])
    if _total_length(command) > _MAX_TOTAL:
        yield "_root", ("APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({_MAX_TOTAL})")


def _named_problems(path: str, named: Payload) -> Iterator[Problem]:
    name = named.get("name") or ""
    if not _is_command_name(name):
        yield f"{path}name", ("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if not 1 <= len(named.get("description") or "") <= 100:
        yield f"{path}description", ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    yield from _localization_problems(path, named, "name", _is_command_name)
    yield from _localization_problems(path, named, "description", lambda text: 1 <= len(text) <= 100)


def _localization_problems(
    path: str, named: Payload, what: str, is_allowed: Callable[[str], bool]
) -> Iterator[Problem]:
    for locale, text in (named.get(f"{what}_localizations") or {}).items():
        here = f"{path}{what}_localizations.{locale}"
        if locale not in LOCALES:
            yield here, ("ENUM_TYPE_COERCE", f'Value "{locale}" is not a valid enum value.')
        elif not isinstance(text, str) or not is_allowed(text):
            yield here, ("APPLICATION_COMMAND_INVALID_LOCALIZATION", f"The {what} is not one that is allowed")


def _is_command_name(name: str) -> bool:
    letters = all(char in "-_'" or unicodedata.category(char)[0] in "LN" for char in name)
    return 1 <= len(name) <= 32 and letters and name == name.lower()


def _options_problems(path: str, options: list[Payload]) -> Iterator[Problem]:
    if len(options) > 25:
        yield f"{path}options", ("BASE_TYPE_BAD_LENGTH", "Must be between 0 and 25 in length.")
    is_optional_seen = False
    for index, option in enumerate(options):
        here = f"{path}options.{index}."
        yield from _named_problems(here, option)
        if option.get("type") in (SUBCOMMAND, SUBCOMMAND_GROUP):
            yield from _options_problems(here, option.get("options") or [])
            continue
        if option.get("required") and is_optional_seen:
            sentence = "Required options must be placed before non-required options"
            yield f"{here}required", ("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", sentence)
        is_optional_seen = is_optional_seen or not option.get("required")
        yield from _choices_problems(here, option)


def _choices_problems(path: str, option: Payload) -> Iterator[Problem]:
    if option.get("autocomplete") and option.get("choices"):
        yield (
            f"{path}choices",
            ("APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", "Choices and autocomplete exclude each other"),
        )
    yield from choice_problems(path, option.get("choices") or [])


def choice_problems(path: str, choices: list[Payload]) -> Iterator[Problem]:
    """Find what is wrong with the choices of an option or of an autocompletion: at most 25, names of 1 to 100."""
    if len(choices) > 25:
        yield f"{path}choices", ("BASE_TYPE_BAD_LENGTH", "Must be between 0 and 25 in length.")
    for index, choice in enumerate(choices):
        here = f"{path}choices.{index}."
        if not 1 <= len(choice.get("name") or "") <= 100:
            yield f"{here}name", ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
        yield from _localization_problems(here, choice, "name", lambda name: 1 <= len(name) <= 100)
        value = choice.get("value")
        if isinstance(value, str) and not 1 <= len(value) <= 100:
            yield f"{here}value", ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")


def _total_length(named: Payload) -> int:
    total = len(named.get("name") or "") + len(named.get("description") or "")
    total += sum(len(str(choice.get("name"))) + len(str(choice.get("value"))) for choice in named.get("choices") or [])
    return total + sum(_total_length(option) for option in named.get("options") or [])
