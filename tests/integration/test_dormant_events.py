"""Imported events that are paused for their age: organisers get one list of them, whatever happens meanwhile."""

from datetime import timedelta
from typing import Any

import pytest

from reminder_bot.sandbox.entities import ChannelType, Overwrite, OverwriteKind
from reminder_bot.sandbox.faults import Side
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.replies import InteractionReply
from tests.integration.scene import Scene
from tests.legacy_files import raw, run_import, write
from utils.time import SystemClock

TOLD = "SELECT count(*) FROM imported_event WHERE told_at IS NOT NULL"


@pytest.fixture
def hall(unstarted: Scene) -> int:
    """The system channel of the guild."""
    world = unstarted.sandbox.world
    channel = world.add_channel(unstarted.seed.guild_id, "hall")
    world.guild(unstarted.seed.guild_id).system_channel_id = channel.id
    return channel.id


async def import_old(scene: Scene, count: int = 2, channel_id: int | None = None) -> list[int]:
    """Import events nobody was reminded about for a month and some days."""
    place = channel_id or scene.seed.channel_id
    entries, ids = [], []
    for number in range(count):
        ids.append(await scene.sandbox.director.post_message(place, scene.seed.organiser_id, f"Raid {number}"))
        last = (SystemClock().now() - timedelta(days=30 + number)).replace(tzinfo=None).isoformat()
        entries.append(
            raw(
                ids[-1], channel_id=place, guild_id=scene.seed.guild_id, title=f"Raid {number}",
                last_reminder=last, users_who_reacted=[], all_users=[],
            )
        )  # fmt: skip
    run_import(scene.database, SystemClock(), write(scene.folder / "watched_reminders.json", *entries))
    return ids


def lists_in(scene: Scene, channel_id: int) -> list[Message]:
    messages = scene.sandbox.world.channel(channel_id).messages.values()
    return [message for message in messages if message.author_id == scene.seed.bot_id]


def buttons_of(message: Message) -> list[dict[str, Any]]:
    return [button for row in message.components for button in row["components"]]


async def wait_told(scene: Scene, count: int) -> None:
    await scene.until(lambda: scene.rows(TOLD) == [(count,)], "telling the organisers")


async def wait_follow_up(scene: Scene, reply: InteractionReply, text: str) -> None:
    await scene.until(lambda: any(text in follow.text for follow in reply.follow_ups()), f"being told {text!r}")


async def test_organisers_get_one_list_with_a_working_button_for_each(unstarted: Scene, hall: int) -> None:
    scene = unstarted
    ids = await import_old(scene)
    await scene.start()
    await wait_told(scene, 2)
    [message] = lists_in(scene, hall)
    text = message.embeds[0]["description"]
    assert text.index("Raid 0") < text.index("Raid 1")
    assert f"https://discord.com/channels/{scene.seed.guild_id}/{scene.seed.channel_id}/{ids[0]}" in text
    assert ":R>" in text

    stranger = scene.people[5]
    refused = await scene.sandbox.director.click(stranger, message.id, "Resume 1")
    assert refused.ephemeral
    assert "Only organisers" in refused.text
    assert scene.rows("SELECT count(*) FROM event WHERE is_paused = 1") == [(2,)]

    await scene.sandbox.director.click(scene.seed.organiser_id, message.id, "Resume 1")
    paused = dict(scene.rows("SELECT message_id, is_paused FROM event"))
    assert paused == {ids[0]: 0, ids[1]: 1}
    assert scene.rows("SELECT actor_id, event_id FROM audit_log") == [(scene.seed.organiser_id, ids[0])]
    assert [button["disabled"] for button in buttons_of(message)] == [True, False]
    assert "resumed" in message.embeds[0]["description"].splitlines()[-2]


async def test_list_is_not_sent_again_after_a_restart_and_its_buttons_go_on_working(
    unstarted: Scene, hall: int
) -> None:
    scene = unstarted
    ids = await import_old(scene)
    await scene.start()
    await wait_told(scene, 2)
    await scene.kill()
    await scene.restart()
    await scene.until(lambda: "while I was away" in scene.log(), "catching up")
    [message] = lists_in(scene, hall)
    await scene.run("resume", event=str(ids[1]))
    reply = await scene.sandbox.director.click(scene.seed.organiser_id, message.id, "Resume 2")
    await wait_follow_up(scene, reply, "already")
    assert [button["disabled"] for button in buttons_of(message)] == [False, True]
    await scene.run("unwatch", event=str(ids[0]))
    reply = await scene.sandbox.director.click(scene.seed.organiser_id, message.id, "Resume 1")
    await wait_follow_up(scene, reply, "not watched any more")
    assert [button["disabled"] for button in buttons_of(message)] == [True, True]


@pytest.mark.parametrize("side", [Side.BEFORE, Side.AFTER])
async def test_kill_inside_the_send_makes_one_list(unstarted: Scene, hall: int, side: Side) -> None:
    scene = unstarted
    await import_old(scene)
    hold = scene.sandbox.faults.hold("POST", rf"/channels/{hall}/messages", side=side)
    await scene.start()
    await hold.reached(timeout=8)
    await scene.kill()
    if side is Side.AFTER:
        hold.release()
    else:
        hold.drop()
    scene.sandbox.faults.clear()
    await scene.restart()
    await wait_told(scene, 2)
    # The nonce alone would have made one of two as well, but for a few minutes only.
    assert len(scene.sandbox.record.posts_in(hall, with_repeats=True)) == 1


async def test_list_beyond_25_events_goes_on_in_a_second_message(unstarted: Scene, hall: int) -> None:
    scene = unstarted
    await import_old(scene, 30)
    await scene.start()
    await wait_told(scene, 30)
    sizes = [len(buttons_of(message)) for message in lists_in(scene, hall)]
    assert sum(sizes) == 30
    assert len(sizes) == 2


async def test_owner_gets_the_list_where_the_system_channel_is_closed_and_can_use_it(
    unstarted: Scene, hall: int
) -> None:
    scene = unstarted
    ids = await import_old(scene, 1)
    deny = int(Permission.SEND_MESSAGES)
    await scene.sandbox.director.edit_overwrite(hall, scene.seed.bot_id, deny=deny, kind=OverwriteKind.MEMBER)
    await scene.start()
    await wait_told(scene, 1)
    owner = scene.sandbox.world.guild(scene.seed.guild_id).owner_id
    direct = scene.sandbox.world.open_dm(scene.seed.bot_id, owner)
    [message] = lists_in(scene, direct.id)
    await scene.sandbox.director.click(owner, message.id, "Resume 1")
    assert scene.rows("SELECT is_paused FROM event") == [(0,)]
    assert scene.rows("SELECT actor_id, event_id FROM audit_log") == [(owner, ids[0])]
    assert lists_in(scene, hall) == []


async def test_list_that_cannot_be_sent_is_in_health_and_sent_after_the_next_start(unstarted: Scene, hall: int) -> None:
    scene = unstarted
    await import_old(scene, 1)
    scene.sandbox.faults.status("POST", rf"/channels/{hall}/messages", 503, times=None)
    await scene.start()
    await scene.until(lambda: "not listed yet" in scene.log(), "giving up", timeout=20)
    assert "1 event from the old bot" in (await scene.run("health")).text
    scene.sandbox.faults.clear()
    await scene.kill()
    await scene.restart()
    await wait_told(scene, 1)
    assert len(lists_in(scene, hall)) == 1
    assert "old bot" not in (await scene.run("health")).text


async def test_title_from_a_hidden_channel_is_not_told_in_a_public_one(unstarted: Scene, hall: int) -> None:
    scene = unstarted
    everyone = Overwrite(scene.seed.guild_id, OverwriteKind.ROLE, deny=int(Permission.VIEW_CHANNEL))
    bot = Overwrite(scene.seed.bot_id, OverwriteKind.MEMBER, allow=int(Permission.VIEW_CHANNEL))
    secret = await scene.sandbox.director.create_channel(
        scene.seed.guild_id, "secret", ChannelType.TEXT, overwrites=[everyone, bot]
    )
    ids = await import_old(scene, 1, channel_id=secret)
    await scene.start()
    await wait_told(scene, 1)
    text = lists_in(scene, hall)[0].embeds[0]["description"]
    assert str(ids[0]) in text
    assert "Raid" not in text
