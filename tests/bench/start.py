"""Row 8: from the start of the process to IDENTIFY, beyond a process that imports the libraries and no more."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.clients import BOT, client_on
from tests.bench.figures import Comparison, Figure, Line, Metrics, Setup, at, at_most
from tests.bench.filling import add_answers, event_ids, fill, many_events, prepared
from tests.bench.stage import set_stage

EVENTS, ANSWERS_EACH = 10_000, 20
IMPORTS = ("-m", "tests.bench.references.imports")


def _empty(setup: Setup) -> Metrics:
    return asyncio.run(_identified(setup.folder, prepared(setup.folder, "start-0", lambda path: fill(path, []))))


def _full(setup: Setup) -> Metrics:
    count = setup.choose(full=EVENTS, quick=EVENTS // 100)

    def make(path: Path) -> None:
        fill(path, many_events(count, guilds=10), people=ANSWERS_EACH)
        add_answers(path, event_ids(count), ANSWERS_EACH)

    return asyncio.run(_identified(setup.folder, prepared(setup.folder, f"start-{count}", make)))


async def _identified(folder: Path, database: Path) -> Metrics:
    stage = set_stage(people=10, messages=0)
    async with client_on(stage.world, BOT, folder, database) as client:
        record = client.sandbox.record
        await record.wait_until(lambda: client.is_running and record.connections, 30)
        return {"seconds": record.connections[0].connected_at - client.started_at}


def _imports(_setup: Setup) -> Metrics:
    started = time.time()
    with subprocess.Popen(
        [sys.executable, *IMPORTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert any(line.startswith("imported") for line in process.stdout)
        seconds = time.time() - started
        process.kill()
    return {"seconds": seconds}


FIGURE = Figure(
    8,
    "start",
    {"empty": _empty, "full": _full, "imports": _imports},
    (
        Line("start to IDENTIFY, no events", "s", at("empty", "seconds"), at("imports", "seconds"),
             "the libraries' imports", Comparison.EXCESS, at_most(0.15)),
        Line("start to IDENTIFY, 10,000 events", "s", at("full", "seconds"), at("imports", "seconds"),
             "the libraries' imports", Comparison.EXCESS, at_most(0.4)),
    ),
)  # fmt: skip
