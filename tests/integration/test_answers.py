"""Any sequence of answers, through cuts, kills and restarts: what is stored at the end is what Discord shows."""

import asyncio
import json
import random
from collections.abc import Sequence

import pytest

from reminder_bot.sandbox.faults import Side
from tests.integration.scene import ANSWERS, Scene

STEPS = 70
PEOPLE = 5
OTHER = "🎉"
"""An emoji that is no answer."""


class Crowd:
    """A few people who react at random, to one message or another; the same seed gives the same sequence."""

    def __init__(self, scene: Scene, message_ids: Sequence[int], seed: int) -> None:
        self._scene = scene
        self._message_ids = message_ids
        self._random = random.Random(seed)

    async def act(self, steps: int) -> None:
        """Do so many things."""
        for _ in range(steps):
            await self._act_once()

    async def _act_once(self) -> None:
        director = self._scene.sandbox.director
        message_id = self._random.choice(self._message_ids)
        person = self._random.choice(self._scene.people[:PEOPLE])
        emoji = self._random.choice((*ANSWERS, *ANSWERS, OTHER))
        match self._random.choices(("add", "remove", "clear emoji", "clear"), (60, 30, 7, 3))[0]:
            case "add":
                await director.react(message_id, person, emoji)
            case "remove":
                await director.unreact(message_id, person, emoji)
            case "clear emoji":
                await director.clear_reactions(message_id, emoji)
            case _:
                await director.clear_reactions(message_id)


def differences(scene: Scene, message_id: int) -> list[str]:
    """Say where stored answers differ from who holds what on the message."""
    truth = scene.true_answers(message_id)
    rows = scene.rows("SELECT user_id, emoji, held FROM reaction WHERE event_id = ?", message_id)
    stored = {user_id: (emoji, set(json.loads(held))) for user_id, emoji, held in rows}
    wrong = [f"{user_id} holds nothing, stored {stored[user_id]}" for user_id in stored.keys() - truth.keys()]
    wrong += [f"{user_id} holds {truth[user_id]}, nothing stored" for user_id in truth.keys() - stored.keys()]
    for user_id in stored.keys() & truth.keys():
        emoji, held = stored[user_id]
        if held != truth[user_id] or emoji not in held:
            wrong.append(f"{user_id} holds {truth[user_id]}, stored {emoji} of {held}")
    return wrong


async def settle(scene: Scene, message_ids: Sequence[int]) -> None:
    """Wait until nothing differs, and fail with what still does."""

    def all_differences() -> list[str]:
        return [line for message_id in message_ids for line in differences(scene, message_id)]

    try:
        await scene.until(lambda: not all_differences(), "agreement", timeout=15)
    except AssertionError as error:
        raise AssertionError(f"stored answers differ from Discord's: {all_differences()}\n{error}") from None


@pytest.mark.parametrize("seed", [1, 20261])
async def test_stored_answers_equal_discords_after_cuts_kills_and_restarts(scene: Scene, seed: int) -> None:
    events = [await scene.watch("1h"), await scene.watch("1h")]
    crowd, gateway = Crowd(scene, events, seed), scene.sandbox.gateway
    await crowd.act(STEPS)
    await settle(scene, events)

    await gateway.cut(resumable=True)
    await crowd.act(STEPS)
    await gateway.wait_connected(timeout=15)
    await crowd.act(STEPS)
    await settle(scene, events)

    # Killed in the middle of a storm, and again while it reads what it missed.
    await crowd.act(STEPS)
    await scene.kill()
    await crowd.act(STEPS)
    await scene.restart()
    await crowd.act(STEPS)
    await scene.kill()
    await crowd.act(STEPS)
    await scene.restart()
    await crowd.act(STEPS)
    await settle(scene, events)
    assert any(scene.stored_answers(message_id) for message_id in events), "nothing was compared"


async def test_stored_answers_equal_discords_after_a_session_that_cannot_be_resumed(scene: Scene) -> None:
    events = [await scene.watch("1h"), await scene.watch("1h")]
    crowd = Crowd(scene, events, 5)
    await crowd.act(STEPS)
    connections = len(scene.sandbox.record.connections)
    await scene.sandbox.gateway.invalidate(resumable=False)
    await crowd.act(STEPS)
    await scene.sandbox.record.wait_until(lambda: len(scene.sandbox.record.connections) > connections, timeout=15)
    assert not scene.sandbox.record.connections[-1].is_resume
    await crowd.act(STEPS)
    await settle(scene, events)


async def test_what_arrives_while_the_answers_are_read_wins_over_what_was_read(scene: Scene) -> None:
    event, (stays, leaves, comes, *_) = await scene.watch("1h"), scene.people
    await scene.kill()
    await scene.react(event, stays, leaves)
    path = rf"/channels/\d+/messages/{event}/reactions/.*"
    hold = scene.sandbox.faults.hold("GET", path, side=Side.AFTER)
    await scene.restart()
    await hold.reached()
    await scene.unreact(event, leaves)
    await scene.react(event, comes)
    await scene.until(lambda: comes in scene.stored_answers(event), "storing what arrives")
    hold.release()
    await scene.until(lambda: stays in scene.stored_answers(event), "the reading")
    assert scene.stored_answers(event) == {stays: "✅", comes: "✅"}


async def test_latest_of_several_is_the_answer_and_what_is_left_when_it_is_taken_away(scene: Scene) -> None:
    event, (one, two, *_) = await scene.watch("1h"), scene.people
    other_bot = scene.sandbox.world.add_user("Other Bot", is_bot=True)
    scene.sandbox.world.add_member(scene.seed.guild_id, other_bot.id)
    for emoji in ("✅", "❓", "❌"):
        await scene.react(event, one, two, other_bot.id, emoji=emoji)
    await scene.until(lambda: scene.stored_answers(event) == {one: "❌", two: "❌"}, "the latest")
    await scene.kill()
    await scene.unreact(event, two, emoji="❌")
    await scene.restart()
    # The stored one stays while it is held; without it, the first of those still held in the event's order.
    await scene.until(lambda: scene.stored_answers(event) == {one: "❌", two: "✅"}, "reading what was missed")
    await scene.unreact(event, one, emoji="❌")
    await scene.sandbox.director.clear_reactions(event, "✅")
    await scene.until(lambda: scene.stored_answers(event) == {one: "❓", two: "❓"}, "the one that is left")
    await scene.sandbox.director.clear_reactions(event)
    await scene.until(lambda: scene.stored_answers(event) == {}, "none")


async def test_404_page_of_a_proxy_is_no_proof_that_a_message_is_gone(scene: Scene) -> None:
    event = await scene.watch("1h")
    await scene.kill()
    path = rf"/channels/\d+/messages/{event}"
    fault = scene.sandbox.faults.status("GET", path, 404, body="<html>Not found</html>", times=None)
    await scene.restart()
    await scene.until(lambda: fault.hits > 0, "the read")
    fault.remove()
    await asyncio.sleep(0.5)
    assert scene.rows("SELECT state FROM event WHERE message_id = ?", event) == [("active",)]
