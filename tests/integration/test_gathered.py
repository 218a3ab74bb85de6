"""What waited for people, with the real client: one message for several events, direct messages, kills in between."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from models.held_records import HeldKind, HeldReason, Way
from reminder_bot.sandbox.faults import Side
from reminder_bot.sandbox.record import Post
from tests.integration.scene import Scene
from utils.time import to_text

POSTS = r"/channels/\d+/messages"


def hold(scene: Scene, event_id: int, *user_ids: int, seconds: float = 1, way: Way = Way.CHANNEL) -> None:
    """Have something wait for people, as a claim does."""
    due = to_text(datetime.now(UTC) + timedelta(seconds=seconds))
    why = HeldReason.DIRECT if way is Way.DIRECT else HeldReason.QUIET
    row = (HeldKind.SILENT, due, way, why, "pending", due, due)
    with closing(sqlite3.connect(scene.database, timeout=10)) as connection, connection:
        for user_id in user_ids:
            connection.execute(
                "INSERT INTO held_reminder (event_id, user_id, kind, due_at, way, why, outcome, created_at, updated_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (event_id, user_id, *row),
            )


def choose_direct(scene: Scene, user_id: int) -> None:
    """Choose direct messages for somebody; the bot reads it at its next start."""
    now = to_text(datetime.now(UTC))
    with closing(sqlite3.connect(scene.database, timeout=10)) as connection, connection:
        connection.execute(
            "INSERT INTO member (guild_id, user_id, choices, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
            (scene.seed.guild_id, user_id, '{"contact": "direct"}', now, now),
        )


def direct(scene: Scene, user_id: int) -> list[Post]:
    return [post for post in scene.sandbox.record.posts if post.recipient_id == user_id and not post.is_repeat]


def settled(scene: Scene) -> bool:
    pending = "SELECT (SELECT count(*) FROM gathered_message WHERE status = 'pending')"
    waiting = " + (SELECT count(*) FROM held_reminder WHERE outcome = 'pending')"
    return scene.rows(pending + waiting) == [(0,)]


async def wake(scene: Scene) -> None:
    """Have the bot look at the clock, as storing what waits does."""
    first = scene.rows("SELECT message_id FROM event LIMIT 1")[0][0]
    await scene.run("set_interval", event=str(first), interval="2h")


async def test_two_events_that_waited_become_one_message_naming_each_person_once(scene: Scene) -> None:
    raid = await scene.watch("1h", "Raid night")
    feast = await scene.watch("1h", "Raid feast")
    ann, bob, cleo = scene.people[1:4]
    hold(scene, raid, ann, bob, seconds=0)
    hold(scene, feast, bob, cleo, seconds=0)
    await scene.react(feast, cleo)
    await wake(scene)
    (post,) = await scene.wait_reminders(1)
    assert (post.pinged_user_ids, post.content.count(f"<@{bob}>")) == ((ann, bob), 1)
    text = post.embeds[0]["description"]
    assert "Raid night" in text and "Raid feast" in text
    ids = [part["custom_id"] for row in post.components for part in row["components"]]
    ((nonce,),) = scene.rows("SELECT nonce FROM gathered_message WHERE id = 1")
    assert ids == [f"snooze:g1.{nonce[:8]}", f"not:g1.{nonce[:8]}"]
    await scene.until(lambda: settled(scene), "settling")


async def test_what_waited_for_one_event_reads_as_its_reminder(scene: Scene) -> None:
    raid = await scene.watch("1h", "Raid night")
    hold(scene, raid, scene.people[1], seconds=0)
    await wake(scene)
    (post,) = await scene.wait_reminders(1)
    assert post.content == f"Your answer is missing: <@{scene.people[1]}>"
    assert post.embeds[0]["title"] == "Raid night"
    assert post.embeds[0]["fields"][0]["name"] == "Answered"


async def test_a_reminder_has_buttons_of_its_event(scene: Scene) -> None:
    raid = await scene.watch("1s")
    (post, *_more) = await scene.wait_reminders(1)
    ids = [part["custom_id"] for row in post.components for part in row["components"]]
    assert ids == [f"snooze:{raid}", f"not:{raid}"]


@pytest.mark.parametrize("is_open", [True, False])
async def test_a_direct_message_or_once_the_channel_where_it_is_closed(scene: Scene, is_open: bool) -> None:
    raid = await scene.watch("1h", "Raid night")
    ann = scene.people[1]
    await scene.bot.stop()
    choose_direct(scene, ann)
    hold(scene, raid, ann, seconds=0, way=Way.DIRECT)
    await scene.sandbox.director.set_accepts_dms(ann, accepts=is_open)
    await scene.restart()
    if not is_open:
        (post,) = await scene.wait_reminders(1)
        assert post.pinged_user_ids == (ann,)
    await scene.until(lambda: settled(scene), "settling")
    await asyncio.sleep(0.5)
    posts = direct(scene, ann)
    assert (len(posts), len(scene.reminders())) == ((1, 0) if is_open else (0, 1))
    if is_open:
        assert posts[0].content.startswith("A reminder from **")
        assert "/my reminders" in posts[0].embeds[0]["description"]


async def test_a_bot_flagged_as_a_spammer_tells_everybody_in_the_channel_once_and_soon(scene: Scene) -> None:
    raid = await scene.watch("1h", "Raid night")
    people = scene.people[1:6]
    await scene.bot.stop()
    for user_id in people:
        choose_direct(scene, user_id)
    hold(scene, raid, *people, seconds=0, way=Way.DIRECT)
    await scene.sandbox.director.quarantine(scene.seed.bot_id)
    await scene.restart()
    await scene.until(lambda: settled(scene), "settling", timeout=25)
    await asyncio.sleep(0.5)
    pinged = [user_id for post in scene.reminders() for user_id in post.pinged_user_ids]
    assert sorted(pinged) == sorted(people)
    assert not any(direct(scene, user_id) for user_id in people)


@pytest.mark.parametrize("side", [Side.BEFORE, Side.AFTER])
@pytest.mark.parametrize("way", [Way.CHANNEL, Way.DIRECT])
async def test_kill_inside_the_send_tells_everybody_once(scene: Scene, side: Side, way: Way) -> None:
    raid = await scene.watch("1h", "Raid night")
    feast = await scene.watch("1h", "Raid feast")
    ann = scene.people[1]
    await scene.bot.stop()
    if way is Way.DIRECT:
        choose_direct(scene, ann)
    hold(scene, raid, ann, seconds=0, way=way)
    hold(scene, feast, ann, seconds=0, way=way)
    hold_up = scene.sandbox.faults.hold("POST", POSTS, side=side)
    await scene.restart()
    await hold_up.reached(timeout=12)
    await scene.kill()
    if side is Side.AFTER:
        hold_up.release()
    else:
        hold_up.drop()
    scene.sandbox.faults.clear()
    await scene.restart()
    await scene.until(lambda: settled(scene), "settling", timeout=15)
    await asyncio.sleep(0.5)
    posts = direct(scene, ann) if way is Way.DIRECT else scene.reminders()
    assert len(posts) == 1, scene.log()
    told = scene.rows("SELECT event_id, outcome FROM held_reminder ORDER BY 1")
    assert told == [(raid, "pinged"), (feast, "pinged")]
    assert scene.rows("SELECT message_id FROM gathered_message WHERE status = 'sent'") == [(posts[0].message_id,)]


async def test_buttons_of_a_gathered_message_ask_which_event_and_know_their_message_again(scene: Scene) -> None:
    raid = await scene.watch("1h", "Raid night")
    feast = await scene.watch("1h", "Raid feast")
    ann, director = scene.people[1], scene.sandbox.director
    hold(scene, raid, ann, seconds=0)
    hold(scene, feast, ann, seconds=0)
    await wake(scene)
    (post,) = await scene.wait_reminders(1)
    await scene.until(lambda: settled(scene), "settling")
    asked = await director.click(ann, post.message_id, "Not this event", timeout=10)
    (select,) = [part for row in asked.components for part in row["components"]]
    await director.select(ann, asked, select["custom_id"], [str(feast)], timeout=10)
    assert scene.rows("SELECT event_id, user_id FROM event_opt_out") == [(feast, ann)]
    with closing(sqlite3.connect(scene.database, timeout=10)) as connection, connection:
        # As after a cleanup or a restored backup: the number is another message's.
        connection.execute("UPDATE gathered_message SET nonce = 'anothermessages'")
    said = await director.click(ann, post.message_id, "Snooze", timeout=10)
    assert "Nothing was changed" in said.text
    assert scene.rows("SELECT count(*) FROM held_reminder WHERE why = 'snooze'") == [(0,)]
