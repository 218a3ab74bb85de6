"""Whose language it is: by what Discord says of a guild or a reader, whatever that is."""

from typing import Any, cast

import discord
import pytest
from discord.enums import try_enum

from models.guild_settings import GuildSettings
from reminder_bot.guild_language import guild_language
from reminder_bot.interactions.reader_language import speak_to
from reminder_bot.settings_book import NOTHING_CHOSEN
from utils.i18n import language_in_force, speaking

GUILD = 7


class Told:
    """As much of a guild and of an interaction as their language needs."""

    def __init__(self, locale: Any) -> None:
        self.id = GUILD
        self.locale = self.preferred_locale = try_enum(discord.Locale, locale)


class Chosen:
    """What one guild has chosen."""

    def __init__(self, settings: GuildSettings = NOTHING_CHOSEN) -> None:
        self._settings = settings

    def of(self, guild_id: int) -> GuildSettings:
        """Return it for that guild."""
        return self._settings if guild_id == GUILD else NOTHING_CHOSEN


@pytest.mark.parametrize(
    ("locale", "language"), [("fr", "fr"), ("en-GB", "en"), ("ja", "en"), ("tlh", "en"), ("", "en"), (None, "en")]
)
def test_a_locale_without_a_catalogue_reads_english(locale: str | None, language: str) -> None:
    assert guild_language(cast(discord.Guild, Told(locale)), Chosen()) == language
    with speaking("fr"):
        speak_to(cast(discord.Interaction, Told(locale)))
        assert language_in_force() == language


def test_a_guild_that_is_not_known_reads_english() -> None:
    assert guild_language(None, Chosen(GuildSettings(language="fr"))) == "en"


@pytest.mark.parametrize(("chosen", "language"), [("fr", "fr"), ("en", "en"), (None, "fr"), ("tlh", "en")])
def test_what_a_guild_has_chosen_here_goes_before_its_locale_in_discord(chosen: str | None, language: str) -> None:
    guild = cast(discord.Guild, Told("fr"))
    assert guild_language(guild, Chosen(GuildSettings(language=chosen))) == language
