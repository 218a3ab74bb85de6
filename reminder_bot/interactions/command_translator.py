"""What Discord shows of the commands in other languages than English: names, descriptions, options, choices."""

from types import MappingProxyType
from typing import Any

from discord import Locale, app_commands
from discord.app_commands import TranslationContextLocation as Location
from discord.app_commands import TranslationContextTypes, locale_str

from utils.i18n import language_for, pgettext, speaking

COMMAND, OPTION, CHOICE = "command", "option", "choice"
"""The contexts of names in the catalogues; a menu's name and all descriptions are texts like others."""

_CONTEXTS = MappingProxyType(
    {
        Location.command_name: COMMAND,
        Location.group_name: COMMAND,
        Location.parameter_name: OPTION,
        Location.choice_name: CHOICE,
    }
)


class CatalogueTranslator(app_commands.Translator):
    """Answers discord.py from the catalogues when the commands are registered."""

    async def translate(self, string: locale_str, locale: Locale, context: TranslationContextTypes) -> str | None:
        """Return the text for a locale, or None where it would be the English one, which Discord falls back to."""
        is_menu = isinstance(context.data, app_commands.ContextMenu)
        with speaking(language_for(locale.value)):
            text = pgettext("" if is_menu else _CONTEXTS.get(context.location, ""), string.message)
        return None if text == string.message else text


def command_name(command: app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu) -> str:
    """Return the name under which Discord shows a command, group or menu to a reader of the language in force.

    A subcommand's has its group's before it.
    """
    if isinstance(command, app_commands.ContextMenu):
        return pgettext("", command.name)
    return " ".join(pgettext(COMMAND, name) for name in command.qualified_name.split())
