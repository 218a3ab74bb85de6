"""Whose language it is: by what Discord says of a guild or a reader, whatever that is."""

from typing import Any, cast

import discord
import pytest
from discord.enums import try_enum

from reminder_bot.guild_language import guild_language
from reminder_bot.interactions.reader_language import speak_to
from utils.i18n import language_in_force, speaking


class Told:
    """As much of a guild and of an interaction as their language needs."""

    def __init__(self, locale: Any) -> None:
        self.locale = self.preferred_locale = try_enum(discord.Locale, locale)


@pytest.mark.parametrize(
    ("locale", "language"), [("fr", "fr"), ("en-GB", "en"), ("ja", "en"), ("tlh", "en"), ("", "en"), (None, "en")]
)
def test_a_locale_without_a_catalogue_reads_english(locale: str | None, language: str) -> None:
    assert guild_language(cast(discord.Guild, Told(locale))) == language
    with speaking("fr"):
        speak_to(cast(discord.Interaction, Told(locale)))
        assert language_in_force() == language


def test_a_guild_that_is_not_known_reads_english() -> None:
    assert guild_language(None) == "en"
