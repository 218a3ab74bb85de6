"""Threads, forum posts, voice chats and announcements: watched like any channel, and reminded in place."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from reminder_bot.sandbox.entities import ChannelType, OverwriteKind
from reminder_bot.sandbox.permissions import Permission
from tests.integration.command_stage import Home, Stage, open_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for this module."""
    async with open_stage(tmp_path_factory.mktemp("places")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def home(stage: Stage) -> AsyncIterator[Home]:
    """A guild of its own for each test."""
    async with stage.home() as home:
        yield home


async def public_thread(home: Home, parent_id: int | None = None) -> int:
    """Open a thread by the organiser."""
    return await home.sandbox.director.create_thread(parent_id or home.channel_id, "Details", home.organiser_id)


async def private_thread(home: Home, *user_ids: int) -> int:
    """Open a private thread by the organiser, with the bot and these people in it."""
    director = home.sandbox.director
    thread_id = await director.create_thread(home.channel_id, "Secret", home.organiser_id, is_private=True)
    for user_id in (home.bot_id, *user_ids):
        await director.add_thread_member(thread_id, user_id)
    return thread_id


async def remind(home: Home, message_id: int, channel_id: int) -> list[int]:
    """Remind now, and return who was pinged by the one message that came in the channel."""
    before = len(home.reminders(channel_id))
    reply = await home.run("remind", event=str(message_id))
    assert "Reminded" in reply.text, reply.text
    [post] = home.reminders(channel_id)[before:]
    assert post.reference_id == message_id
    return sorted(post.pinged_user_ids)


@pytest.mark.parametrize("kind", [ChannelType.TEXT, ChannelType.ANNOUNCEMENT, ChannelType.VOICE, ChannelType.STAGE])
async def test_channel_of_every_kind_is_watched_and_reminded_in_place(home: Home, kind: ChannelType) -> None:
    channel_id = await home.new_channel("place", kind)
    message_id = await home.watched(channel_id=channel_id)
    await home.react(message_id, home.member_ids[:1])
    assert await remind(home, message_id, channel_id) == sorted(set(home.people) - {home.member_ids[0]})
    assert home.reminders() == []


@pytest.mark.parametrize("kind", [ChannelType.TEXT, ChannelType.ANNOUNCEMENT])
async def test_thread_asks_everybody_who_sees_its_channel_and_reminds_inside(home: Home, kind: ChannelType) -> None:
    parent_id = await home.new_channel("parent", kind, hidden_from=home.member_ids[:1])
    thread_id = await public_thread(home, parent_id)
    message_id = await home.watched(channel_id=thread_id)
    assert await remind(home, message_id, thread_id) == sorted(set(home.people) - {home.member_ids[0]})
    assert home.reminders(parent_id) == []


async def test_thread_on_a_watched_message_changes_nothing_for_it(home: Home) -> None:
    message_id = await home.watched()
    await home.sandbox.director.create_thread(home.channel_id, "Talk", home.organiser_id, message_id=message_id)
    assert await remind(home, message_id, home.channel_id) == sorted(home.people)


async def test_forum_post_is_watched_by_its_first_message_which_shares_its_id(home: Home) -> None:
    forum_id = await home.new_channel("ideas", ChannelType.FORUM)
    post_id = await home.sandbox.director.create_thread(forum_id, "Summer party", home.organiser_id)
    home.sandbox.world.add_message(post_id, home.organiser_id, "Who comes?", id=post_id)
    reply = await home.run("watch", message=home.link(post_id))
    assert "Who comes?" in reply.text
    assert await remind(home, post_id, post_id) == sorted(home.people)


async def test_forum_post_without_text_goes_by_its_name(home: Home) -> None:
    forum_id = await home.new_channel("ideas", ChannelType.FORUM)
    post_id = await home.sandbox.director.create_thread(forum_id, "Summer party", home.organiser_id)
    home.sandbox.world.add_message(post_id, home.organiser_id, "", id=post_id)
    await home.run("watch", message=home.link(post_id))
    assert home.stored(post_id).title == "Summer party"


async def test_select_in_a_thread_offers_the_threads_messages(home: Home) -> None:
    thread_id = await public_thread(home)
    inside, _outside = await home.post("Inside", thread_id), await home.post("Outside")
    reply = await home.run("watch", channel_id=thread_id)
    assert reply.option_values == [str(inside)]


async def test_voice_chat_asks_only_who_may_connect(home: Home) -> None:
    channel_id = await home.new_channel("Tavern", ChannelType.VOICE)
    message_id = await home.watched(channel_id=channel_id)
    await home.sandbox.director.edit_overwrite(
        channel_id, home.member_ids[0], deny=int(Permission.CONNECT), kind=OverwriteKind.MEMBER
    )
    assert await remind(home, message_id, channel_id) == sorted(set(home.people) - {home.member_ids[0]})


# Private threads


async def test_private_thread_asks_only_those_in_it(home: Home) -> None:
    inside, newcomer, _outside = home.member_ids
    thread_id = await private_thread(home, inside)
    message_id = await home.watched(channel_id=thread_id)
    assert await remind(home, message_id, thread_id) == sorted([home.organiser_id, inside])
    await home.sandbox.director.add_thread_member(thread_id, newcomer)
    assert await remind(home, message_id, thread_id) == sorted([home.organiser_id, inside, newcomer])


async def test_private_thread_is_told_of_to_nobody_outside(home: Home) -> None:
    inside, outside, _ = home.member_ids
    thread_id = await private_thread(home, inside)
    message_id = await home.watched("Surprise", channel_id=thread_id)
    assert "Surprise" in (await home.run("status", by=inside, event=str(message_id))).text
    assert "Surprise" in (await home.run("list", by=inside)).text
    for event in (str(message_id), home.link(message_id)):
        assert "No watched event goes by that." in (await home.run("status", by=outside, event=event)).text
    assert "Surprise" not in (await home.run("list", by=outside)).text
    assert await home.suggestions("status", "event", "", by=outside) == []


async def test_private_thread_without_the_bot_cannot_be_watched_and_the_answer_says_what_to_do(home: Home) -> None:
    director = home.sandbox.director
    thread_id = await director.create_thread(home.channel_id, "Secret", home.organiser_id, is_private=True)
    message_id = await home.post(channel_id=thread_id)
    reply = await home.run("watch", message=home.link(message_id))
    assert "There is no such message, or you or I cannot see it." in reply.text
    assert home.event(message_id) is None


async def test_private_thread_goes_quiet_and_on_with_those_in_it(home: Home) -> None:
    inside, newcomer, _ = home.member_ids
    thread_id = await private_thread(home, inside)
    message_id = await home.watched(channel_id=thread_id)
    await home.react(message_id, [home.organiser_id, inside])
    await home.until(lambda: home.stored(message_id).next_reminder_at is None, "going quiet")
    await home.sandbox.director.add_thread_member(thread_id, newcomer)
    await home.until(lambda: home.stored(message_id).next_reminder_at is not None, "going on")


# Archived threads


async def test_archived_thread_is_reminded_which_opens_it_again(home: Home) -> None:
    thread_id = await public_thread(home)
    message_id = await home.watched(channel_id=thread_id)
    await home.sandbox.director.archive_thread(thread_id)
    assert await remind(home, message_id, thread_id) == sorted(home.people)
    assert home.stored(message_id).state == "active"
    assert not home.sandbox.world.channel(thread_id).is_archived


async def test_archived_thread_is_watched_paused_and_looked_at_like_any_other(home: Home) -> None:
    thread_id = await public_thread(home)
    message_id = await home.post("In the archive", thread_id)
    await home.sandbox.director.archive_thread(thread_id)
    reply = await home.run("watch", message=home.link(message_id), interval="1h")
    assert "Answered so far: 0 of 5." in reply.text
    assert "In the archive" in (await home.run("list", by=home.member_ids[0])).text
    assert "Answered: 0 of 5" in (await home.run("status", by=home.member_ids[0], event=home.link(message_id))).text
    assert "Paused." in (await home.run("pause", event=str(message_id))).text


async def test_archived_thread_is_suggested_to_who_can_see_it(home: Home) -> None:
    thread_id = await public_thread(home)
    await home.watched("In the archive", channel_id=thread_id)
    await home.sandbox.director.archive_thread(thread_id)
    assert await home.suggestions("status", "event", "", by=home.owner_id) == ["In the archive"]
    assert await home.suggestions("status", "event", "") == ["In the archive"]


async def test_answers_in_an_archived_private_thread_ask_the_same_people(home: Home) -> None:
    inside = home.member_ids[0]
    thread_id = await private_thread(home, inside)
    message_id = await home.watched(channel_id=thread_id)
    await home.sandbox.director.archive_thread(thread_id)
    reply = await home.run("status", event=home.link(message_id))
    assert "Answered: 0 of 2" in reply.text


# The end of a place


@pytest.mark.parametrize("is_archived", [False, True])
async def test_deleted_thread_ends_its_events(home: Home, is_archived: bool) -> None:
    thread_id = await public_thread(home)
    message_id = await home.watched(channel_id=thread_id)
    if is_archived:
        await home.sandbox.director.archive_thread(thread_id)
    await home.sandbox.director.delete_thread(thread_id)
    await home.until(lambda: home.stored(message_id).state == "archived", "the end")


async def test_deleted_parent_channel_ends_the_events_in_its_threads(home: Home) -> None:
    parent_id = await home.new_channel("parent")
    thread_id = await public_thread(home, parent_id)
    message_id = await home.watched(channel_id=thread_id)
    home.sandbox.world.guild(home.guild_id).thread_ids.remove(thread_id)
    await home.sandbox.director.delete_channel(parent_id)
    await home.until(lambda: home.stored(message_id).state == "archived", "the end")


async def test_locked_thread_blocks_with_a_reason_that_people_can_see(home: Home) -> None:
    thread_id = await public_thread(home)
    message_id = await home.watched(channel_id=thread_id)
    home.sandbox.world.channel(thread_id).is_locked = True
    await home.sandbox.director.archive_thread(thread_id)
    await home.run("remind", event=home.link(message_id))
    assert home.reminders(thread_id) == []
    status = await home.run("status", event=home.link(message_id))
    assert "State: blocked: Discord refused: Tried to perform an operation on an archived thread." in status.text
