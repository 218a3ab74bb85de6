"""The bot's reactions under a message as its answers change, by the real client; other people's are never touched."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from models.event_options import Meaning, OfferedAnswer
from models.records import TrackedEvent
from reminder_bot.bot import ReminderBot
from reminder_bot.config import Settings
from reminder_bot.event_requests import WatchRequest
from reminder_bot.interactions.answer_changing import change_answers
from reminder_bot.pace import RequestBudget
from reminder_bot.sandbox.entities import Emoji
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.services import Services
from tests.sandbox_fixtures import ConnectClient
from tests.unit.reminder_bot.conftest import ANSWERS, House
from utils.errors import EventNotFoundError, InvalidEmojiError, UserError

YES, NO, MAYBE = ANSWERS
LATE = "🕒"
RAID = Emoji(123456789012345678, "raid")


def offered(*emoji: str) -> list[OfferedAnswer]:
    return [OfferedAnswer(each, Meaning.YES, "Name") for each in emoji]


@dataclass
class Place:
    """A watched message with the bot's reactions on it, and an organiser."""

    sandbox: Sandbox
    seed: Seed
    house: House
    services: Services
    member: discord.Member
    event: TrackedEvent

    async def change(self, *emoji: str) -> list[str]:
        return (await change_answers(self.services, self.member, self.event, offered(*emoji)))[1]

    def reactions(self) -> dict[str, set[int]]:
        """Who has put what on the message, as Discord has it."""
        message = self.sandbox.world.message(self.event.message_id)
        every = (YES, NO, MAYBE, LATE, str(RAID))
        return {emoji: set(found) for emoji in every if (found := message.reaction_users(emoji))}


@pytest.fixture
async def place(
    sandbox: Sandbox, sandbox_seed: Seed, connect_client: ConnectClient, tmp_path: Path
) -> AsyncIterator[Place]:
    """A client in this process, and the application without its Discord beside it."""
    client = await connect_client(sandbox, client=ReminderBot(sandbox.api_url, RequestBudget()))
    guild = client.get_guild(sandbox_seed.guild_id)
    assert guild is not None
    member = guild.get_member(sandbox_seed.organiser_id)
    assert member is not None
    house = House(tmp_path / "bot.db")
    await house.open()
    await house.connect()
    message_id = await sandbox.director.post_message(sandbox_seed.channel_id, sandbox_seed.organiser_id, "Raid")
    request = WatchRequest(
        message_id, sandbox_seed.channel_id, guild.id, "Raid", None, timedelta(hours=1), ANSWERS, member.id
    )  # fmt: skip
    event = (await house.manager.watch(request)).event
    unused: Any = None
    services = Services(
        settings=Settings.from_environment({}), book=unused, clock=house.clock, manager=house.manager, queries=unused,
        desk=unused, personal=unused,
    )  # fmt: skip
    for emoji in ANSWERS:
        await sandbox.director.react(message_id, sandbox_seed.bot_id, emoji)
    yield Place(sandbox, sandbox_seed, house, services, member, event)
    await house.close()


async def test_new_reactions_come_and_the_bots_own_old_ones_go(place: Place) -> None:
    someone, me = place.seed.member_ids[2], place.seed.bot_id
    await place.sandbox.director.react(place.event.message_id, someone, MAYBE)
    assert await place.change(LATE, YES, NO) == []
    assert place.reactions() == {YES: {me}, NO: {me}, MAYBE: {someone}, LATE: {me}}
    watched = place.house.manager.index.get(place.event.message_id)
    assert watched is not None
    assert tuple(watched.spellings.values()) == (LATE, YES, NO)


async def test_an_emoji_that_discord_refuses_changes_nothing(place: Place) -> None:
    me = place.seed.bot_id
    place.sandbox.faults.status("PUT", r".*/reactions/raid.*", 400, body={"message": "Unknown Emoji", "code": 10014})
    place.sandbox.world.guild(place.event.guild_id).emojis[RAID.id] = RAID
    with pytest.raises(InvalidEmojiError, match="Discord does not know one of these"):
        await place.change(YES, LATE, str(RAID))
    assert place.reactions() == {YES: {me}, NO: {me}, MAYBE: {me}}
    stored = await place.house.manager.require(place.event.guild_id, place.event.message_id)
    assert stored.required_reactions == ANSWERS


async def test_a_custom_emoji_of_this_server_counts_and_one_of_another_does_not(place: Place) -> None:
    with pytest.raises(InvalidEmojiError, match="no emoji `:raid:` that can be used"):
        await place.change(YES, "<:raid:123456789012345678>")
    place.sandbox.world.guild(place.event.guild_id).emojis[RAID.id] = RAID
    assert await place.change(YES, "<:raid:123456789012345678>") == []
    assert place.reactions()[str(RAID)] == {place.seed.bot_id}


async def test_reactions_that_somebody_took_off_or_that_cannot_go_are_no_failure(place: Place) -> None:
    await place.sandbox.director.unreact(place.event.message_id, place.seed.bot_id, MAYBE)
    assert await place.change(YES, NO) == []
    place.sandbox.faults.status(
        "DELETE", r".*/reactions/.*", 403, body={"message": "Missing Permissions", "code": 50013}
    )
    [notice] = await place.change(YES, LATE)
    assert notice.startswith("I could not take my reaction ❌ away: ")


async def test_what_cannot_be_is_refused_before_discord_is_asked(place: Place) -> None:
    before = place.reactions()
    with pytest.raises(UserError, match="at least two"):
        await place.change(YES)
    await place.house.manager.unwatch(place.event.guild_id, place.event.message_id, by=1)
    with pytest.raises(EventNotFoundError):
        await place.change(YES, NO)
    assert place.reactions() == before
