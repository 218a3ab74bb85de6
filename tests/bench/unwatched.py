"""Row 4: the same storm on messages that nobody watches, beside discord.py alone."""

import asyncio

from tests.bench.clients import BOT, client_on
from tests.bench.figures import Comparison, Figure, Line, Metrics, Setup, at, at_most
from tests.bench.frames import draw_storm
from tests.bench.storm import MESSAGES, frame_count, storm_cost, storm_on_client_alone, storm_stage, watched_database


def _bot(setup: Setup) -> Metrics:
    return asyncio.run(_storm_beside(setup))


async def _storm_beside(setup: Setup) -> Metrics:
    stage = storm_stage(setup)
    database = watched_database(setup, stage)
    storm = draw_storm(stage.world, stage.messages[MESSAGES:], stage.people, frame_count(setup))
    async with client_on(stage.world, BOT, setup.folder, database) as client:
        await client.ready()
        return await storm_cost(client, storm)


def _alone(setup: Setup) -> Metrics:
    return asyncio.run(storm_on_client_alone(setup))


FIGURE = Figure(
    4,
    "unwatched",
    {"bot": _bot, "alone": _alone},
    (
        Line("CPU per unwatched frame", "µs", at("bot", "cpu_us"), at("alone", "cpu_us"), "discord.py alone",
             Comparison.RATIO, at_most(1.1)),
        Line("unwatched frames", "/s", at("bot", "per_second"), at("alone", "per_second"), "discord.py alone",
             Comparison.RATIO),
    ),
)  # fmt: skip
