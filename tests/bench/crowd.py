"""discord.py's own cache of a large guild, and an event in a channel that only some of its roles may see."""

import random
from typing import Any

import discord

from models.records import EventState, TrackedEvent
from reminder_bot.audience import DiscordAudience
from reminder_bot.bot import ReminderBot
from reminder_bot.member_roster import MemberRoster
from tests.bench.filling import EMOJIS, FIRST_CHANNEL, FIRST_EVENT, FIRST_GUILD, LONG_AFTER, people_ids
from tests.fakes import START

ROLES = 20
NAMED = 5
"""People whom an overwrite of the channel names."""

SEEN = discord.Permissions(view_channel=True, read_message_history=True, send_messages=True).value
FIRST_ROLE = 10**18 + 9 * 10**15

EVENT = TrackedEvent(
    FIRST_EVENT, FIRST_CHANNEL, FIRST_GUILD, "Raid", None, 60.0, False, None, LONG_AFTER, EMOJIS, EventState.ACTIVE,
    None, START, None, START,
)  # fmt: skip


def crowd(client: ReminderBot, people: int) -> discord.TextChannel:
    """Put a guild into a client's cache: everybody has some of 20 roles, half of which see the channel."""
    state: Any = client._connection
    guild = discord.Guild(data=_guild(people), state=state)
    state._add_guild(guild)
    channel = guild.get_channel(FIRST_CHANNEL)
    assert isinstance(channel, discord.TextChannel)
    assert guild.chunked
    return channel


def audience_of(client: ReminderBot) -> DiscordAudience:
    """Return the bot's own audience on a client's cache."""
    return DiscordAudience(client, MemberRoster(client))


def _guild(people: int) -> Any:
    draw = random.Random(1)
    roles = [_role(FIRST_GUILD, "@everyone", SEEN), *(_role(FIRST_ROLE + n, f"Role {n}", 0) for n in range(ROLES))]
    sets = [sorted(draw.sample(range(ROLES), draw.randrange(1, 5))) for _ in range(200)]
    members = [_member(user_id, draw.choice(sets)) for user_id in people_ids(people)]
    return {
        "id": str(FIRST_GUILD), "name": "Crowd", "owner_id": str(people_ids(1)[0]), "unavailable": False,
        "member_count": people, "large": True, "roles": roles, "emojis": [], "stickers": [], "members": members,
        "threads": [], "channels": [_channel()], "features": [], "voice_states": [], "presences": [],
        "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [], "premium_tier": 0,
        "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0,
        "nsfw_level": 0, "system_channel_flags": 0, "preferred_locale": "en-US", "afk_timeout": 60,
    }  # fmt: skip


def _channel() -> dict[str, Any]:
    hidden = {"id": str(FIRST_GUILD), "type": 0, "allow": "0", "deny": str(SEEN)}
    shown = [{"id": str(FIRST_ROLE + n), "type": 0, "allow": str(SEEN), "deny": "0"} for n in range(ROLES // 2)]
    named = [{"id": str(user_id), "type": 1, "allow": str(SEEN), "deny": "0"} for user_id in people_ids(NAMED)]
    return {
        "id": str(FIRST_CHANNEL), "type": 0, "name": "events", "position": 0, "nsfw": False, "parent_id": None,
        "guild_id": str(FIRST_GUILD), "permission_overwrites": [hidden, *shown, *named],
    }  # fmt: skip


def _role(role_id: int, name: str, permissions: int) -> dict[str, Any]:
    return {
        "id": str(role_id), "name": name, "permissions": str(permissions), "position": 0, "color": 0, "hoist": False,
        "managed": False, "mentionable": False, "flags": 0,
    }  # fmt: skip


def _member(user_id: int, roles: list[int]) -> dict[str, Any]:
    user = {
        "id": str(user_id), "username": f"u{user_id}", "discriminator": "0", "avatar": None, "bot": False,
        "global_name": None,
    }  # fmt: skip
    return {
        "user": user, "roles": [str(FIRST_ROLE + n) for n in roles], "joined_at": "2024-01-01T00:00:00+00:00",
        "deaf": False, "mute": False, "flags": 0, "communication_disabled_until": None,
    }  # fmt: skip
