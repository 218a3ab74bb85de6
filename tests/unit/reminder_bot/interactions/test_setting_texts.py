"""Settings in words: every value of every setting, in both languages, within what an embed holds."""

from collections.abc import Iterator
from dataclasses import fields
from types import SimpleNamespace
from typing import cast

import discord
import pytest

from models.event_options import AnswerChoice, AudienceRule, Meaning, Place
from models.guild_settings import SETTINGS, GuildSettings
from reminder_bot.config import Settings
from reminder_bot.interactions.setting_texts import SHOWN, shown_under
from reminder_bot.interactions.setting_words import settings_text, stored_text
from reminder_bot.interactions.settings_file import FILE_LIMIT, settings_file
from reminder_bot.interactions.settings_view import overview_card, setting_card
from reminder_bot.settings_book import SettingsBook
from tests.fakes import FakeClock
from utils.embeds import DESCRIPTION_LIMIT, FIELD_NAME_LIMIT, FIELD_VALUE_LIMIT, TITLE_LIMIT, TOTAL_LIMIT
from utils.i18n import speaking

LONGEST = (1 << 63) - 1
IDS = tuple(range(LONGEST - 25, LONGEST))
FULL = GuildSettings(
    zone="America/Argentina/ComodRivadavia",
    language="fr",
    organiser_roles=IDS,
    default_interval_minutes=12345.5,
    answers=tuple((f"<a:{'x' * 31}{at}:{LONGEST}>", AnswerChoice(Meaning.MAYBE, "**" * 40)) for at in range(10)),
    audience=AudienceRule(IDS, IDS, IDS, IDS),
    place=Place.ELSEWHERE,
    place_channel_id=LONGEST,
    deletes_older=True,
    delete_after_minutes=123456,
    wants_tally=True,
    before_minutes=(123456, 12345, 1234, 123, 12),
    quiet_hours="22:00-07:00",
    is_silent=True,
    escalate_after=20,
    log_channel_id=LONGEST,
)
GUILD = cast(discord.Guild, SimpleNamespace(id=7, preferred_locale=discord.Locale.french))


class Full(SettingsBook):
    """A book in which a guild has chosen all that can be chosen, or nothing."""

    def __init__(self, settings: GuildSettings) -> None:
        self._settings = settings
        self._operator = Settings.from_environment({})

    def of(self, guild_id: int) -> GuildSettings:
        """Return it."""
        return self._settings


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each language, in force."""
    with speaking(request.param):
        yield request.param


def test_every_setting_is_shown_once() -> None:
    assert sorted(part for setting in SHOWN.values() for part in setting.parts) == sorted(SETTINGS)
    assert {shown_under(part.name) for part in fields(GuildSettings)} == set(SHOWN)


@pytest.mark.parametrize("settings", [FULL, GuildSettings()], ids=["full", "empty"])
def test_all_settings_fit_into_one_embed_in_every_language(language: str, settings: GuildSettings) -> None:
    embed = overview_card(GUILD, Full(settings))
    assert len(embed) <= TOTAL_LIMIT
    assert len(embed.fields) == len(SHOWN) <= 25
    assert max(len(field.value or "") for field in embed.fields) <= FIELD_VALUE_LIMIT
    assert not any((field.value or "").split("\n")[0].endswith("…") for field in embed.fields), "cut within an emoji"
    assert all(1 <= len(field.name or "") <= FIELD_NAME_LIMIT for field in embed.fields)
    for name in SHOWN:
        card = setting_card(name, GUILD, Full(settings), FakeClock().now())
        assert 1 <= len(card.title or "") <= TITLE_LIMIT
        assert 1 <= len(card.description or "") <= DESCRIPTION_LIMIT
        assert len(card) <= TOTAL_LIMIT
        assert not (card.description or "").endswith("…"), name


@pytest.mark.parametrize("settings", [FULL, GuildSettings()], ids=["full", "empty"])
def test_every_stored_value_has_words_in_every_language(language: str, settings: GuildSettings) -> None:
    for name in SETTINGS:
        assert stored_text(name, settings.value_json(name)), name
    for name in SHOWN:
        assert settings_text(name, settings), name


def test_value_that_was_stored_by_another_version_is_shown_all_the_same() -> None:
    assert stored_text("colour", "red") == "red"
    assert stored_text("place", "the moon") == settings_text("place", GuildSettings())


def test_label_of_an_answer_neither_pings_nor_changes_the_look() -> None:
    answers = (("✅", AnswerChoice(Meaning.YES, "@everyone **x**")), ("❌", AnswerChoice(Meaning.NO, "")))
    assert settings_text("answers", GuildSettings(answers=answers)) == "✅ yes (@\u200beveryone \\*\\*x\\*\\*) · ❌ no"


def test_file_of_all_settings_may_be_imported() -> None:
    assert len(settings_file(FULL)) < FILE_LIMIT / 4
