"""One run: the stage, the bot, the storm, the quiet after it, and the verdict."""

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reminder_bot.sandbox.behaviour import Behaviour
from reminder_bot.sandbox.seed import SANDBOX_TOKEN
from reminder_bot.sandbox.server import Sandbox
from tests.chaos.collection import collect
from tests.chaos.crowd import Crowd
from tests.chaos.facts import Evidence, Finding, Held, Ledger
from tests.chaos.havoc import Havoc
from tests.chaos.keeper import Keeper
from tests.chaos.ledger import find_damage, is_settled, read_ledger
from tests.chaos.oracle import judge
from tests.chaos.plan import Plan
from tests.chaos.stage import StagedEvent, set_stage
from tests.chaos.truth import Truth

ROOT = Path(__file__).resolve().parents[2]
SETTLE_SECONDS = 13.0
"""Longer than the longest interval and the tolerance, so that every event is held to one more reminder."""
LAST_SECONDS = 5.0
"""How long the bot may take to end its reminders when everybody has answered."""
START_SECONDS = 20.0
PROGRESS_SECONDS = 15.0
WATCHERS = 10

Say = Callable[[str], None]


class StageError(Exception):
    """The run could not begin: this says nothing of the bot's promises."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run."""

    plan: Plan
    evidence: Evidence
    findings: list[Finding]
    havoc: Havoc
    kills: int
    acts: int
    truth: Truth


async def run(plan: Plan, folder: Path, bot: list[str], say: Say) -> Outcome:
    """Play a plan in a folder with the bot that a command starts."""
    stage = set_stage(plan)
    async with Sandbox(stage.world, behaviour=Behaviour()) as sandbox:
        truth = Truth(sandbox, stage)
        truth.begin()
        keeper = Keeper([sys.executable, "-m", *bot], _environment(sandbox, folder), folder, truth)
        havoc, crowd = Havoc(plan, stage, truth, keeper), Crowd(stage, truth)
        await keeper.start()
        try:
            await _watch_everything(truth, keeper)
            say(f"{len(stage.events)} events are watched; the storm begins")
            await _storm(plan, truth, keeper, havoc, crowd, say)
            say("the storm is over; waiting for what is still under way")
            quiet, held_quiet, ledger = await _settle(truth, keeper, crowd)
        finally:
            # A suspended process would not hear of its end.
            keeper.bot.go_on()
        await keeper.terminate()
        ledger.damage = find_damage(keeper.database)
        evidence = collect(truth, quiet, held_quiet, ledger)
        return Outcome(plan, evidence, judge(evidence), havoc, keeper.kills, crowd.acts, truth)


def _environment(sandbox: Sandbox, folder: Path) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": SANDBOX_TOKEN,
        "DISCORD_API_URL": sandbox.api_url,
        "DATABASE_PATH": str(folder / "bot.db"),
        "MIN_INTERVAL_SECONDS": "1",
        "PYTHONPATH": str(ROOT),
    }


async def _watch_everything(truth: Truth, keeper: Keeper) -> None:
    places = asyncio.Semaphore(WATCHERS)
    try:
        await truth.sandbox.director.wait_for_commands("watch", timeout=START_SECONDS)
        await truth.sandbox.gateway.wait_connected(timeout=START_SECONDS)
        await asyncio.gather(*(_watch(truth, event, number, places) for number, event in enumerate(truth.stage.events)))
    except (TimeoutError, StageError) as error:
        raise StageError(f"{type(error).__name__} {error}\n{keeper.bot.last_lines()}") from error


async def _watch(truth: Truth, event: StagedEvent, number: int, places: asyncio.Semaphore) -> None:
    organiser = truth.stage.guilds[event.guild].people[number % 3]
    options = {"message": str(event.event_id), "interval": f"{event.interval}s"}
    async with places:
        reply = await truth.sandbox.director.command(organiser, event.channel_id, "watch", options, timeout=10)
        if "Watching" not in reply.text:
            raise StageError(f"/watch was answered with: {reply.text}")
        truth.watched[event.event_id] = truth.sandbox.now()


async def _storm(plan: Plan, truth: Truth, keeper: Keeper, havoc: Havoc, crowd: Crowd, say: Say) -> None:
    begin = time.monotonic()
    watching = asyncio.create_task(keeper.watch_over())
    telling = asyncio.create_task(_tell(plan, truth, keeper, crowd, say))
    striking = asyncio.create_task(_strike(plan, havoc, begin))
    try:
        for act in sorted(plan.acts, key=lambda act: act.at):
            await asyncio.sleep(max(0.0, begin + act.at - time.monotonic()))
            await crowd.perform(act)
        await striking
    finally:
        for task in (watching, telling, striking):
            task.cancel()
        await asyncio.gather(watching, telling, striking, return_exceptions=True)


async def _strike(plan: Plan, havoc: Havoc, begin: float) -> None:
    """Begin each fault in its time, and return when all are over."""
    async with asyncio.TaskGroup() as group:
        for fault in plan.faults:
            await asyncio.sleep(max(0.0, begin + fault.at - time.monotonic()))
            strike: Coroutine[Any, Any, None] = havoc.strike(fault)
            group.create_task(strike)


async def _tell(plan: Plan, truth: Truth, keeper: Keeper, crowd: Crowd, say: Say) -> None:
    begin = time.monotonic()
    while True:
        await asyncio.sleep(PROGRESS_SECONDS)
        posts = sum(not post.is_repeat for post in truth.sandbox.record.posts)
        passed = time.monotonic() - begin
        say(f"{passed:5.0f} of {plan.seconds:.0f} s: {crowd.acts} acts, {keeper.kills} kills, {posts} reminders posted")


async def _settle(truth: Truth, keeper: Keeper, crowd: Crowd) -> tuple[Ledger, Held, Ledger]:
    """Let the time pass in which everything has to come right, then have everybody answer, and wait for quiet."""
    await asyncio.sleep(SETTLE_SECONDS)
    quiet, held = read_ledger(keeper.database), truth.held_everywhere()
    await crowd.answer_everything()
    end = time.monotonic() + LAST_SECONDS
    while not is_settled(keeper.database) and time.monotonic() < end:
        await asyncio.sleep(0.05)
    return quiet, held, read_ledger(keeper.database)
