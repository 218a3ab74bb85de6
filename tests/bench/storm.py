"""Row 3: a storm of reactions on watched messages through the real client, beside discord.py alone."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tests.bench.clients import ALONE, BOT, OBSERVED_BOT, Client, client_on
from tests.bench.figures import Comparison, Figure, Line, Metrics, Setup, at, at_most
from tests.bench.filling import fill
from tests.bench.frames import Storm, draw_storm, pack
from tests.bench.process_stats import cpu_seconds, forget_peak, peak_mb, resident_mb, settled_at
from tests.bench.stage import Stage, set_stage

MESSAGES, PEOPLE = 50, 1_000
STORED_SECONDS = 120.0


def frame_count(setup: Setup) -> int:
    """Return how many frames a storm has."""
    return setup.choose(full=20_000, quick=300)


def storm_stage(setup: Setup) -> Stage:
    """Return a guild with 50 messages to watch and 50 others."""
    return set_stage(people=setup.choose(full=PEOPLE, quick=20), messages=2 * MESSAGES)


def watched_database(setup: Setup, stage: Stage) -> Path:
    """Make a database in which the first half of the stage's messages is watched."""
    for old in setup.folder.glob("storm.db*"):
        old.unlink()
    fill(setup.folder / "storm.db", stage.stored(stage.messages[:MESSAGES]))
    return setup.folder / "storm.db"


async def storm_cost(client: Client, storm: Storm) -> dict[str, float]:
    """Send a storm and return what it cost the client, until it rests again."""
    pid = client.process.pid
    burst = pack(client.sandbox.gateway, storm)
    forget_peak(pid)
    memory, used, started = resident_mb(pid), cpu_seconds(pid), time.perf_counter()
    await burst.send()
    ended = await settled_at(pid)
    count = len(storm.frames)
    return {
        "cpu_us": (cpu_seconds(pid) - used) / count * 1e6,
        "per_second": count / (ended - started),
        "peak_mb": peak_mb(pid) - memory,
    }


def _bot(setup: Setup) -> Metrics:
    return asyncio.run(_storm_on_bot(setup, BOT))


def _observed(setup: Setup) -> Metrics:
    return asyncio.run(_storm_on_bot(setup, OBSERVED_BOT))


async def _storm_on_bot(setup: Setup, module: tuple[str, ...]) -> Metrics:
    stage = storm_stage(setup)
    database = watched_database(setup, stage)
    storm = draw_storm(stage.world, stage.messages[:MESSAGES], stage.people, frame_count(setup))
    async with client_on(stage.world, module, setup.folder, database) as client:
        await client.ready()
        stored = asyncio.create_task(_all_stored(database, storm))
        started = time.perf_counter()
        cost = await storm_cost(client, storm)
        durable = len(storm.frames) / (await stored - started)
        wrong = float(_wrong_answers(database, storm))
        found = {**cost, "durable_per_second": durable, "wrong": wrong}
        if module is OBSERVED_BOT:
            await client.process.stop()
            found["deepest"] = float(client.number_said("deepest"))
    return found


def _alone(setup: Setup) -> Metrics:
    return asyncio.run(storm_on_client_alone(setup))


async def storm_on_client_alone(setup: Setup) -> Metrics:
    """Send the frames to discord.py alone."""
    stage = storm_stage(setup)
    storm = draw_storm(stage.world, stage.messages[:MESSAGES], stage.people, frame_count(setup))
    async with client_on(stage.world, ALONE, setup.folder) as client:
        await client.ready()
        return await storm_cost(client, storm)


async def _all_stored(database: Path, storm: Storm) -> float:
    """Wait until the last answer is on the disk, and with it all before; return when that was seen."""
    async with asyncio.timeout(STORED_SECONDS):
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            query = "SELECT 1 FROM reaction WHERE event_id = ? AND user_id = ?"
            while connection.execute(query, storm.last).fetchone() is None:
                await asyncio.sleep(0.005)
    return time.perf_counter()


def _wrong_answers(database: Path, storm: Storm) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT event_id, user_id, emoji FROM reaction").fetchall()
    stored = {(event_id, user_id): emoji for event_id, user_id, emoji in rows}
    return len(set(stored.items()) ^ set(storm.answers.items()))


FIGURE = Figure(
    3,
    "storm",
    {"bot": _bot, "alone": _alone, "observed": _observed},
    (
        Line("CPU per watched frame", "µs", at("bot", "cpu_us"), at("alone", "cpu_us"), "discord.py alone",
             Comparison.RATIO, at_most(2.0)),
        Line("watched frames until durable", "/s", at("bot", "durable_per_second"), at("alone", "per_second"),
             "discord.py alone, parsed", Comparison.RATIO),
        Line("memory a storm takes at most", "MB", at("bot", "peak_mb"), at("alone", "peak_mb"), "discord.py alone",
             Comparison.EXCESS),
        Line("writer's queue at its longest", "", at("observed", "deepest")),
        Line("wrong answers after the storm", "", at("bot", "wrong"), bar=at_most(0)),
    ),
)  # fmt: skip
