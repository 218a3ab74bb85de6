"""All reactions of one message, read from Discord to the last page or not at all."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

import discord

from models.records import HeldByUser, Person, TrackedEvent
from reminder_bot.discord_errors import discord_errors
from reminder_bot.message_text import title_and_description
from utils.emoji import emoji_key, emoji_matcher
from utils.errors import GoneError, TransientDiscordError

PAGE = 100
"""Discord's largest page of reaction users.

Source: https://discord.com/developers/docs/resources/message#get-reactions
"""


@dataclass(frozen=True, slots=True)
class MessageReading:
    """What a complete read of a watched message found.

    ``title`` and ``description`` are None when the message has no text; ``people`` are those in ``held``.
    """

    held: HeldByUser
    people: tuple[Person, ...]
    title: str | None
    description: str | None


class ReactionSource(Protocol):
    """Reads a message with everything a reconciliation needs."""

    async def read(self, event: TrackedEvent) -> MessageReading:
        """Return the message's complete state, or raise a DiscordError."""
        ...


class DiscordReactionSource:
    """Reads over REST: one request for the message, one per 100 people and emoji that somebody has answered with."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def read(self, event: TrackedEvent) -> MessageReading:
        """Return who holds which of the event's emoji now, bots aside.

        Raises:
            DiscordError: one of its classes; whatever had been read is thrown away.
        """
        try:
            return await self._read(event)
        except GoneError as error:
            if self._knows(event.guild_id):
                raise
            raise TransientDiscordError("The server is not available at the moment.") from error

    def _knows(self, guild_id: int) -> bool:
        # In a guild the bot is not in, or that is down, every channel reads like one that never was.
        guild = self._client.get_guild(guild_id)
        return guild is not None and not guild.unavailable

    async def _read(self, event: TrackedEvent) -> MessageReading:
        channel = self._client.get_partial_messageable(event.channel_id, guild_id=event.guild_id)
        spellings = emoji_matcher(event.required_reactions)
        held: dict[int, set[str]] = {}
        people: dict[int, Person] = {}
        with discord_errors():
            message = await channel.fetch_message(event.message_id)
            for reaction in message.reactions:
                emoji = spellings.get(emoji_key(str(reaction.emoji)))
                if emoji is None:
                    continue
                async for person in self._users(event, reaction):
                    if not person.is_bot:
                        people[person.user_id] = person
                        held.setdefault(person.user_id, set()).add(emoji)
        title, description = title_and_description(message, "")
        frozen = {user_id: frozenset(emoji) for user_id, emoji in held.items()}
        return MessageReading(frozen, tuple(people.values()), title or None, description)

    async def _users(self, event: TrackedEvent, reaction: discord.Reaction) -> AsyncIterator[Person]:
        # The bot adds the emoji itself: one that nobody else has touched needs no request.
        own = int(reaction.me and not reaction.me_burst)
        kinds = [discord.ReactionType.normal] if reaction.count - reaction.burst_count > own else []
        if reaction.burst_count:
            kinds.append(discord.ReactionType.burst)
        for kind in kinds:
            async for person in self._pages(event, str(reaction.emoji), kind):
                yield person

    async def _pages(self, event: TrackedEvent, emoji: str, kind: discord.ReactionType) -> AsyncIterator[Person]:
        # Reaction.users() stops at the count it was built with, or asks once more for an empty page.
        route_emoji = emoji.strip("<>").removeprefix("a:").removeprefix(":")
        after: int | None = None
        while True:
            page = await self._client.http.get_reaction_users(
                event.channel_id, event.message_id, route_emoji, PAGE, after=after, type=kind.value
            )
            for user in page:
                name = user.get("global_name") or user["username"]
                yield Person(int(user["id"]), name, bool(user.get("bot", False)))
            if len(page) < PAGE:
                return
            after = max(int(user["id"]) for user in page)
