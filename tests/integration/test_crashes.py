"""Kills, stops and starts: the same answers, each due reminder once, nobody pinged twice by one reminder."""

import asyncio
import json
import os
import time

import pytest

from reminder_bot.sandbox.faults import Side
from tests.integration.scene import Scene

POSTS = r"/channels/\d+/messages"


def pings(scene: Scene) -> list[list[int]]:
    return [sorted(post.pinged_user_ids) for post in scene.reminders()]


@pytest.mark.parametrize("side", [Side.BEFORE, Side.AFTER])
async def test_kill_inside_a_send_pings_everybody_once(scene: Scene, side: Side) -> None:
    message_id = await scene.watch("3s")
    await scene.react(message_id, *scene.people[:4])
    hold = scene.sandbox.faults.hold("POST", POSTS, side=side)
    await hold.reached(timeout=8)
    await scene.kill()
    if side is Side.AFTER:
        hold.release()
    else:
        hold.drop()
    scene.sandbox.faults.clear()
    await scene.restart()
    await scene.wait_reminders(1)
    await scene.react(message_id, *scene.people[4:])
    await scene.until(
        lambda: scene.rows("SELECT count(*) FROM reminder_log WHERE status = 'pending'") == [(0,)], "settling"
    )
    await asyncio.sleep(1)
    assert pings(scene)[0] == sorted(scene.people[4:])
    first_due = scene.rows("SELECT DISTINCT scheduled_at FROM reminder_log ORDER BY 1 LIMIT 1")[0][0]
    rows = scene.rows(
        "SELECT user_id, count(*) FROM reminder_recipient JOIN reminder_log ON log_id = reminder_log.id"
        " WHERE scheduled_at = ? AND outcome = 'pinged' GROUP BY 1",
        first_due,
    )
    assert dict(rows) == dict.fromkeys(scene.people[4:], 1)
    logged = {row[0] for row in scene.rows("SELECT message_id FROM reminder_log WHERE status = 'sent'")}
    assert logged == {post.message_id for post in scene.reminders()}


async def test_kill_between_two_batches_neither_repeats_the_first_nor_forgets_the_second(unstarted: Scene) -> None:
    scene = unstarted
    crowd = scene.sandbox.world.add_members(scene.seed.guild_id, 120)
    await scene.start()
    await scene.watch("4s")
    hold = scene.sandbox.faults.hold("POST", POSTS, when=lambda request: "2 of 2" in json.dumps(request.body))
    await hold.reached(timeout=10)
    await scene.kill()
    hold.drop()
    assert len(scene.reminders()) == 1
    await scene.restart()
    first_two = (await scene.wait_reminders(2))[:2]
    pinged = [user_id for post in first_two for user_id in post.pinged_user_ids]
    assert sorted(pinged) == sorted([*scene.people, *crowd])


async def test_answers_of_a_dead_time_count_and_one_late_reminder_comes(scene: Scene) -> None:
    message_id = await scene.watch("2s")
    await scene.kill()
    await scene.react(message_id, *scene.people[:9])
    await asyncio.sleep(5)
    await scene.restart()
    await scene.wait_reminders(1)
    await asyncio.sleep(0.5)
    [post] = scene.reminders()
    assert sorted(post.pinged_user_ids) == sorted(scene.people[9:])
    assert "Late" in post.embeds[0]["description"]
    assert scene.stored_answers(message_id) == dict.fromkeys(scene.people[:9], "✅")


async def test_sigterm_ends_in_time_with_exit_0_and_an_empty_wal(scene: Scene) -> None:
    message_id = await scene.watch("1h")
    await scene.react(message_id, *scene.people[:3])
    await scene.until(lambda: len(scene.stored_answers(message_id)) == 3, "the answers")
    started = time.monotonic()
    code = await scene.bot.stop()
    assert code == 0, scene.log()
    assert time.monotonic() - started < 5
    wal = scene.database.with_name("bot.db-wal")
    assert not wal.exists() or wal.stat().st_size == 0
    assert len(scene.stored_answers(message_id)) == 3


async def test_sigterm_while_discord_does_not_answer_still_ends_in_time(scene: Scene) -> None:
    await scene.watch("1s")
    hold = scene.sandbox.faults.hold("POST", POSTS, side=Side.BEFORE)
    await hold.reached(timeout=8)
    started = time.monotonic()
    code = await scene.bot.stop()
    assert code == 0, scene.log()
    assert time.monotonic() - started < 5
    hold.drop()


async def test_stop_and_start_in_the_middle_of_the_story_loses_nothing(scene: Scene) -> None:
    message_id = await scene.watch("2s")
    await scene.react(message_id, *scene.people[:3])
    await scene.wait_reminders(1)
    assert await scene.bot.stop() == 0
    await scene.unreact(message_id, scene.people[0])
    await scene.react(message_id, *scene.people[3:8], emoji="❌")
    await scene.restart()
    posts = await scene.wait_reminders(2)
    assert sorted(posts[1].pinged_user_ids) == sorted([scene.people[0], *scene.people[8:]])
    await scene.react(message_id, scene.people[0], *scene.people[8:], emoji="❓")
    await asyncio.sleep(3)
    assert len(scene.reminders()) == 2
    held = {user_id: next(iter(emoji)) for user_id, emoji in scene.true_answers(message_id).items()}
    assert scene.stored_answers(message_id) == held


async def test_second_bot_on_the_same_file_is_refused_with_the_pid_of_the_first(scene: Scene) -> None:
    second = scene.new_bot()
    await second.start()
    await scene.until(lambda: not second.is_running, "the second bot's end")
    pid = scene.database.with_name("bot.db.lock").read_text().strip()
    assert f"in use by process {pid}" in second.last_lines()
    os.kill(int(pid), 0)
    assert scene.bot.is_running


async def test_process_suspended_for_longer_than_an_interval_sends_one_late_reminder(scene: Scene) -> None:
    message_id = await scene.watch("2s")
    await scene.react(message_id, *scene.people[:4])
    await scene.until(lambda: len(scene.stored_answers(message_id)) == 4, "the answers")
    scene.bot.pause()
    sent = len(scene.reminders())
    await scene.react(message_id, *scene.people[4:8])
    await asyncio.sleep(6)
    assert len(scene.reminders()) == sent
    scene.bot.go_on()
    posts = await scene.wait_reminders(sent + 1)
    first_after = posts[sent]
    await asyncio.sleep(0.7)
    assert len(scene.reminders()) == sent + 1
    assert sorted(first_after.pinged_user_ids) == sorted(scene.people[8:])
