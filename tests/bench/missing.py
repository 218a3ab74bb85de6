"""Row 7: who is missing, in a guild of many people, half of whom have answered.

The bar on the difference is for the answers: read them, subtract them. Who is asked is decided by roles and overwrites
before that; it has lines of its own, beside discord.py's own way to tell who sees a channel.
"""

import asyncio
import gc
import sqlite3
import time
from collections.abc import Awaitable, Callable, Set
from contextlib import closing
from pathlib import Path
from statistics import median

import discord

from reminder_bot.bot import ReminderBot
from reminder_bot.missing_people import tally_of
from reminder_bot.pace import RequestBudget
from tests.bench.crowd import EVENT, audience_of, crowd
from tests.bench.figures import Arm, Comparison, Figure, Line, Metrics, Setup, at, at_most
from tests.bench.filling import add_answers, event_ids, fill, many_events, prepared
from tests.bench.house import House, open_house
from tests.bench.references import raw_sqlite
from tests.bench.ticker import ticking
from tests.fakes import FakeSender
from utils.time import SystemClock

COUNTS = (2_000, 50_000)


def answered_database(setup: Setup, answers: int) -> Path:
    """Return a database with one event and so many answers to it."""

    def make(path: Path) -> None:
        fill(path, many_events(1))
        add_answers(path, event_ids(1), answers)

    return prepared(setup.folder, f"missing-{answers}", make)


def _arm(count: int) -> Arm:
    def run(setup: Setup) -> Metrics:
        people = setup.choose(full=count, quick=count // 100)
        times = setup.choose(full=7, quick=2)
        return asyncio.run(_costs(answered_database(setup, people // 2), people, times))

    return run


async def _costs(path: Path, people: int, times: int) -> Metrics:
    client = ReminderBot("http://127.0.0.1", RequestBudget())
    channel = crowd(client, people)
    # As the bot does when its members have arrived.
    gc.freeze()
    audience = audience_of(client)
    async with open_house(path, clock=SystemClock(), audience=audience, sender=FakeSender()) as house:
        tally = await _median_ms(lambda: house.manager.delivery.missing.tally(EVENT), times)
        asked = await audience.asked(EVENT)
        answers = await _median_ms(lambda: _subtract(house, asked), times)
        delay = await _loop_delay(house, times)
    with closing(raw_sqlite.connect(path)) as connection:
        bare = await _median_ms(lambda: _bare(connection, asked), times)
    seen = await _median_ms(lambda: _members_who_see(channel), 1)
    await client.close()
    gc.unfreeze()
    return {
        "tally_ms": tally, "answers_ms": answers, "loop_delay_ms": delay, "bare_ms": bare, "discord_ms": seen,
        "asked_people": float(len(asked)),
    }  # fmt: skip


async def _subtract(house: House, asked: Set[int]) -> None:
    await house.reader.run(tally_of, EVENT.guild_id, EVENT.message_id, asked)


async def _bare(connection: sqlite3.Connection, asked: Set[int]) -> Set[int]:
    return asked - raw_sqlite.answered(connection, EVENT.message_id)


async def _members_who_see(channel: discord.TextChannel) -> Set[int]:
    return {member.id for member in channel.members if not member.bot}


async def _loop_delay(house: House, times: int) -> float:
    async with ticking() as late:
        for _ in range(times):
            await house.manager.delivery.missing.tally(EVENT)
            await asyncio.sleep(0.002)
    return max(late) * 1e3


async def _median_ms(measured: Callable[[], Awaitable[object]], times: int) -> float:
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        await measured()
        seconds.append(time.perf_counter() - started)
    return median(seconds) * 1e3


def _lines() -> list[Line]:
    lines = []
    for count in COUNTS:
        arm, name = f"people_{count}", f"{count:,} members"
        lines += [
            Line(f"answers read and subtracted, {name}", "ms", at(arm, "answers_ms"), at(arm, "bare_ms"),
                 "a bare set difference", Comparison.RATIO, at_most(3.0)),
            Line(f"who is missing, all of it, {name}", "ms", at(arm, "tally_ms"), at(arm, "discord_ms"),
                 "channel.members alone", Comparison.RATIO),
            Line(f"loop delay max meanwhile, {name}", "ms", at(arm, "loop_delay_ms"), bar=at_most(10.0)),
        ]  # fmt: skip
    return lines


FIGURE = Figure(7, "missing", {f"people_{count}": _arm(count) for count in COUNTS}, tuple(_lines()))
