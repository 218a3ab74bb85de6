"""Any sequence of answers, through cuts, kills and restarts: what is stored at the end is what Discord shows."""

import json
import random
from collections.abc import Sequence

import pytest

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
