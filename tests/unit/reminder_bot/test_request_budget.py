"""The budget while something stalls, on a simulated clock: in no second leaves more than Discord takes."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from yarl import URL

from reminder_bot.channel_lanes import ChannelLanes
from reminder_bot.pace import REQUEST_SECONDS, REQUESTS, RequestBudget
from reminder_bot.request_gate import RequestRefusedError, single_attempt, trace_config

MESSAGES = URL("https://discord.com/api/v10/channels/1/messages")
STALL_BEGINS, STALL_ENDS = 1.06, 4.0
"""While the second 45 are between their turn and their place."""
COMMIT_SECONDS = 0.02
CONNECT_SECONDS = 0.3


class JumpingSelector(selectors.DefaultSelector):
    """Instead of waiting, moves its clock on."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        """Return what is ready now; the time it should have waited for has passed."""
        self.now += max(timeout or 0.0, 0.0)
        return super().select(0)


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop whose time passes at once whenever all wait."""

    def __init__(self) -> None:
        self.clock = JumpingSelector()
        super().__init__(self.clock)

    def time(self) -> float:
        """Return the simulated seconds since it was made."""
        return self.clock.now

    def stall(self) -> None:
        """Do nothing until the stall is over."""
        self.clock.now = max(self.clock.now, STALL_ENDS)


class Discord:
    """Where requests arrive that have passed the gate."""

    def __init__(self, loop: SimulatedLoop) -> None:
        self.loop = loop
        self.budget = RequestBudget(now=loop.time)
        self.lanes = ChannelLanes(self.budget)
        self.connects = 0
        """How many requests have still to open a connection."""
        self.arrived: list[tuple[float, int]] = []
        self.waits: list[float] = []
        """For each reminder, how long it waited from its commit until it left."""
        self._trace = trace_config(self.budget)

    async def ask(self, number: int = 0) -> float:
        """Send one request through the gate and wait for its answer; return when it left."""
        session: Any = None
        context, request = SimpleNamespace(), ("POST", MESSAGES, _NO_HEADERS)
        (pass_gate,), (leave,) = self._trace.on_request_start, self._trace.on_request_headers_sent
        await pass_gate(session, context, aiohttp.TraceRequestStartParams(*request))
        if self.connects > 0:
            self.connects -= 1
            await asyncio.sleep(CONNECT_SECONDS)
        await leave(session, context, aiohttp.TraceRequestHeadersSentParams(*request))
        left_at = self.loop.time()
        self.arrived.append((left_at, number))
        await asyncio.sleep(0.1)
        return left_at

    async def remind(self, channel_id: int, number: int, commit: Callable[[], Awaitable[None]]) -> None:
        """Post one reminder as the delivery does: a turn, the attempt on the disk, the request."""
        async with self.lanes.enter(channel_id):
            await commit()
            decided_at = self.loop.time()
            with single_attempt(lambda: True):
                self.waits.append(await self.ask(number) - decided_at)

    @property
    def most_at_once(self) -> int:
        """How many requests arrived in the fullest second."""
        times = [at for at, _number in self.arrived]
        return max(sum(at <= other < at + REQUEST_SECONDS for other in times) for at in times)


_NO_HEADERS: Any = {}


def simulate(story: Callable[[Discord], Coroutine[Any, Any, None]]) -> Discord:
    """Play a story to its end in simulated time."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, SimulatedLoop)
        discord = Discord(loop)
        runner.run(story(discord))
    return discord


async def quick_commit() -> None:
    """Write to a disk that is well."""
    await asyncio.sleep(COMMIT_SECONDS)


async def stalled_commit() -> None:
    """Write to a disk that answers nobody for some seconds."""
    now = asyncio.get_running_loop().time()
    ends = now + COMMIT_SECONDS
    await asyncio.sleep((STALL_ENDS if STALL_BEGINS <= ends < STALL_ENDS else ends) - now)


async def remind_all(discord: Discord, channels: Sequence[int], commit: Callable[[], Awaitable[None]]) -> None:
    """Have a reminder due at once in each of the channels."""
    await asyncio.gather(*(discord.remind(channel, number, commit) for number, channel in enumerate(channels)))


@pytest.mark.parametrize("stalls", ["disk", "loop"])
def test_no_second_holds_more_than_the_budget_after_a_stall(stalls: str) -> None:
    async def story(discord: Discord) -> None:
        if stalls == "loop":
            discord.loop.call_at(STALL_BEGINS, discord.loop.stall)
        await remind_all(discord, range(300), stalled_commit if stalls == "disk" else quick_commit)

    discord = simulate(story)
    assert len(discord.arrived) == 300
    assert discord.most_at_once == REQUESTS
    # It goes on at full speed: 300 take six times the budget and a rest, after the stall and what left before it.
    assert discord.loop.time() < STALL_ENDS + 6 * 1.3


def test_what_is_decided_waits_only_for_what_was_decided_before() -> None:
    quick = simulate(lambda discord: remind_all(discord, range(300), quick_commit))
    assert max(quick.waits) < 1e-6
    stalled = simulate(lambda discord: remind_all(discord, range(300), stalled_commit))
    assert max(stalled.waits) < REQUEST_SECONDS + 0.1


def test_messages_of_one_channel_stay_in_order_and_at_its_pace() -> None:
    async def story(discord: Discord) -> None:
        await remind_all(discord, [1, 2] * 12, quick_commit)

    discord = simulate(story)
    for first in (0, 1):
        mine = [(at, number) for at, number in discord.arrived if number % 2 == first]
        assert [number for _at, number in mine] == list(range(first, 24, 2))
        times = [at for at, _number in mine]
        assert max(sum(at <= other < at + 5.0 for other in times) for at in times) == 5


def test_other_requests_share_the_budget_with_reminders() -> None:
    async def story(discord: Discord) -> None:
        reads = (discord.ask() for _number in range(150))
        await asyncio.gather(remind_all(discord, range(150), stalled_commit), *reads)

    discord = simulate(story)
    assert (len(discord.arrived), discord.most_at_once) == (300, REQUESTS)


def test_a_request_that_opens_a_connection_counts_from_when_it_leaves() -> None:
    async def story(discord: Discord) -> None:
        discord.connects = REQUESTS - 5
        await remind_all(discord, range(200), quick_commit)

    assert simulate(story).most_at_once == REQUESTS


def test_an_answer_during_the_wait_for_a_place_holds_the_message_back() -> None:
    answered: list[int] = []

    async def story(discord: Discord) -> None:
        for _number in range(REQUESTS):
            await discord.budget.take()
        discord.loop.call_later(0.5, answered.append, 1)
        with pytest.raises(RequestRefusedError), single_attempt(lambda: not answered):
            await discord.ask()

    assert simulate(story).arrived == []
