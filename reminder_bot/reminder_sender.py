"""One batch of a reminder to Discord and back: post it, or find the one that was posted before a crash."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from models.records import Claim, ReminderKind, TrackedEvent
from reminder_bot.discord_errors import discord_errors
from reminder_bot.guild_language import ChosenSettings, guild_language
from reminder_bot.own_messages import CLOCK_SKEW, own_card, require_history
from reminder_bot.plan_message import COLOURS, plan_content, plan_embed
from reminder_bot.reminder_buttons import event_buttons
from reminder_bot.reminder_message import COLOUR, Tally, allowed_mentions, content, embed
from reminder_bot.request_gate import single_attempt
from utils.i18n import speaking

SEND_SECONDS = 20.0
"""How long Discord may take for one message before the attempt counts as lost."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A reminder message as Discord has it.

    ``pinged`` are the people it mentions; ``found_at`` is Discord's time of a message that was found, not just posted.
    """

    message_id: int
    pinged: frozenset[int]
    found_at: datetime | None = None

    def sent_at(self, scheduled_at: datetime, now: datetime) -> datetime:
        """Return when a message that was found had left, within those two moments; ``now`` where no time is known."""
        return now if self.found_at is None else min(max(self.found_at, scheduled_at), now)


class DiscordSender:
    """Posts reminder messages through discord.py, with a nonce that Discord honours for a few minutes."""

    def __init__(self, client: discord.Client, chosen: ChosenSettings) -> None:
        self._client = client
        self._chosen = chosen

    async def post(
        self,
        event: TrackedEvent,
        claim: Claim,
        tally: Tally,
        next_at: datetime | None,
        *,
        late: bool,
        softly: bool,
        may_leave: Callable[[], bool],
    ) -> Posted:
        """Send one message; when Discord answers with an earlier one of the same nonce, return that one.

        ``softly`` has Discord suppress its notifications.

        Raises:
            DiscordError: one of its classes; with TransientDiscordError the message may have been posted all the same.
        """
        channel = self._channel(event, claim)
        with speaking(guild_language(self._client.get_guild(event.guild_id), self._chosen)):
            text, card = _written(event, claim, tally, next_at, late=late)
            extras = _extras(event, claim)
        with discord_errors(), single_attempt(may_leave):
            async with asyncio.timeout(SEND_SECONDS):
                message = await channel.send(
                    text,
                    embed=card,
                    allowed_mentions=allowed_mentions(claim.recipients),
                    nonce=claim.nonce,
                    silent=softly,
                    mention_author=False,
                    **extras,
                )
        return Posted(message.id, frozenset(message.raw_mentions))

    async def find(self, event: TrackedEvent, claim: Claim, known: Collection[int]) -> Posted | None:
        """Look in the batch's channel for its message, posted by an attempt whose answer was lost.

        It is the bot's own message that links to the event, carries the reminder's due time and its kind's colour,
        mentions somebody of this batch, where anybody is in it, and is not in ``known`` (message ids already logged).
        Reads every message since the claim.

        Raises:
            DiscordError: the history could not be read to its end, so nothing is known.
        """
        if claim.channel_id is not None:
            # In the event's own channel it could not be posted either without the history: replies need it.
            require_history(self._client, event.guild_id, claim.channel_id)
        channel = self._channel(event, claim)
        since = claim.created_at - CLOCK_SKEW
        with discord_errors():
            async for message in channel.history(limit=None, after=since, oldest_first=True):
                if message.id not in known and self._is_batch(message, event, claim):
                    return Posted(message.id, frozenset(message.raw_mentions), message.created_at)
        return None

    def _channel(self, event: TrackedEvent, claim: Claim) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(claim.channel_id or event.channel_id, guild_id=event.guild_id)

    def _is_batch(self, message: discord.Message, event: TrackedEvent, claim: Claim) -> bool:
        card = own_card(self._client, message, _colour(claim.kind), claim.scheduled_at)
        if card is None or card.url != event.jump_url:
            return False
        return not claim.recipients or bool(set(message.raw_mentions).intersection(claim.recipients))


def _extras(event: TrackedEvent, claim: Claim) -> dict[str, Any]:
    reply = _reply_to(event) if claim.channel_id is None else {}
    buttons = {"view": event_buttons(event.message_id)} if claim.kind is ReminderKind.SILENT else {}
    return {**reply, **buttons}


def _reply_to(event: TrackedEvent) -> dict[str, Any]:
    # In another channel than the message's there is nothing to reply to.
    reference = discord.MessageReference(
        message_id=event.message_id, channel_id=event.channel_id, guild_id=event.guild_id, fail_if_not_exists=False
    )
    return {"reference": reference}


def _written(
    event: TrackedEvent, claim: Claim, tally: Tally, next_at: datetime | None, *, late: bool
) -> tuple[str, discord.Embed]:
    if claim.kind is ReminderKind.SILENT:
        return content(claim.recipients), embed(event, claim, tally, next_at, late=late)
    return plan_content(claim), plan_embed(event, claim, tally, late=late)


def _colour(kind: ReminderKind) -> discord.Colour:
    return COLOURS.get(kind, COLOUR)
