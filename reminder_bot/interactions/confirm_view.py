"""One question before something that cannot be taken back."""

from collections.abc import Awaitable, Callable

import discord

from reminder_bot.interactions.answers import answer
from reminder_bot.interactions.views import CallerView, Gate
from utils.i18n import _


class ConfirmView(CallerView):
    """One question before something that cannot be taken back; ``confirm`` is done once at most."""

    def __init__(
        self,
        interaction: discord.Interaction,
        yes: str,
        no: str,
        confirm: Callable[[discord.Interaction], Awaitable[discord.Embed]],
        gate: Gate,
    ) -> None:
        super().__init__(interaction)
        self._confirm = confirm
        self._gate = gate
        self._is_done = False
        self.yes.label, self.no.label = yes, no

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Refuse everybody else, and the caller when they are too fast."""
        return await super().interaction_check(interaction) and await self._gate(interaction)

    @discord.ui.button(style=discord.ButtonStyle.danger, custom_id="confirm:yes")
    async def yes(self, clicked: discord.Interaction, _button: discord.ui.Button["ConfirmView"]) -> None:
        """Do it."""
        if self._is_done:
            return
        self._is_done = True
        await clicked.response.defer()
        try:
            embed = await self._confirm(clicked)
        except Exception:
            self._is_done = False
            raise
        self.stop()
        await answer(clicked, embed=embed)

    @discord.ui.button(style=discord.ButtonStyle.secondary, custom_id="confirm:no")
    async def no(self, clicked: discord.Interaction, _button: discord.ui.Button["ConfirmView"]) -> None:
        """Leave everything as it is."""
        self.stop()
        await clicked.response.defer()
        await answer(clicked, _("Nothing was changed."))
