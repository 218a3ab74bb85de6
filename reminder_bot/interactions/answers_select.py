"""A select for the answers that an event offers: lists ready to be chosen, and a form for others."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord

from models.event_options import AnswerChoice, OfferedAnswer
from reminder_bot.answer_presets import AnswerPreset, preset_answers, preset_name
from reminder_bot.guild_language import guild_language
from reminder_bot.interactions.setting_forms import Form, SettingForm, read_answers
from reminder_bot.interactions.setting_words import answers_text
from reminder_bot.interactions.views import Gate
from reminder_bot.settings_book import SettingsBook
from utils.i18n import _, speaking

OTHERS = "others"

Clicked = discord.Interaction[Any]
Take = Callable[[Clicked, Sequence[OfferedAnswer]], Awaitable[None]]


class AnswersSelect(discord.ui.Select[Any]):
    """Chooses a list of answers; ``take`` gets it, with names in the server's language, as people will read them."""

    def __init__(
        self, guild: discord.Guild, book: SettingsBook, now: Sequence[OfferedAnswer], check: Gate, take: Take
    ) -> None:
        options = [
            discord.SelectOption(label=preset_name(preset), value=preset.value, emoji=preset_answers(preset)[0].emoji)
            for preset in AnswerPreset
        ]
        options.append(discord.SelectOption(label=_("others, typed by you"), value=OTHERS, emoji="✏️"))
        super().__init__(custom_id="draft:answers", placeholder=_("Other answers"), options=options)
        self._guild = guild
        self._book = book
        self._now = now
        self._check = check
        self._take = take

    async def callback(self, interaction: Clicked) -> None:
        """Hand on the answers, or ask for others."""
        if self.values[0] == OTHERS:
            await interaction.response.send_modal(SettingForm(self._form(), self._check, self._read))
            return
        await interaction.response.defer()
        with speaking(guild_language(self._guild, self._book)):
            answers = preset_answers(AnswerPreset(self.values[0]))
        await self._take(interaction, answers)

    async def _read(self, filled: Clicked, text: str) -> None:
        # Emoji of the server are asked for at Discord: that can take longer than its 3 seconds.
        await filled.response.defer()
        answers = await read_answers(text, self._guild)
        await self._take(filled, [OfferedAnswer(emoji, chosen.meaning, chosen.label) for emoji, chosen in answers])

    def _form(self) -> Form:
        shown = answers_text(tuple((each.emoji, AnswerChoice(each.meaning, each.label)) for each in self._now))
        hint = _("One to a line: emoji, yes, no, maybe or other, and a name")
        return Form(_("Answers"), _("Answers"), hint, shown, is_long=True)
