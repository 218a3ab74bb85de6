"""Faults: which requests they strike, how often, and what is held."""

import asyncio

import pytest

from reminder_bot.sandbox.faults import ConnectionDropped, FaultRequest, Faults

POST = FaultRequest("POST", "/channels/1/messages", {"content": "hi"})


def test_a_fault_strikes_as_often_as_it_is_told() -> None:
    faults = Faults()
    fault = faults.reset("POST", r"/channels/\d+/messages", times=2)
    assert [len(faults.take(POST)) for _ in range(3)] == [1, 1, 0]
    assert fault.hits == 2


def test_a_fault_without_a_number_strikes_for_ever_until_removed() -> None:
    faults = Faults()
    fault = faults.reset("POST", ".*", times=None)
    assert all(faults.take(POST) for _ in range(50))
    fault.remove()
    assert faults.take(POST) == []


@pytest.mark.parametrize(("method", "path"), [("GET", ".*"), ("POST", "/channels"), ("POST", "messages")])
def test_a_fault_leaves_other_requests_alone(method: str, path: str) -> None:
    faults = Faults()
    faults.reset(method, path)
    assert faults.take(POST) == []


def test_a_predicate_narrows_a_fault() -> None:
    faults = Faults()
    faults.reset("POST", ".*", when=lambda request: request.body["content"] == "other")
    assert faults.take(POST) == []


async def test_what_is_held_goes_on_when_released() -> None:
    hold = Faults().hold("POST", ".*")
    strike = asyncio.create_task(hold.strike())
    await hold.reached()
    assert not strike.done()
    hold.release()
    assert await strike is None


async def test_what_is_held_is_cut_when_dropped() -> None:
    hold = Faults().hold("POST", ".*")
    strike = asyncio.create_task(hold.strike())
    await hold.reached()
    hold.drop()
    with pytest.raises(ConnectionDropped):
        await strike


async def test_clearing_the_faults_drops_what_is_held() -> None:
    faults = Faults()
    strike = asyncio.create_task(faults.hold("POST", ".*").strike())
    await asyncio.sleep(0)
    faults.clear()
    with pytest.raises(ConnectionDropped):
        await strike
