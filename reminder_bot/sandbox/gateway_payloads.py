"""What the gateway tells a bot about itself and its guilds."""

from __future__ import annotations

from collections.abc import Iterator

from reminder_bot.sandbox.channels import Channel
from reminder_bot.sandbox.entities import Application, Member, Payload
from reminder_bot.sandbox.gateway_session import Session
from reminder_bot.sandbox.guilds import Guild
from reminder_bot.sandbox.intents import Intent
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.snowflake import iso_timestamp
from reminder_bot.sandbox.world import World

CHUNK_SIZE = 1000


def application_payload(world: World, application: Application) -> Payload:
    """Write an application as its own bot sees it."""
    return {
        "id": str(application.id),
        "name": application.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": world.user(application.owner_id).to_payload(),
        "team": None,
        "flags": application.flags,
        "approximate_guild_count": len(world.guilds_of(application.id)),
        "integration_types_config": {"0": {}},
    }


def ready_payload(world: World, session: Session, resume_url: str) -> Payload:
    """Write READY: guilds come as unavailable and follow one by one."""
    guilds = world.guilds_of(session.bot_id)
    return {
        "v": 10,
        "user": {**world.user(session.bot_id).to_payload(), "verified": True, "mfa_enabled": True},
        "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
        "session_id": session.id,
        "session_type": "normal",
        "resume_gateway_url": resume_url,
        "shard": [0, 1],
        "private_channels": [],
        "application": {"id": str(session.application.id), "flags": session.application.flags},
    }


def guild_create_payload(world: World, guild: Guild, session: Session) -> Payload:
    """Write GUILD_CREATE for a bot.

    All channels are in it, also those it cannot see, but only the threads it can see. Members: all of a small guild
    with the presences intent, else the bot alone; the others must be asked for.
    Source: discord.com/developers/docs/events/gateway-events#guild-create.
    """
    is_large = len(guild.members) > session.large_threshold
    members = [guild.members[session.bot_id]]
    if not is_large and Intent.GUILD_PRESENCES in session.intents:
        members = list(guild.members.values())
    return {
        **guild.to_payload(),
        "unavailable": False,
        "large": is_large,
        "member_count": len(guild.members),
        "joined_at": iso_timestamp(guild.members[session.bot_id].joined_at),
        "members": [member.to_payload() for member in members],
        "channels": [world.channel(channel_id).to_payload() for channel_id in guild.channel_ids],
        "threads": [thread_payload(thread, session.bot_id) for thread in active_threads(world, guild, session.bot_id)],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def active_threads(world: World, guild: Guild, viewer_id: int) -> list[Channel]:
    """Return the threads of a guild that are not archived and that someone can see."""
    threads = (world.channel(thread_id) for thread_id in guild.thread_ids)
    return [t for t in threads if not t.is_archived and Permission.VIEW_CHANNEL in world.permissions(viewer_id, t.id)]


def thread_payload(thread: Channel, viewer_id: int) -> Payload:
    """Write a thread, with the viewer's own membership when there is one."""
    payload = thread.to_payload()
    if viewer_id in thread.thread_member_ids:
        payload["member"] = thread.thread_member_payload(viewer_id)
    return payload


def member_chunks(guild: Guild, request: Payload, size: int = CHUNK_SIZE) -> Iterator[Payload]:
    """Answer a request for members in pieces of at most ``size``, Discord's own 1,000.

    Source: discord.com/developers/docs/events/gateway-events#request-guild-members.
    """
    members, missing = _wanted_members(guild, request)
    pieces = [members[start : start + size] for start in range(0, len(members), size)] or [[]]
    for index, piece in enumerate(pieces):
        payload: Payload = {
            "guild_id": str(guild.id),
            "members": [member.to_payload() for member in piece],
            "chunk_index": index,
            "chunk_count": len(pieces),
            "not_found": missing,
        }
        if request.get("nonce"):
            payload["nonce"] = request["nonce"]
        yield payload


def _wanted_members(guild: Guild, request: Payload) -> tuple[list[Member], list[str]]:
    wanted = request.get("user_ids")
    if wanted is not None:
        ids = [int(user_id) for user_id in (wanted if isinstance(wanted, list) else [wanted])]
        found = [guild.members[user_id] for user_id in ids if user_id in guild.members]
        return found, [str(user_id) for user_id in ids if user_id not in guild.members]
    query = str(request.get("query") or "").casefold()
    limit = int(request.get("limit") or 0)
    names = ((member, member.display_name.casefold()) for member in guild.members.values())
    found = [member for member, name in names if name.startswith(query)]
    return (found[:limit] if limit else found), []


def message_payload(world: World, message: Message, viewer_id: int) -> Payload:
    """Write a message for REST or the gateway, what it answers and the thread on it included."""
    payload = message.to_payload(viewer_id)
    channel = world.channels.get(message.channel_id)
    if message.reference_id is not None and channel is not None:
        replied = channel.messages.get(message.reference_id)
        payload["referenced_message"] = replied.to_payload(viewer_id) if replied is not None else None
    if message.thread_id in world.channels:
        payload["thread"] = world.channel(message.thread_id or 0).to_payload()
    return payload


def message_event_payload(world: World, message: Message, session: Session) -> Payload:
    """Write a message as a gateway event: with the member, and without the content a bot has no right to."""
    payload = message_payload(world, message, session.bot_id)
    if message.guild_id is not None:
        payload["guild_id"] = str(message.guild_id)
        member = world.guild(message.guild_id).members.get(message.author_id)
        if member is not None:
            payload["member"] = member.to_partial_payload()
    is_addressed = message.author_id == session.bot_id or any(user.id == session.bot_id for user in message.mentions)
    if message.guild_id is not None and not is_addressed and Intent.MESSAGE_CONTENT not in session.intents:
        payload |= {"content": "", "embeds": [], "attachments": [], "components": []}
    return payload
