"""Reminders in the place that was chosen, and what becomes of them, through the whole bot."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
import pytest_asyncio

from models.event_options import EventOptions, Place
from reminder_bot.sandbox.entities import ChannelType
from reminder_bot.sandbox.faults import Side
from tests.integration.command_stage import Home, Stage, open_stage
from tests.integration.scene import Scene
from utils.time import SystemClock, to_text

pytestmark = pytest.mark.asyncio(loop_scope="module")
THREAD = EventOptions(place=Place.THREAD)


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


def choose(scene: Scene, message_id: int, options: EventOptions) -> None:
    """Write an event's options into the database, beside the bot."""
    with closing(sqlite3.connect(scene.database, timeout=10)) as connection, connection:
        connection.execute(
            "UPDATE event SET options = ? WHERE message_id = ?", (json.dumps(options.to_json()), message_id)
        )


async def chosen(home: Home, options: EventOptions, channel_id: int | None = None) -> int:
    """Watch a message with these options."""
    message_id = await home.watched(channel_id=channel_id)
    choose(home.stage.scene, message_id, options)
    return message_id


async def remind(home: Home, message_id: int) -> None:
    reply = await home.run("remind", event=home.link(message_id))
    assert "Reminded" in reply.text, reply.text


def pinged(home: Home, channel_id: int) -> list[int]:
    return sorted(user_id for post in home.reminders(channel_id) for user_id in post.pinged_user_ids)


async def test_a_thread_is_made_at_the_first_reminder_and_used_for_the_next(home: Home) -> None:
    message_id = await chosen(home, THREAD)
    assert message_id not in home.sandbox.world.channels
    await remind(home, message_id)
    await remind(home, message_id)
    posts = home.reminders(message_id)
    assert [sorted(post.pinged_user_ids) for post in posts] == [sorted(home.people)] * 2
    assert {post.reference_id for post in posts} == {None}
    assert home.reminders() == []
    assert home.sandbox.world.channel(message_id).name == "Raid night"
    # Who is pinged is in the thread from then on; that others see it changes nothing for the event.
    assert set(home.people) <= set(home.sandbox.world.channel(message_id).thread_member_ids)


async def test_a_thread_that_was_there_is_used(home: Home) -> None:
    message_id = await chosen(home, THREAD)
    await home.sandbox.director.create_thread(home.channel_id, "Talk", home.organiser_id, message_id=message_id)
    await home.sandbox.director.archive_thread(message_id)
    await remind(home, message_id)
    assert pinged(home, message_id) == sorted(home.people)


async def test_a_locked_thread_is_not_used_and_the_event_goes_on(home: Home) -> None:
    message_id = await chosen(home, THREAD)
    await home.sandbox.director.create_thread(home.channel_id, "Talk", home.organiser_id, message_id=message_id)
    home.sandbox.world.channel(message_id).is_locked = True
    await home.sandbox.director.archive_thread(message_id)
    await remind(home, message_id)
    assert (home.reminders(message_id), pinged(home, home.channel_id)) == ([], sorted(home.people))
    assert home.stored(message_id).state == "active"


async def test_inside_a_forum_post_reminders_stay_there(home: Home) -> None:
    forum_id = await home.new_channel("ideas", ChannelType.FORUM)
    post_id = await home.sandbox.director.create_thread(forum_id, "Summer party", home.organiser_id)
    home.sandbox.world.add_message(post_id, home.organiser_id, "Who comes?", id=post_id)
    await home.run("watch", message=home.link(post_id))
    choose(home.stage.scene, post_id, THREAD)
    await remind(home, post_id)
    assert pinged(home, post_id) == sorted(home.people)


async def test_another_channel_gets_who_can_see_it_and_the_events_channel_the_others(home: Home) -> None:
    outside = home.member_ids[:1]
    place = await home.new_channel("reminders", hidden_from=outside)
    message_id = await chosen(home, EventOptions(place=Place.ELSEWHERE, place_channel_id=place))
    await remind(home, message_id)
    assert pinged(home, place) == sorted(set(home.people) - set(outside))
    assert pinged(home, home.channel_id) == outside


@pytest.mark.parametrize("status", [403, 404])
async def test_a_place_that_says_no_at_the_last_moment_loses_nobody(home: Home, status: int) -> None:
    place = await home.new_channel("reminders")
    message_id = await chosen(home, EventOptions(place=Place.ELSEWHERE, place_channel_id=place))
    refusal = {403: {"code": 50013, "message": "Missing Permissions"}, 404: {"code": 10003, "message": "Unknown"}}
    home.sandbox.faults.status("POST", rf"/channels/{place}/messages", status, body=refusal[status], times=1)
    await remind(home, message_id)
    assert (home.reminders(place), pinged(home, home.channel_id)) == ([], sorted(home.people))
    assert home.stored(message_id).state == "active"


async def test_deleted_place_is_left_for_the_events_channel(home: Home) -> None:
    place = await home.new_channel("reminders")
    message_id = await chosen(home, EventOptions(place=Place.ELSEWHERE, place_channel_id=place))
    await home.sandbox.director.delete_channel(place)
    await remind(home, message_id)
    assert pinged(home, home.channel_id) == sorted(home.people)
    assert home.stored(message_id).state == "active"


async def test_older_reminders_are_deleted_when_a_newer_one_is_out(home: Home) -> None:
    message_id = await chosen(home, EventOptions(deletes_older=True, place=Place.THREAD))
    await remind(home, message_id)
    await remind(home, message_id)
    thread = home.sandbox.world.channel(message_id)
    first, second = home.reminders(message_id)
    await home.until(lambda: first.message_id not in thread.messages, "the deletion")
    assert second.message_id in thread.messages


async def test_deletion_is_tried_again_when_discord_is_in_trouble(home: Home) -> None:
    message_id = await chosen(home, EventOptions(deletes_older=True))
    await remind(home, message_id)
    (first,) = home.reminders()
    path = rf"/channels/{home.channel_id}/messages/{first.message_id}"
    # discord.py itself repeats 5xx for 25 seconds; this answer it does not.
    home.sandbox.faults.status("DELETE", path, 400, body={}, times=2)
    await remind(home, message_id)
    messages = home.sandbox.world.channel(home.channel_id).messages
    await home.until(lambda: first.message_id not in messages, "the deletion")


# With a bot of its own


@pytest.mark.asyncio(loop_scope="function")
async def test_a_crash_inside_a_post_to_the_thread_is_settled_there(scene: Scene) -> None:
    message_id = await scene.watch("2s")
    choose(scene, message_id, THREAD)
    hold = scene.sandbox.faults.hold("POST", rf"/channels/{message_id}/messages", side=Side.AFTER)
    await hold.reached(timeout=10)
    await scene.kill()
    hold.drop()
    await scene.restart()
    sent = "SELECT count(*) FROM reminder_log WHERE status = 'sent' AND channel_id = ?"
    await scene.until(lambda: scene.rows(sent, message_id)[0][0] >= 1, "the message's being found")
    posts = scene.sandbox.record.posts_in(message_id)
    due_times = [post.embeds[0]["timestamp"] for post in posts]
    assert len(due_times) == len(set(due_times)), "each reminder once"
    assert scene.reminders() == []


@pytest.mark.asyncio(loop_scope="function")
async def test_what_fell_due_while_the_bot_was_down_is_deleted_after_the_start(scene: Scene) -> None:
    message_id = await scene.watch("2s")
    choose(scene, message_id, EventOptions(delete_after_minutes=60))
    (post, *_more) = await scene.wait_reminders(1)
    planned = "SELECT delete_at FROM reminder_log WHERE message_id = ? AND delete_at IS NOT NULL"
    await scene.until(lambda: bool(scene.rows(planned, post.message_id)), "the plan")
    await scene.kill()
    with closing(sqlite3.connect(scene.database, timeout=10)) as connection, connection:
        connection.execute(
            "UPDATE reminder_log SET delete_at = ? WHERE message_id = ?",
            (to_text(SystemClock().now()), post.message_id),
        )
    await scene.restart()
    messages = scene.sandbox.world.channel(scene.seed.channel_id).messages
    await scene.until(lambda: post.message_id not in messages, "the deletion")
