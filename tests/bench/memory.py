"""Row 9: resident memory when the bot rests: idle, with many events, and with a guild of many people."""

import asyncio
import subprocess
import sys
from pathlib import Path

from tests.bench.clients import ALONE, BOT, OBSERVED_BOT, client_on
from tests.bench.figures import Arm, Comparison, Figure, Line, Metrics, Setup, at, at_most, growth
from tests.bench.filling import StoredEvent, fill
from tests.bench.process_stats import peak_mb, resident_mb
from tests.bench.stage import Stage, set_stage
from tests.bench.start import IMPORTS

EVENTS, PEOPLE, FEW = 10_000, 50_000, 20
CACHE_TOLERANCE_MB = 2.0
"""What two processes that hold the same differ by from run to run."""


def _client(module: tuple[str, ...], *, events: int = 0, people: int = FEW) -> Arm:
    def run(setup: Setup) -> Metrics:
        few_events, few_people = setup.choose(full=(events, people), quick=(events // 200, min(people, 2 * FEW)))
        stage = set_stage(people=few_people, messages=few_events, channels=50)
        return asyncio.run(_resting(setup.folder, stage, module))

    return run


async def _resting(folder: Path, stage: Stage, module: tuple[str, ...]) -> Metrics:
    for old in folder.glob("memory.db*"):
        old.unlink()
    stored: list[StoredEvent] = stage.stored(stage.messages)
    fill(folder / "memory.db", stored)
    async with client_on(stage.world, module, folder, folder / "memory.db") as client:
        await client.ready()
        return {"resident_mb": resident_mb(client.process.pid), "peak_mb": peak_mb(client.process.pid)}


def _imports(_setup: Setup) -> Metrics:
    with subprocess.Popen(
        [sys.executable, *IMPORTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert any(line.startswith("imported") for line in process.stdout)
        found = resident_mb(process.pid)
        process.kill()
    return {"resident_mb": found}


def _lines() -> tuple[Line, ...]:
    bot, alone = at("bot", "resident_mb"), at("alone", "resident_mb")
    events = at("bot_events", "resident_mb")
    return (
        Line("memory idle", "MB", bot, at("imports", "resident_mb"), "the libraries", Comparison.EXCESS,
             at_most(15.0)),
        Line("memory idle", "MB", bot, alone, "discord.py alone", Comparison.EXCESS),
        Line("memory with 10,000 events", "MB", events, bot, "idle", Comparison.EXCESS, at_most(10.0)),
        Line("memory with 10,000 events, at its peak", "MB", at("bot_events", "peak_mb"), bot, "idle",
             Comparison.EXCESS),
        Line("memory that 50,000 members add", "MB", growth(at("bot_members", "resident_mb"), bot),
             growth(at("alone_members", "resident_mb"), alone), "discord.py alone", Comparison.EXCESS,
             at_most(CACHE_TOLERANCE_MB)),
    )  # fmt: skip


FIGURE = Figure(
    9,
    "memory",
    {
        "bot": _client(BOT),
        "alone": _client(ALONE),
        "imports": _imports,
        "bot_events": _client(OBSERVED_BOT, events=EVENTS),
        "bot_members": _client(BOT, people=PEOPLE),
        "alone_members": _client(ALONE, people=PEOPLE),
    },
    _lines(),
)
