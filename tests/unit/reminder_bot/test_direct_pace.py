"""Direct messages to a crowd: never more new people within ten minutes than is allowed, whatever happens meanwhile."""

import asyncio

import pytest

from reminder_bot.direct_pace import NEW_PEOPLE, NEW_PEOPLE_SECONDS, DirectPace

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

    async def write(user_id: int) -> None:
        await pace.take(user_id)
        left.setdefault(user_id, time)
        if len(left) - 1 == refused:
            pace.rest()

    await asyncio.gather(*(write(user_id) for _server in range(servers) for user_id in CROWD))
    assert left.keys() == set(CROWD)
    moments = left.values()
    # One more: somebody's place in the ten minutes comes seconds before their turn.
    assert max(sum(at <= other < at + NEW_PEOPLE_SECONDS for other in moments) for at in moments) <= NEW_PEOPLE + 1
