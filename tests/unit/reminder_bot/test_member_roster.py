"""Who is asked, from discord.py's real cache fed with frames, and when that cache may be trusted."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from models.records import EventState, TrackedEvent
from reminder_bot import member_roster
from reminder_bot.audience import DiscordAudience
from reminder_bot.bot import ReminderBot
from reminder_bot.member_roster import MemberRoster
from reminder_bot.pace import RequestBudget
from tests.fakes import START
from utils.errors import MembersIncompleteError

GUILD, TEXT, VOICE, BOT, OWNER = 100, 200, 201, 9, 1
EVENT = TrackedEvent(
    300, TEXT, GUILD, "Raid", None, 60.0, False, None, START, ("✅",), EventState.ACTIVE, None, START, None, START
)
EVERYONE = discord.Permissions(view_channel=True, connect=True, send_messages=True, read_message_history=True)


def user(user_id: int) -> dict[str, Any]:
    return {
        "id": str(user_id), "username": f"u{user_id}", "discriminator": "0", "avatar": None,
        "bot": user_id == BOT, "global_name": None,
    }  # fmt: skip


def member(user_id: int, timed_out_until: str | None = None) -> dict[str, Any]:
    return {
        "user": user(user_id), "roles": [], "joined_at": "2024-01-01T00:00:00+00:00", "deaf": False, "mute": False,
        "flags": 0, "communication_disabled_until": timed_out_until,
    }  # fmt: skip


def guild(members: list[dict[str, Any]], count: int) -> dict[str, Any]:
    role = {
        "id": str(GUILD), "name": "@everyone", "permissions": str(EVERYONE.value), "position": 0, "color": 0,
        "hoist": False, "managed": False, "mentionable": False, "flags": 0,
    }  # fmt: skip
    place = {"position": 0, "permission_overwrites": [], "nsfw": False, "parent_id": None, "guild_id": str(GUILD)}
    return {
        "id": str(GUILD), "name": "g", "owner_id": str(OWNER), "unavailable": False, "member_count": count,
        "large": False, "roles": [role], "emojis": [], "stickers": [], "members": members, "threads": [],
        "channels": [
            {"id": str(TEXT), "type": 0, "name": "t", **place},
            {"id": str(VOICE), "type": 2, "name": "v", "bitrate": 64000, "user_limit": 0, **place},
        ],
        "features": [], "voice_states": [], "presences": [], "stage_instances": [], "guild_scheduled_events": [],
        "premium_tier": 0, "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0,
        "mfa_level": 0, "nsfw_level": 0, "system_channel_flags": 0, "preferred_locale": "en-US", "afk_timeout": 60,
        "soundboard_sounds": [],
    }  # fmt: skip


READY = {
    "user": user(BOT), "guilds": [{"id": str(GUILD), "unavailable": True}], "session_id": "s", "v": 10,
    "resume_gateway_url": "ws://x", "application": {"id": str(BOT), "flags": 0},
}  # fmt: skip


class Client:
    """The bot's client without a connection: frames go in by hand, requests for members are counted."""

    def __init__(self) -> None:
        self.bot = ReminderBot("http://127.0.0.1:1", RequestBudget())
        self.roster = MemberRoster(self.bot)
        self.audience = DiscordAudience(self.bot, self.roster)
        self.requests = 0

    async def open(self) -> None:
        await self.bot._async_setup_hook()
        self.state: Any = vars(self.bot)["_connection"]
        self.state.chunker = self._count
        self.state._chunk_timeout = lambda _guild: 0.05

    async def _count(self, *_arguments: object, **_options: object) -> None:
        self.requests += 1

    def session(self, members: list[dict[str, Any]], count: int) -> None:
        """Begin a session that knows these members of so many."""
        self.state.parse_ready(READY)
        self.roster.new_session()
        self.state.parse_guild_create(guild(members, count))

    async def close(self) -> None:
        if self.state._ready_task is not None:
            self.state._ready_task.cancel()
        self.roster.guild_lost(GUILD)
        await asyncio.sleep(0)
        await self.bot.close()


@pytest.fixture
async def client(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    monkeypatch.setattr(member_roster, "ANSWER_SECONDS", 0.1)
    opened = Client()
    await opened.open()
    yield opened
    await opened.close()


async def one_by_one(client: Client, event: TrackedEvent) -> set[int]:
    return {user_id for user_id in (BOT, OWNER, 2, 3, 4, 99) if await client.audience.asks(event, user_id)}


async def test_complete_list_is_asked_without_bots(client: Client) -> None:
    client.session([member(BOT), member(OWNER), member(2)], 3)
    assert await client.audience.asked(EVENT) == {OWNER, 2}
    assert await one_by_one(client, EVENT) == {OWNER, 2}


async def test_incomplete_list_is_refused_and_asked_for_again_until_it_comes(client: Client) -> None:
    client.session([member(BOT)], 3)
    async with asyncio.timeout(5):
        while client.requests < 3:
            with pytest.raises(MembersIncompleteError):
                await client.audience.asked(EVENT)
            with pytest.raises(MembersIncompleteError):
                await client.audience.asks(EVENT, OWNER)
            await asyncio.sleep(0.02)
    [request] = client.state._chunk_requests.values()
    chunk = {"guild_id": str(GUILD), "members": [member(OWNER), member(2)], "chunk_index": 0, "chunk_count": 1}
    client.state.parse_guild_members_chunk({**chunk, "nonce": request.nonce})
    await asyncio.sleep(0.02)
    assert await client.audience.asked(EVENT) == {OWNER, 2}


async def test_answer_cut_short_by_a_new_session_makes_no_list_complete(client: Client) -> None:
    client.session([member(BOT)], 5)
    with pytest.raises(MembersIncompleteError):
        await client.audience.asked(EVENT)
    await asyncio.sleep(0.01)
    client.session([member(BOT), member(OWNER)], 5)
    await asyncio.sleep(0.02)
    with pytest.raises(MembersIncompleteError):
        await client.audience.asked(EVENT)


async def test_list_from_before_an_outage_is_not_trusted_after_it(client: Client) -> None:
    client.session([member(BOT), member(OWNER)], 2)
    client.roster._complete.add(GUILD)
    client.state.parse_guild_delete({"id": str(GUILD), "unavailable": True})
    client.roster.guild_lost(GUILD)
    client.state.parse_guild_create(guild([member(BOT)], 6))
    with pytest.raises(MembersIncompleteError):
        await client.audience.asked(EVENT)


async def test_timed_out_member_does_not_hide_others_with_the_same_roles(client: Client) -> None:
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    client.session([member(BOT), member(2, until), member(3), member(4)], 4)
    for event, people in ((replace(EVENT, channel_id=VOICE), {3, 4}), (EVENT, {2, 3, 4})):
        assert await client.audience.asked(event) == people
        assert await one_by_one(client, event) == people
