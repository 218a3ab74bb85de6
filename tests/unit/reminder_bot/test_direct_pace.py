"""Direct messages to a crowd: never more new people within ten minutes than is allowed, whatever happens meanwhile."""

import asyncio

import pytest

from reminder_bot.direct_pace import NEW_PEOPLE, NEW_PEOPLE_SECONDS, DirectPace
from reminder_bot.sandbox.anti_spam import AntiSpam
from reminder_bot.sandbox.behaviour import DirectLimits

CROWD = range(45)


@pytest.mark.parametrize("servers", [1, 2])
@pytest.mark.parametrize("refused", [None, 0, 7])
async def test_crowd_is_written_to_slowly_from_two_servers_and_after_a_rest(
    monkeypatch: pytest.MonkeyPatch, servers: int, refused: int | None
) -> None:
    time, left = 0.0, dict[int, float]()
    switch = asyncio.sleep

    async def sleep(seconds: float) -> None:
        nonlocal time
        time += seconds
        await switch(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    pace = DirectPace(lambda: time)

    guard = AntiSpam(DirectLimits(), lambda: time)

    async def write(user_id: int) -> None:
        await pace.take(user_id)
        guard.check(1, user_id)
        guard.note_contact(1, user_id)
        left.setdefault(user_id, time)
        if len(left) - 1 == refused:
            pace.rest()

    await asyncio.gather(*(write(user_id) for _server in range(servers) for user_id in CROWD))
    assert left.keys() == set(CROWD)
    moments = left.values()
    # One more: somebody's place in the ten minutes comes seconds before their turn.
    assert max(sum(at <= other < at + NEW_PEOPLE_SECONDS for other in moments) for at in moments) <= NEW_PEOPLE + 1


async def test_a_new_process_goes_on_where_the_last_one_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    time = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal time
        time += seconds

    monkeypatch.setattr(asyncio, "sleep", sleep)
    pace = DirectPace(lambda: time)
    pace.recall({user_id: 60.0 - user_id for user_id in range(NEW_PEOPLE)})
    await pace.take(0)
    assert time < 1, "who was written to is not new"
    await pace.take(NEW_PEOPLE)
    assert time >= NEW_PEOPLE_SECONDS - 60


async def test_nobody_waits_for_a_turn_while_the_bot_is_flagged() -> None:
    time = 0.0
    pace = DirectPace(lambda: time)
    assert await pace.take(1)
    pace.rest(is_flagged=True)
    assert [await pace.take(user_id) for user_id in (1, 2)] == [False, False]
    time = 901.0
    assert await pace.take(2)
