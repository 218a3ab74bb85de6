"""Kills at random moments while people answer: held against the sandbox's own record of every answer and every ping."""

import asyncio
import random
import time

import pytest

from tests.integration.scene import ANSWERS, Scene

STORM_SECONDS = 6.0
KNOWN_AFTER_SECONDS = 1.0
"""How long before a message an answer must have been given to count as known to the bot."""


class Crowd:
    """People who answer, change their minds and withdraw, and the history of it."""

    def __init__(self, scene: Scene, message_id: int, chance: random.Random) -> None:
        self._scene = scene
        self._message_id = message_id
        self._chance = chance
        self.history: dict[int, list[tuple[float, bool]]] = {person: [(0.0, False)] for person in scene.people}

    async def act(self) -> None:
        """Have somebody do something."""
        person = self._chance.choice(self._scene.people[:-1])
        held = self._scene.true_answers(self._message_id).get(person, set())
        if held and self._chance.random() < 0.6:
            await self._scene.unreact(self._message_id, person, emoji=self._chance.choice(sorted(held)))
        else:
            await self._scene.react(self._message_id, person, emoji=self._chance.choice(ANSWERS))
        has_answered = person in self._scene.true_answers(self._message_id)
        self.history[person].append((time.time(), has_answered))

    def was_answered_throughout(self, person: int, start: float, end: float) -> bool:
        """Tell whether somebody's answer stood during the whole span."""
        before = [answered for at, answered in self.history[person] if at <= start]
        within = [answered for at, answered in self.history[person] if start < at <= end]
        return before[-1] and all(within)


async def storm(scene: Scene, crowd: Crowd, chance: random.Random) -> int:
    """Kill and start the bot again and again while the crowd acts; return how many kills there were."""
    kills = 0
    end = time.monotonic() + STORM_SECONDS
    next_kill = time.monotonic() + chance.uniform(0.2, 2.0)
    while time.monotonic() < end:
        await crowd.act()
        await asyncio.sleep(chance.uniform(0.02, 0.15))
        if time.monotonic() >= next_kill:
            await scene.kill()
            kills += 1
            await asyncio.sleep(chance.uniform(0.0, 0.5))
            scene.bot = scene.new_bot()
            await scene.bot.start()
            next_kill = time.monotonic() + chance.uniform(0.3, 3.0)
    return kills


def check_reminders(scene: Scene, crowd: Crowd) -> None:
    """Hold every ping against the truth: nobody twice by one reminder, nobody who had answered, nothing unlogged."""
    posts = {post.message_id: post for post in scene.reminders()}
    logged = scene.rows("SELECT message_id, scheduled_at FROM reminder_log WHERE status = 'sent'")
    assert sorted(posts) == sorted(message_id for message_id, _ in logged)
    by_reminder: dict[str, list[int]] = {}
    for message_id, scheduled_at in logged:
        by_reminder.setdefault(scheduled_at, []).extend(posts[message_id].pinged_user_ids)
    for pinged in by_reminder.values():
        assert len(pinged) == len(set(pinged))
    for post in posts.values():
        for person in post.pinged_user_ids:
            assert not crowd.was_answered_throughout(person, post.at - KNOWN_AFTER_SECONDS, post.at)


@pytest.mark.parametrize("seed", [1])
async def test_kills_at_random_moments_lose_and_repeat_nothing(scene: Scene, seed: int) -> None:
    chance = random.Random(seed)
    message_id = await scene.watch("1s")
    crowd = Crowd(scene, message_id, chance)
    kills = await storm(scene, crowd, chance)
    assert kills >= 2
    silent = scene.people[-1]
    due_again = len(scene.reminders()) + 2
    await scene.wait_reminders(due_again, timeout=20)
    assert silent in scene.reminders()[-1].pinged_user_ids
    await scene.react(message_id, *scene.people, emoji="❓")
    await scene.until(lambda: len(scene.stored_answers(message_id)) == len(scene.people), "everybody's answer")
    await scene.until(
        lambda: scene.rows("SELECT count(*) FROM reminder_log WHERE status = 'pending'") == [(0,)], "the last settling"
    )
    sent = len(scene.reminders())
    await asyncio.sleep(2.2)
    assert len(scene.reminders()) == sent, "everybody has answered"
    check_reminders(scene, crowd)
    truth = scene.true_answers(message_id)
    assert {user: emoji in truth[user] for user, emoji in scene.stored_answers(message_id).items()} == dict.fromkeys(
        truth, True
    )
    assert scene.rows("PRAGMA integrity_check") == [("ok",)]
