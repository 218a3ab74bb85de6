"""What is kept in memory for speed, held against the same story without it: the witnesses, and the index of events."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.records import SignalKind
from persistence import events
from reminder_bot import attention
from reminder_bot.event_index import EventIndex
from tests.unit.reminder_bot.conftest import ANSWERS, EVENT, GUILD, House
from utils.errors import UserError

PEOPLE = (1, 2, 3)
Step = tuple[Any, ...]

steps = st.lists(
    st.one_of(
        st.tuples(st.just("react"), st.sampled_from(PEOPLE), st.sampled_from(ANSWERS)),
        st.tuples(st.just("unreact"), st.sampled_from(PEOPLE), st.sampled_from(ANSWERS)),
        st.tuples(st.just("people"), st.frozensets(st.sampled_from(PEOPLE))),
        st.sampled_from([("pause",), ("resume",), ("watch",), ("unwatch",), ("restart",), ("settle",)]),
    ),
    max_size=12,
)
quick = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


async def _take(house: House, step: Step) -> None:
    match step:
        case "react" | "unreact", user_id, emoji:
            await house.react(user_id, emoji, SignalKind.ADD if step[0] == "react" else SignalKind.REMOVE)
        case "people", people:
            house.audience.people = people
            house.manager._attention.mark(GUILD, EVENT)
        case ("pause",):
            await house.manager.pause(GUILD, EVENT, by=1)
        case ("resume",):
            await house.manager.resume(GUILD, EVENT, by=1)
        case ("watch",):
            await house.watch()
        case ("unwatch",):
            await house.manager.unwatch(GUILD, EVENT, by=1)
        case ("restart",):
            await house.settle()
            await house.reopen()
            await house.connect()
        case _:
            await house.settle()


async def _end_of(folder: Path, story: Sequence[Step]) -> tuple[bool, bool]:
    """Play a story; return whether a reminder is waited for at its end, and whether that is right."""
    path = folder / f"{len(list(folder.iterdir()))}.db"
    house = House(path)
    house.audience.people = frozenset(PEOPLE)
    await house.open()
    try:
        await house.connect()
        await house.watch()
        for step in story:
            # Such as pausing what is not watched any more.
            with suppress(UserError):
                await _take(house, step)
        await house.settle()
        await _assert_index_is_true(house)
        event = await house.event()
        _, missing = await house.manager.delivery.missing.tally(event)
        return event.next_reminder_at is not None, bool(missing) and event.is_running
    finally:
        await house.close()


async def _assert_index_is_true(house: House) -> None:
    fresh = EventIndex()
    fresh.load(await house.reader.run(events.list_tracked))
    assert list(house.manager.index) == list(fresh)
    assert house.manager.index.counts == fresh.counts


@quick
@given(story=steps)
@example(story=[("react", 1, "✅"), ("settle",), ("people", frozenset({1}))])
@example(story=[("people", frozenset({1})), ("react", 1, "✅"), ("settle",), ("people", frozenset({1, 2}))])
def test_witness_changes_nothing_but_the_cost(
    story: list[Step], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attention, "SETTLE_SECONDS", 0.001)
    folder = tmp_path_factory.mktemp("story")
    is_armed, is_right = asyncio.run(_end_of(folder, story))
    assert is_armed == is_right

    async def never(*_: object) -> bool:
        return False

    with monkeypatch.context() as patch:
        patch.setattr(attention.Attention, "_has_witness", never)
        assert asyncio.run(_end_of(folder, story)) == (is_armed, is_right)
