"""Which permissions the bot needs in a channel, and which of them it has; by discord.py's names."""

from collections.abc import Iterable

import discord

from models.event_options import Place
from reminder_bot.doctor_findings import ADD_REACTIONS, THREAD_PERMISSIONS
from utils.checks import AnyChannel


def needed_for_event(channel: AnyChannel, place: Place) -> tuple[str, ...]:
    """Return what an event needs in its own channel, in the order in which people look for it.

    Its reminders go there whenever its place cannot be used. Threads of messages are made in text channels only.
    """
    needed = (*_to_open(channel), _to_write(channel), "embed_links", "read_message_history", ADD_REACTIONS)
    if place is Place.THREAD and isinstance(channel, discord.TextChannel):
        needed += THREAD_PERMISSIONS
    return needed


def needed_for_reminders(channel: AnyChannel) -> tuple[str, ...]:
    """Return what reminders need in another channel than the event's own."""
    return (*_to_open(channel), _to_write(channel), "embed_links", "read_message_history")


def granted_in(channel: AnyChannel, needed: Iterable[str]) -> frozenset[str]:
    """Return which of some permissions the bot has in a channel, as far as the cache knows."""
    mine = channel.permissions_for(channel.guild.me)
    return frozenset(name for name in needed if getattr(mine, name))


def _to_open(channel: AnyChannel) -> tuple[str, ...]:
    is_voice = isinstance(channel, discord.VoiceChannel | discord.StageChannel)
    return ("view_channel", "connect") if is_voice else ("view_channel",)


def _to_write(channel: AnyChannel) -> str:
    return "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"
