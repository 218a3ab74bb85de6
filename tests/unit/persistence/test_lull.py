"""When the writer begins: what it waits for, and what it does not."""

import asyncio
import time

from persistence.lull import LONGEST_SECONDS, Lull


async def test_what_the_loop_goes_on_adding_is_waited_for() -> None:
    queue = [0]
    lull = Lull(asyncio.get_running_loop(), enough=1_000)
    waiting = asyncio.create_task(asyncio.to_thread(lull.wait, lambda: len(queue), lambda: False))
    for number in range(5):
        # A turn so long that the thread gets the interpreter's lock in it.
        time.sleep(0.01)
        assert not waiting.done()
        queue.append(number)
        await asyncio.sleep(0)
    await asyncio.wait_for(waiting, LONGEST_SECONDS)


async def test_loop_that_does_not_come_to_rest_is_not_waited_for_long() -> None:
    lull = Lull(asyncio.get_running_loop(), enough=1_000)
    started = time.perf_counter()
    waiting = asyncio.create_task(asyncio.to_thread(lull.wait, lambda: 1, lambda: False))
    while not waiting.done():
        time.sleep(0.005)
        await asyncio.sleep(0)
    assert LONGEST_SECONDS <= time.perf_counter() - started < 20 * LONGEST_SECONDS


def test_nothing_more_something_urgent_and_enough_do_not_ask_the_loop() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    # A closed loop would raise if it were asked.
    lull = Lull(loop, enough=10)
    lull.wait(lambda: 0, lambda: False)
    lull.wait(lambda: 5, lambda: True)
    lull.wait(lambda: 10, lambda: False)
