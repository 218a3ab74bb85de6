"""Work in the background rests in proportion, and is asked to stop without delay."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from persistence import background
from persistence.background import NICENESS, Rests, give_way


@pytest.mark.parametrize(("worked", "slept"), [(0.0, 0.002), (0.01, 0.02), (9.0, 0.25)])
def test_rest_is_in_proportion_to_the_work_within_bounds(
    monkeypatch: pytest.MonkeyPatch, worked: float, slept: float
) -> None:
    now = [100.0]
    rests: list[float] = []

    class Time:
        monotonic = staticmethod(lambda: now[0])
        sleep = staticmethod(rests.append)

    monkeypatch.setattr(background, "time", Time)
    must_stop = Rests(lambda: False, share=2.0)
    now[0] += worked
    assert must_stop() is False
    assert rests == [pytest.approx(slept)]


def test_work_that_is_to_stop_does_not_rest_first() -> None:
    must_stop = Rests(lambda: True, share=100.0)
    time.sleep(0.01)
    began = time.monotonic()
    assert must_stop()
    assert time.monotonic() - began < 0.1


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="only where threads have priorities")
def test_only_the_thread_itself_gives_way() -> None:
    mine = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    with ThreadPoolExecutor(1, initializer=give_way) as thread:
        theirs = thread.submit(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())).result()
    assert theirs == max(mine, NICENESS)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == mine
