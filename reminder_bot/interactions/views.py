"""Buttons and selects under an answer: for its caller only, and greyed out when they stop working."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord
from discord.ui.select import BaseSelect

from reminder_bot.interactions.answers import NETWORK_ERRORS, answer, answer_error
from reminder_bot.interactions.heard_clicks import note_heard
from reminder_bot.interactions.reader_language import speak_to
from utils.i18n import _

TIMEOUT_SECONDS = 600.0
"""Below the 15 minutes for which an interaction's answer may be edited, so that the buttons can still be greyed out."""

Choose = Callable[[discord.Interaction, str], Awaitable[None]]
Gate = Callable[[discord.Interaction[Any]], Awaitable[bool]]


class CallerView(discord.ui.View):
    """A view that only the person who called may use."""

    def __init__(self, interaction: discord.Interaction) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS)
        self._latest = interaction

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Speak the language of whoever clicked; refuse everybody but the caller."""
        note_heard(interaction)
        speak_to(interaction)
        if interaction.user.id == self._latest.user.id:
            self._latest = interaction
            return True
        await answer(interaction, _("This answer belongs to somebody else. Use the command yourself."))
        return False

    async def on_timeout(self) -> None:
        """Grey everything out."""
        for item in self.children:
            if isinstance(item, discord.ui.Button | BaseSelect):
                item.disabled = True
        try:
            await self._latest.edit_original_response(view=self)
        except NETWORK_ERRORS:
            # The caller has dismissed the answer, or Discord is away: nothing is left to grey out.
            return

    async def on_error(self, interaction: discord.Interaction, error: Exception, item: discord.ui.Item[Any], /) -> None:
        """Answer with the error's sentence."""
        await answer_error(interaction, error)


class GatedView(CallerView):
    """A view whose clicks cost as much as a command: ``gate`` says whether one may be, and tells its caller if not.

    What its main button does is done once at most: two clicks in a row reach the bot before the first has taken the
    button away. What fails may be tried again.
    """

    def __init__(self, interaction: discord.Interaction, gate: Gate) -> None:
        super().__init__(interaction)
        self._gate = gate
        self._is_done = False

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Refuse everybody else, and the caller when they are too fast."""
        return await super().interaction_check(interaction) and await self._gate(interaction)

    async def finish_once(
        self, clicked: discord.Interaction, finish: Callable[[discord.Interaction], Awaitable[discord.Embed]]
    ) -> None:
        """Do what the view is for, and answer with what comes of it; nothing where that is under way or done."""
        await clicked.response.defer()
        if self._is_done:
            return
        self._is_done = True
        try:
            embed = await finish(clicked)
        except Exception:
            self._is_done = False
            raise
        self.stop()
        await answer(clicked, embed=embed)


async def answer_pages(
    interaction: discord.Interaction, pages: Sequence[discord.Embed], *, file: discord.File | None = None
) -> None:
    """Answer with the first of some pages, and with buttons to turn them where there are more."""
    view = PagesView(interaction, pages) if len(pages) > 1 else None
    await answer(interaction, embed=pages[0], view=view, file=file)


class PagesView(CallerView):
    """Turns the pages of an answer that is too long for one."""

    def __init__(self, interaction: discord.Interaction, pages: Sequence[discord.Embed]) -> None:
        super().__init__(interaction)
        self._pages = pages
        self._at = 0
        self.previous.label, self.next.label = _("Previous"), _("Next")
        self._allow_buttons()

    @discord.ui.button(style=discord.ButtonStyle.secondary)
    async def previous(self, interaction: discord.Interaction, _button: discord.ui.Button["PagesView"]) -> None:
        """Show the page before."""
        await self._turn(interaction, -1)

    @discord.ui.button(style=discord.ButtonStyle.secondary)
    async def next(self, interaction: discord.Interaction, _button: discord.ui.Button["PagesView"]) -> None:
        """Show the page after."""
        await self._turn(interaction, 1)

    async def _turn(self, interaction: discord.Interaction, by: int) -> None:
        self._at = min(max(self._at + by, 0), len(self._pages) - 1)
        self._allow_buttons()
        await interaction.response.edit_message(embed=self._pages[self._at], view=self)

    def _allow_buttons(self) -> None:
        self.previous.disabled = self._at == 0
        self.next.disabled = self._at == len(self._pages) - 1


class ChoiceView(GatedView):
    """A select of one option; ``choose`` is called with its value after the interaction was deferred."""

    def __init__(
        self,
        interaction: discord.Interaction,
        placeholder: str,
        options: list[discord.SelectOption],
        choose: Choose,
        gate: Gate,
    ) -> None:
        super().__init__(interaction, gate)
        self._choose = choose
        self._select: discord.ui.Select[ChoiceView] = discord.ui.Select(placeholder=placeholder, options=options)
        self._select.callback = self._chosen  # type: ignore[method-assign]
        self.add_item(self._select)

    async def _chosen(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await self._choose(interaction, self._select.values[0])
        self.stop()
