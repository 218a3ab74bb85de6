"""The sign of life: asked for when the last one is old, shared by who waits for it, believed for a moment only."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from reminder_bot.liveness import GatewayLiveness
from tests.fakes import FakeClock
from utils.errors import TransientDiscordError

GUILD, BOT = 100, 9


@dataclass
class Gateway:
    """Stands for the client and its one guild; answers when ``gate`` is open."""

    questions: list[list[int]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    unavailable: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    me: Any = field(default_factory=lambda: SimpleNamespace(id=BOT))

    def get_guild(self, guild_id: int) -> "Gateway | None":
        return self if guild_id == GUILD else None

    async def query_members(self, *, user_ids: list[int]) -> list[Any]:
        self.questions.append(user_ids)
        await self.gate.wait()
        if self.errors:
            raise self.errors.pop(0)
        return []


@pytest.fixture
def gateway() -> Gateway:
    gateway = Gateway()
    gateway.gate.set()
    return gateway


def liveness(gateway: Gateway, clock: FakeClock) -> GatewayLiveness:
    return GatewayLiveness(gateway, clock)  # type: ignore[arg-type]  # what it needs of a client


async def test_one_question_serves_a_moment_and_is_believed_for_five(gateway: Gateway) -> None:
    clock = FakeClock()
    alive = liveness(gateway, clock)
    believed = [alive.is_recent]
    await alive.prove(GUILD)
    clock.advance(milliseconds=600)
    await alive.prove(GUILD)
    assert gateway.questions == [[BOT]]
    for milliseconds in (4400, 1):
        clock.advance(milliseconds=milliseconds)
        believed.append(alive.is_recent)
    await alive.prove(GUILD)
    believed.append(alive.is_recent)
    assert believed == [False, True, False, True]
    assert len(gateway.questions) == 2


async def test_everybody_who_waits_shares_one_answer(gateway: Gateway) -> None:
    gateway.gate.clear()
    alive = liveness(gateway, FakeClock())
    waiting = [asyncio.create_task(alive.prove(GUILD)) for _ in range(5)]
    while not gateway.questions:
        await asyncio.sleep(0)
    waiting[0].cancel()
    gateway.gate.set()
    await asyncio.gather(*waiting[1:])
    assert len(gateway.questions) == 1


async def test_answer_proves_the_moment_of_the_question_not_of_the_answer(gateway: Gateway) -> None:
    clock = FakeClock()
    gateway.gate.clear()
    alive = liveness(gateway, clock)
    asking = asyncio.create_task(alive.prove(GUILD))
    while not gateway.questions:
        await asyncio.sleep(0)
    clock.advance(seconds=6)
    gateway.gate.set()
    await asking
    assert not alive.is_recent


async def test_clock_that_is_set_back_proves_nothing(gateway: Gateway) -> None:
    clock = FakeClock()
    alive = liveness(gateway, clock)
    await alive.prove(GUILD)
    clock.advance(hours=-2)
    assert not alive.is_recent
    await alive.prove(GUILD)
    assert alive.is_recent


async def test_question_that_was_lost_with_its_connection_is_asked_once_more(gateway: Gateway) -> None:
    alive = liveness(gateway, FakeClock())
    gateway.errors = [TimeoutError()]
    await alive.prove(GUILD)
    assert (len(gateway.questions), alive.is_recent) == (2, True)


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ([TimeoutError(), TimeoutError()], "no sign of life"),
        ([ConnectionResetError("closing transport")], "could not be reached"),
    ],
    ids=repr,
)
async def test_no_answer_proves_nothing_and_the_next_caller_asks_again(
    gateway: Gateway, errors: list[Exception], words: str
) -> None:
    alive = liveness(gateway, FakeClock())
    gateway.errors = errors
    with pytest.raises(TransientDiscordError, match=words):
        await alive.prove(GUILD)
    await alive.prove(GUILD)
    assert alive.is_recent


async def test_server_that_is_not_there_is_not_asked(gateway: Gateway) -> None:
    alive = liveness(gateway, FakeClock())
    gateway.unavailable = True
    for guild_id in (GUILD, GUILD + 1):
        with pytest.raises(TransientDiscordError, match="not available"):
            await alive.prove(guild_id)
    assert gateway.questions == []
