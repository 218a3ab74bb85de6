"""Row 10: a minute in which nothing happens, with 1,000 paused and 1,000 far-off events, beside discord.py alone.

Both clients rest at the same time, on sandboxes of their own. A wake-up is a voluntary context switch of any of the
process's threads.
"""

import asyncio
from pathlib import Path

from reminder_bot.reminder_scheduler import SAFETY_TICK_SECONDS
from tests.bench.clients import ALONE, OBSERVED_BOT, Client, client_on
from tests.bench.figures import Comparison, Figure, Line, Metrics, Setup, at, at_most
from tests.bench.filling import fill
from tests.bench.process_stats import cpu_seconds, wake_ups
from tests.bench.stage import set_stage

PAUSED, FAR_OFF = 1_000, 1_000
SECONDS = 60
DISCORDS_HEARTBEAT = 41.25
SETTLE_SECONDS = 10.0
"""After the last answers were read, the bot looks once more at each event that is not quiet."""
SWITCHES_A_TICK = 6
"""The timer, APScheduler's look, and two hand-overs to the reader's thread and back; a tick asks it once by now."""


def _both(setup: Setup) -> Metrics:
    paused, far_off = setup.choose(full=(PAUSED, FAR_OFF), quick=(10, 10))
    stage, empty = set_stage(people=20, messages=paused + far_off), set_stage(people=20, messages=0)
    bots, alones = _own_folder(setup, "bot"), _own_folder(setup, "alone")
    resting = stage.stored(stage.messages[:paused], is_paused=True)
    fill(bots / "idle.db", [*resting, *stage.stored(stage.messages[paused:])])

    async def run() -> Metrics:
        async with (
            client_on(stage.world, OBSERVED_BOT, bots, bots / "idle.db", heartbeat=DISCORDS_HEARTBEAT) as bot,
            client_on(empty.world, ALONE, alones, heartbeat=DISCORDS_HEARTBEAT) as alone,
        ):
            await asyncio.gather(bot.ready(), alone.ready())
            ours, theirs = await asyncio.gather(_rest(bot, setup), _rest(alone, setup))
            return {**ours, "alone_wake_ups": theirs["wake_ups"]}

    return asyncio.run(run())


async def _rest(client: Client, setup: Setup) -> Metrics:
    pid, seconds = client.process.pid, setup.choose(full=SECONDS, quick=2)
    await asyncio.sleep(setup.choose(full=SETTLE_SECONDS, quick=0.0))
    used, woken = cpu_seconds(pid), wake_ups(pid)
    await asyncio.sleep(seconds)
    return {"cpu_seconds": cpu_seconds(pid) - used, "wake_ups": float(wake_ups(pid) - woken)}


def _own_folder(setup: Setup, name: str) -> Path:
    folder = setup.folder / f"idle-{name}"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    return folder


TICKS = SECONDS // SAFETY_TICK_SECONDS

FIGURE = Figure(
    10,
    "idle",
    {"both": _both},
    (
        Line("CPU of an idle minute", "s", at("both", "cpu_seconds"), bar=at_most(0.05)),
        Line("wake-ups of an idle minute", "", at("both", "wake_ups"), at("both", "alone_wake_ups"),
             "discord.py alone: the heartbeat", Comparison.EXCESS, at_most(SWITCHES_A_TICK * TICKS)),
    ),
)  # fmt: skip
