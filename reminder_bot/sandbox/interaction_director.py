"""How people use a bot: an interaction is sent to it, and its answer waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.interactions import CallbackKind, Interaction, InteractionKind
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.platform import Platform
from reminder_bot.sandbox.replies import InteractionReply, NoAnswer

_QUIET_SECONDS = 0.5
"""How long a click that was only acknowledged is waited for; a bot may leave it at that."""


class InteractionDirector:
    """Uses the bot as people do through Discord's client."""

    def __init__(self, platform: Platform) -> None:
        """Act on a platform."""
        self._platform = platform
        self._world = platform.world

    def _guild_id(self, channel_id: int) -> int | None:
        return self._world.channel(channel_id).guild_id

    def _open(
        self,
        kind: InteractionKind,
        application_id: int,
        user_id: int,
        channel_id: int,
        data: Payload,
        message: Message | None = None,
    ) -> Interaction:
        return self._platform.interactions.open(kind, application_id, user_id, channel_id, data, message)

    async def _reply(self, interaction: Interaction, timeout: float) -> InteractionReply:
        await wait_for(interaction, lambda: interaction.callback is not None, timeout)
        if interaction.callback is CallbackKind.DEFERRED_UPDATE:
            try:
                await wait_for(interaction, lambda: interaction.is_settled, min(_QUIET_SECONDS, timeout))
            except NoAnswer:
                return InteractionReply.of(interaction)
        await wait_for(interaction, lambda: interaction.is_settled, timeout)
        return InteractionReply.of(interaction)


async def wait_for(interaction: Interaction, condition: Callable[[], bool], timeout: float) -> None:
    """Wait until an interaction has come to something.

    Raises:
        NoAnswer: it has not within ``timeout`` seconds.
    """
    try:
        async with asyncio.timeout(timeout):
            while not condition():
                interaction.changed.clear()
                await interaction.changed.wait()
    except TimeoutError:
        name = interaction.data.get("name") or interaction.data.get("custom_id")
        text = f"no answer to {name!r} within {timeout} seconds"
        raise NoAnswer(text, is_acknowledged=interaction.callback is not None) from None
