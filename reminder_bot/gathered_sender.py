"""A gathered message to Discord and back, in a channel or directly; or the one that was posted before a crash."""

import asyncio
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import discord

from models.held_records import Gathered, Way
from reminder_bot.direct_pace import FLAGGED, TOO_FAST
from reminder_bot.discord_errors import discord_errors
from reminder_bot.gathered_letter import Letter
from reminder_bot.gathered_message import COLOUR, gathered_content, gathered_embed, server_url
from reminder_bot.guild_language import ChosenSettings, guild_language
from reminder_bot.own_messages import CLOCK_SKEW, own_card, require_history
from reminder_bot.reminder_buttons import gathered_buttons
from reminder_bot.reminder_message import allowed_mentions
from reminder_bot.reminder_sender import SEND_SECONDS, Posted
from reminder_bot.request_gate import single_attempt
from utils.errors import DirectsFlaggedError, DirectsRestedError, DiscordError, TransientDiscordError
from utils.i18n import speaking

TOO_MANY_REQUESTS = 429


class DiscordGatheredSender:
    """Posts gathered messages through discord.py, in the server's language, to a person too."""

    def __init__(self, client: discord.Client, chosen: ChosenSettings) -> None:
        self._client = client
        self._chosen = chosen

    async def post(self, letter: Letter, *, may_leave: Callable[[], bool]) -> Posted:
        """Send one message; when Discord answers with an earlier one of the same nonce, return that one.

        Raises:
            DirectsRestedError: Discord wants fewer direct messages; nobody is to be written to for a while.
            DirectsFlaggedError: it takes the bot for a spammer.
            DiscordError: one of its classes; with TransientDiscordError the message may have been posted all the same.
        """
        message = letter.message
        guild = self._client.get_guild(message.guild_id)
        if guild is None:
            raise TransientDiscordError("The server is not available at the moment.")
        is_silent = letter.is_soundless or self._chosen.of(guild.id).is_silent
        with speaking(guild_language(guild, self._chosen)):
            text, card, buttons = (
                gathered_content(letter, guild.name),
                gathered_embed(letter),
                gathered_buttons(message),
            )
        pinged = message.people if message.way is Way.CHANNEL else ()
        extras: dict[str, Any] = {} if buttons is None else {"view": buttons}
        with _gathered_errors(message):
            # Opening a conversation is a request of its own, and pings nobody.
            channel = await self._channel(message)
            with single_attempt(may_leave):
                async with asyncio.timeout(SEND_SECONDS):
                    sent = await channel.send(
                        text, embed=card, allowed_mentions=allowed_mentions(pinged), nonce=message.nonce,
                        silent=is_silent, **extras,
                    )  # fmt: skip
        return Posted(sent.id, _reached(message, sent))

    async def find(self, message: Gathered, known: Collection[int]) -> Posted | None:
        """Look where it was to go for its message, posted by an attempt whose answer was lost.

        It is the bot's own message that has the address of the server, the moment it was due and the colour of
        gathered messages, mentions somebody of it, where it pings anybody, and is not in ``known``.

        Raises:
            DiscordError: the history could not be read to its end, so nothing is known.
        """
        require_history(self._client, message.guild_id, message.channel_id or 0)
        with _gathered_errors(message):
            channel = await self._channel(message)
            since = message.created_at - CLOCK_SKEW
            async for found in channel.history(limit=None, after=since, oldest_first=True):
                if found.id not in known and self._is_same(found, message):
                    return Posted(found.id, _reached(message, found), found.created_at)
        return None

    async def _channel(self, message: Gathered) -> discord.abc.Messageable:
        if message.user_id is None:
            return self._client.get_partial_messageable(message.channel_id or 0, guild_id=message.guild_id)
        user = self._client.get_user(message.user_id) or await self._client.fetch_user(message.user_id)
        return user.dm_channel or await user.create_dm()

    def _is_same(self, found: discord.Message, message: Gathered) -> bool:
        card = own_card(self._client, found, COLOUR, message.scheduled_at)
        if card is None or not (card.url or "").startswith(server_url(message.guild_id)):
            return False
        return message.way is not Way.CHANNEL or bool(set(found.raw_mentions).intersection(message.people))


def _reached(message: Gathered, sent: discord.Message) -> frozenset[int]:
    """Return whom a message has reached: in a channel whom it mentions, else all whom it is for."""
    return frozenset(sent.raw_mentions if message.way is Way.CHANNEL else message.people)


@contextmanager
def _gathered_errors(message: Gathered) -> Iterator[None]:
    """Translate errors; those of a direct message that say "too many" are about all direct messages."""
    try:
        with discord_errors():
            yield
    except DiscordError as error:
        if message.user_id is None:
            raise
        if isinstance(error.__cause__, discord.HTTPException) and error.__cause__.code == FLAGGED:
            raise DirectsFlaggedError(str(error)) from error
        if _is_too_many(error.__cause__):
            raise DirectsRestedError(str(error)) from error
        raise


def _is_too_many(cause: BaseException | None) -> bool:
    if isinstance(cause, discord.RateLimited):
        return True
    return isinstance(cause, discord.HTTPException) and (cause.code == TOO_FAST or cause.status == TOO_MANY_REQUESTS)
