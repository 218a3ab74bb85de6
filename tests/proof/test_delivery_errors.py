"""What Discord answers to a reminder, by class of error, and what the bot makes of it, as docs/operations.md says."""

import asyncio
from typing import Any

import pytest

from tests.integration.scene import Scene

POSTS = r"/channels/\d+/messages"
HTML = "<html><body>502 Bad Gateway</body></html>"

PASSING: dict[str, tuple[int, dict[str, Any] | str]] = {
    "429": (429, {"message": "You are being rate limited.", "retry_after": 0.2, "global": False}),
    "429 global": (429, {"message": "You are being rate limited.", "retry_after": 0.2, "global": True}),
    "500": (500, {"message": "500: Internal Server Error", "code": 0}),
    "502": (502, HTML),
    "503": (503, {"message": "upstream connect error", "code": 0}),
    "401": (401, {"message": "401: Unauthorized", "code": 0}),
    "403 of a proxy": (403, HTML),
    "404 of a proxy": (404, HTML),
    "200 that is no JSON": (200, HTML),
}


def log_rows(scene: Scene) -> list[tuple[Any, ...]]:
    return scene.rows("SELECT status, attempt, users_notified FROM reminder_log ORDER BY id")


@pytest.mark.parametrize("name", PASSING)
async def test_passing_error_delays_a_reminder_and_sends_it_once(scene: Scene, name: str) -> None:
    status, body = PASSING[name]
    fault = scene.sandbox.faults.status("POST", POSTS, status, body=body, times=1)
    message_id = await scene.watch("3s")
    await scene.sandbox.record.wait_until(lambda: fault.hits == 1, timeout=10)
    await scene.react(message_id, *scene.people[:5])
    await scene.wait_reminders(1)
    await scene.until(lambda: log_rows(scene)[0][0] == "sent", "the end of the first reminder")
    first = scene.reminders()[0]
    assert sorted(first.pinged_user_ids) == sorted(scene.people[5:])
    assert log_rows(scene)[0] == ("sent", 2, len(scene.people) - 5)
    assert len(scene.reminders()) == 1


@pytest.mark.parametrize("kind", ["reset", "lose_answer"])
async def test_broken_connection_sends_a_reminder_once(scene: Scene, kind: str) -> None:
    fault = getattr(scene.sandbox.faults, kind)("POST", POSTS, times=1)
    await scene.watch("3s")
    await scene.sandbox.record.wait_until(lambda: fault.hits == 1, timeout=10)
    await scene.until(lambda: log_rows(scene)[0][0] == "sent", "the end of the first reminder")
    posts = scene.sandbox.record.posts_in(scene.seed.channel_id, with_repeats=True)
    assert len(posts) == 1
    assert sorted(posts[0].pinged_user_ids) == sorted(scene.people)


async def test_refused_request_fails_the_reminder_and_the_next_one_comes(scene: Scene) -> None:
    body = {"message": "Invalid Form Body", "code": 50035, "errors": {}}
    scene.sandbox.faults.status("POST", POSTS, 400, body=body, times=1)
    await scene.watch("2s")
    await scene.wait_reminders(1)
    await scene.until(lambda: [row[0] for row in log_rows(scene)[:2]] == ["failed", "sent"], "the second reminder")
    [(reason,)] = scene.rows("SELECT error_message FROM reminder_log ORDER BY id LIMIT 1")
    assert "Invalid Form Body" in reason


@pytest.mark.parametrize("code", [50013, 50001])
async def test_forbidden_blocks_the_event_and_tells_the_organiser_once(scene: Scene, code: int) -> None:
    fault = scene.sandbox.faults.status(
        "POST",
        rf"/channels/{scene.seed.channel_id}/messages",
        403,
        body={"message": "Missing", "code": code},
        times=None,
    )
    message_id = await scene.watch("1s")
    await scene.until(
        lambda: scene.rows("SELECT state FROM event WHERE message_id = ?", message_id) == [("blocked",)], "the block"
    )
    direct = [post for post in scene.sandbox.record.posts if post.channel_id != scene.seed.channel_id]
    await scene.sandbox.record.wait_until(
        lambda: any(post.channel_id != scene.seed.channel_id for post in scene.sandbox.record.posts), timeout=5
    )
    await asyncio.sleep(1.5)
    direct = [post for post in scene.sandbox.record.posts if post.channel_id != scene.seed.channel_id]
    assert len(direct) == 1
    assert "cannot send reminders" in direct[0].content
    assert direct[0].pinged_user_ids == (direct[0].recipient_id,) == (scene.seed.organiser_id,)
    assert fault.hits == 1


@pytest.mark.parametrize("code", [10003, 10004, 10008])
async def test_not_found_at_a_send_is_no_proof_while_the_message_can_be_read(scene: Scene, code: int) -> None:
    scene.sandbox.faults.status("POST", POSTS, 404, body={"message": "Unknown", "code": code}, times=1)
    message_id = await scene.watch("2s")
    await scene.wait_reminders(1)
    assert scene.rows("SELECT state FROM event WHERE message_id = ?", message_id) == [("active",)]
    assert log_rows(scene)[0][0] == "failed"
