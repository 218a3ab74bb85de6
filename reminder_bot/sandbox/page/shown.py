"""The world as JSON for the page: the gateway's own shapes, and what only somebody who sees everything may know."""

from __future__ import annotations

from reminder_bot.sandbox.channels import Channel
from reminder_bot.sandbox.entities import ChannelType, Payload
from reminder_bot.sandbox.gateway_payloads import message_payload
from reminder_bot.sandbox.guilds import Guild
from reminder_bot.sandbox.interaction_service import asker_id
from reminder_bot.sandbox.locales import DEFAULT_LOCALE
from reminder_bot.sandbox.messages import LOADING, Message
from reminder_bot.sandbox.platform import Platform
from reminder_bot.sandbox.world import World


def shown_message(world: World, message: Message) -> Payload:
    """Write a message, with who holds which reaction, whom it pinged, and for whom alone it is."""
    payload = message_payload(world, message, message.author_id)
    payload["reactions"] = [
        {"emoji": reaction.emoji.to_payload(), "user_ids": [str(user_id) for user_id in reaction.user_ids]}
        for reaction in message.reactions.values()
    ]
    payload["pinged_user_ids"] = [str(user_id) for user_id in message.pinged_user_ids]
    payload["is_thinking"] = bool(message.flags & LOADING)
    payload["only_for"] = str(asker_id(message)) if message.is_ephemeral else None
    channel = world.channel(message.channel_id)
    if channel.kind is ChannelType.DM:
        # A direct channel is announced by its first message.
        payload["channel"] = shown_channel(channel)
    return payload


def shown_channel(channel: Channel) -> Payload:
    """Write a channel, a thread, or a direct channel with both of its people."""
    payload = channel.to_payload()
    if channel.kind is ChannelType.DM:
        payload["recipient_ids"] = [str(user.id) for user in channel.recipients]
    return payload


def shown_guild(world: World, guild: Guild) -> Payload:
    """Write a guild with its members, channels and threads."""
    return {
        **guild.to_payload(),
        "unavailable": not guild.is_available,
        "members": [member.to_payload() for member in guild.members.values()],
        "channels": [world.channel(channel_id).to_payload() for channel_id in guild.channel_ids],
        "threads": [world.channel(thread_id).to_payload() for thread_id in guild.thread_ids],
    }


def shown_world(platform: Platform) -> Payload:
    """Write everything but the messages."""
    world = platform.world
    return {
        "guilds": [shown_guild(world, guild) for guild in world.guilds.values()],
        "direct_channels": [shown_channel(c) for c in world.channels.values() if c.kind is ChannelType.DM],
        "users": [user.to_payload() for user in world.users.values()],
        "locales": {str(user.id): user.locale for user in world.users.values() if user.locale != DEFAULT_LOCALE},
        "commands": platform.commands.everything(),
        "online_bot_ids": [str(bot_id) for bot_id in world.applications if platform.gateway.is_online(bot_id)],
    }


def viewpoint(platform: Platform, user_id: int) -> Payload:
    """Write what one person may do in each channel, and the answers that only they see."""
    world = platform.world
    places = [
        channel_id for guild in world.guilds_of(user_id) for channel_id in [*guild.channel_ids, *guild.thread_ids]
    ]
    places += [c.id for c in world.channels.values() if any(user.id == user_id for user in c.recipients)]
    return {
        "user_id": str(user_id),
        "permissions": {str(place): str(int(world.permissions(user_id, place))) for place in places},
        "ephemeral": [shown_message(world, message) for message in platform.interactions.ephemeral_messages(user_id)],
    }


def history(world: World, channel_id: int, before: int | None, limit: int) -> Payload:
    """Write the last messages of a channel before an id, oldest first, and whether there are older ones."""
    ids = [key for key in world.channel(channel_id).messages if before is None or key < before]
    messages = world.channel(channel_id).messages
    chosen = sorted(ids)[-limit:]
    return {"messages": [shown_message(world, messages[key]) for key in chosen], "has_more": len(ids) > limit}
