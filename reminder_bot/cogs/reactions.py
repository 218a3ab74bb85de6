"""Answers: every reaction frame about a watched message becomes a signal to the event manager."""

import discord
from discord.ext import commands

from models.records import Person, ReactionSignal, SignalKind
from reminder_bot.services import Services


class ReactionsCog(commands.Cog):
    """Raw listeners, because the others only hear of messages in the cache; guards first, then one call."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._clock = services.clock
        self._manager = services.manager

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Record an answer."""
        if payload.member is None or payload.member.bot:
            return
        person = Person(payload.user_id, payload.member.display_name, is_bot=False)
        self._take_one(SignalKind.ADD, payload, person)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """Record a withdrawal."""
        self._take_one(SignalKind.REMOVE, payload, None)

    @commands.Cog.listener()
    async def on_raw_reaction_clear(self, payload: discord.RawReactionClearEvent) -> None:
        """Record that all reactions were taken off."""
        watched = self._manager.index.get(payload.message_id)
        if watched is None:
            return
        self._manager.take_reaction(
            ReactionSignal(SignalKind.CLEAR, watched.guild_id, watched.message_id, None, None, self._clock.now())
        )

    @commands.Cog.listener()
    async def on_raw_reaction_clear_emoji(self, payload: discord.RawReactionClearEmojiEvent) -> None:
        """Record that one emoji was taken off for everybody."""
        watched = self._manager.index.get(payload.message_id)
        emoji = watched.spell(str(payload.emoji)) if watched is not None else None
        if watched is None or emoji is None:
            return
        self._manager.take_reaction(
            ReactionSignal(SignalKind.CLEAR_EMOJI, watched.guild_id, watched.message_id, None, emoji, self._clock.now())
        )

    def _take_one(self, kind: SignalKind, payload: discord.RawReactionActionEvent, person: Person | None) -> None:
        watched = self._manager.index.get(payload.message_id)
        if watched is None or payload.guild_id != watched.guild_id:
            return
        emoji = watched.spell(str(payload.emoji))
        if emoji is None:
            return
        self._manager.take_reaction(
            ReactionSignal(
                kind, watched.guild_id, watched.message_id, payload.user_id, emoji, self._clock.now(), person
            )
        )
