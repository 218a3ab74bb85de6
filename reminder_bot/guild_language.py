"""The language of what is posted in a guild, and of notices about it: the one place that decides it."""

import discord

from utils.i18n import SOURCE, language_for


def guild_language(guild: discord.Guild | None) -> str:
    """Return the language of a guild, by the locale it has chosen in Discord; English for one that is not known."""
    return SOURCE if guild is None else language_for(str(guild.preferred_locale.value))
