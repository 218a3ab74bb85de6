"""Clicks and forms that nothing hears any more: told so, instead of Discord's “This interaction failed”.

Drafts, pages and questions are views in memory. They are gone after a restart, after their time and once they were
used, and discord.py does not know them before it has read Discord's answer to the message: what it has no view for, it
drops.
"""

import asyncio
import logging
from typing import Any

import discord
from discord.ext import commands

from reminder_bot import dormant_list, reminder_buttons
from reminder_bot.discord_errors import translate
from reminder_bot.interactions.answers import NETWORK_ERRORS, answer
from reminder_bot.interactions.heard_clicks import is_heard
from reminder_bot.interactions.reader_language import speak_to
from reminder_bot.services import Services
from utils.i18n import _

log = logging.getLogger(__name__)

GRACE_SECONDS = 1.0
"""For what answers without a word of `heard_clicks` before; Discord gives up after 3 seconds.

discord.py starts a view's task before it tells listeners, so a view of ours has always noted itself by then.
"""

LASTING = (reminder_buttons.TEMPLATE, dormant_list.TEMPLATE)
"""The ids of buttons that outlive the process: whoever hears them answers them."""

_KINDS = (discord.InteractionType.component, discord.InteractionType.modal_submit)


class DeadButtonsCog(commands.Cog):
    """Hears of each click and form, and answers those that nobody else does."""

    def __init__(self, _bot: commands.Bot, _services: Services) -> None:
        pass

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Tell whoever clicked, and nobody else, that nothing happened and what to do."""
        if interaction.type not in _KINDS or is_heard(interaction) or _is_lasting(interaction):
            return
        await asyncio.sleep(GRACE_SECONDS)
        if is_heard(interaction):
            return
        speak_to(interaction)
        try:
            await answer(interaction, _dead(interaction))
        except NETWORK_ERRORS as error:
            log.info("dead button not told of guild_id=%s reason=%s", interaction.guild_id, translate(error))


def _is_lasting(interaction: discord.Interaction[Any]) -> bool:
    data: Any = interaction.data or {}
    return any(template.fullmatch(data.get("custom_id", "")) for template in LASTING)


def _dead(interaction: discord.Interaction[Any]) -> str:
    if interaction.type is discord.InteractionType.modal_submit:
        return _(
            "This form is too old, or I was restarted since it was opened. Nothing was changed: copy what you wrote, "
            "and use the command again."
        )
    return _(
        "These buttons have stopped working: they were used already, they are too old, or I was restarted. This click "
        "changed nothing. Use the command again."
    )
