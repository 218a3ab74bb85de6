"""The language of what is posted in a guild, and of notices about it: the one place that decides it."""

from typing import Protocol

import discord

from models.guild_settings import GuildSettings
from utils.i18n import SOURCE, language_for


class ChosenSettings(Protocol):
    """What guilds have chosen."""

    def of(self, guild_id: int) -> GuildSettings:
        """Return what a guild has chosen."""
        ...


def guild_language(guild: discord.Guild | None, chosen: ChosenSettings) -> str:
    """Return the language of a guild: the one it has chosen here, else that of its locale in Discord.

    English for a guild that is not known.
    """
    if guild is None:
        return SOURCE
    return language_for(chosen.of(guild.id).language or str(guild.preferred_locale.value))
