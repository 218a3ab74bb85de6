"""What Discord answers to a reminder, by class of error, and what the bot makes of it."""

import asyncio

from tests.integration.scene import Scene

POSTS = r"/channels/\d+/messages"


async def test_person_who_answers_after_a_failed_attempt_is_not_in_the_next(scene: Scene) -> None:
    fault = scene.sandbox.faults.status("POST", POSTS, 500, times=2)
    message_id = await scene.watch("3s")
    await scene.sandbox.record.wait_until(lambda: fault.hits >= 1, timeout=10)
    await scene.react(message_id, *scene.people[:5])
    [post, *_] = await scene.wait_reminders(1)
    assert sorted(post.pinged_user_ids) == sorted(scene.people[5:])
    await asyncio.sleep(0.2)
    rows = scene.rows("SELECT attempt, status FROM reminder_log ORDER BY id LIMIT 1")
    assert rows == [(3, "sent")]
