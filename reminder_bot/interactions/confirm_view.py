"""One question before something that cannot be taken back."""

from collections.abc import Awaitable, Callable

import discord

from reminder_bot.interactions.answers import answer
from reminder_bot.interactions.views import Gate, GatedView
from utils.i18n import _


class ConfirmView(GatedView):
    """One question before something that cannot be taken back; ``confirm`` is done once at most."""

    def __init__(
        self,
        interaction: discord.Interaction,
        yes: str,
        no: str,
        confirm: Callable[[discord.Interaction], Awaitable[discord.Embed]],
        gate: Gate,
    ) -> None:
        super().__init__(interaction, gate)
        self._confirm = confirm
        self.yes.label, self.no.label = yes, no

    @discord.ui.button(style=discord.ButtonStyle.danger, custom_id="confirm:yes")
    async def yes(self, clicked: discord.Interaction, _button: discord.ui.Button["ConfirmView"]) -> None:
        """Do it."""
        await self.finish_once(clicked, self._confirm)

    @discord.ui.button(style=discord.ButtonStyle.secondary, custom_id="confirm:no")
    async def no(self, clicked: discord.Interaction, _button: discord.ui.Button["ConfirmView"]) -> None:
        """Leave everything as it is."""
        self.stop()
        await clicked.response.defer()
        await answer(clicked, _("Nothing was changed."))
