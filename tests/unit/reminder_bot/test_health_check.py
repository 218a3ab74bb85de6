"""Well means: logged in, the gateway not down for long, and a store that answers."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from reminder_bot import health_check, pulse
from reminder_bot.health_check import LONGEST_OFFLINE_SECONDS, HealthCheck
from reminder_bot.pulse import Pulse
from tests.unit.reminder_bot.conftest import House


class Gateway(Pulse):
    """A pulse that says what it is told to."""

    offline: float | None = 0.0

    def __init__(self) -> None:
        super().__init__(lambda: True)

    @property
    def offline_seconds(self) -> float | None:
        """What it was told."""
        return self.offline


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
async def check(house: House, gateway: Gateway) -> AsyncIterator[HealthCheck]:
    check = HealthCheck(pulse=gateway, handle=house.handle, writer=house.writer, reader=house.reader)
    yield check
    await check.close()


@pytest.mark.parametrize(
    ("offline", "problems"),
    [
        (None, ("Discord has not been reached yet.",)),
        (0.0, ()),
        (LONGEST_OFFLINE_SECONDS, ()),
        (LONGEST_OFFLINE_SECONDS + 60, ("The connection to Discord has been down for 6 minutes.",)),
    ],
)
async def test_gateway_may_be_down_for_a_while_but_must_have_been_up(
    check: HealthCheck, gateway: Gateway, offline: float | None, problems: tuple[str, ...]
) -> None:
    gateway.offline = offline
    verdict = await check.verdict()
    assert (verdict.problems, verdict.is_well) == (problems, not problems)


async def test_database_whose_file_is_gone_is_told_without_its_path(check: HealthCheck, house: House) -> None:
    moved = house.path.with_name("moved.db")
    house.path.rename(moved)
    assert (await check.verdict()).problems == ("The database cannot be used; the log says more.",)
    moved.rename(house.path)
    assert (await check.verdict()).is_well


@pytest.mark.parametrize("thread", ["writer", "reader"])
async def test_store_that_does_not_answer_is_told_and_not_asked_again_and_again(
    check: HealthCheck, house: House, monkeypatch: pytest.MonkeyPatch, thread: str
) -> None:
    monkeypatch.setattr(health_check, "PROBE_SECONDS", 0.05)
    held = threading.Event()
    waiting = asyncio.create_task(getattr(house, thread).run(held.wait, 5))
    await asyncio.sleep(0)
    for _ in range(3):
        assert (await check.verdict()).problems == ("The database does not answer.",)
    assert house.writer.queue_depth <= 2
    held.set()
    await waiting
    assert (await check.verdict()).is_well


async def test_full_disk_is_told(check: HealthCheck, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.writer, "_is_failing", True)
    assert (await check.verdict()).problems == ("The database cannot be written.",)


async def test_looking_writes_nothing(check: HealthCheck, house: House) -> None:
    before = house.writer.commit_times.count
    await check.verdict()
    assert house.writer.commit_times.count == before


async def test_pulse_notes_how_late_it_is_and_since_when_the_gateway_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "INTERVAL_SECONDS", 0.01)
    online = [False]
    beat = Pulse(lambda: online[0])
    beat.start()
    await asyncio.sleep(0.05)
    never = beat.offline_seconds
    online[0] = True
    await asyncio.sleep(0.05)
    up = beat.offline_seconds
    online[0] = False
    await asyncio.sleep(0.05)
    down = beat.offline_seconds
    assert (never, up) == (None, 0.0)
    assert down is not None
    assert 0.03 < down < 1
    before = beat.delays.sum
    threading.Event().wait(0.1)
    await asyncio.sleep(0.02)
    assert beat.delays.sum - before > 0.08
    beat.stop()
    count = beat.delays.count
    await asyncio.sleep(0.03)
    assert beat.delays.count == count
