"""A season through a real bot process: the plan is played on a stepped clock, and judged when it is over."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from reminder_bot.sandbox.behaviour import Behaviour, RateLimits
from reminder_bot.sandbox.bot_process import BotProcess
from reminder_bot.sandbox.replies import CommandMisuse, NoAnswer
from reminder_bot.sandbox.server import Sandbox
from tests.integration.event_scenario import HeardClock
from tests.integration.scene import Scene
from tests.season.driver import Driver, SeasonStuckError
from tests.season.facts import Finding, Message, Story
from tests.season.hands import Hands
from tests.season.oracle import judge
from tests.season.plan import Plan
from tests.season.reading import read
from tests.season.stage import set_stage

BOT = (sys.executable, "-m", "tests.season.bot")
QUIET_END_SECONDS = 0.3

Tell = Callable[[str], None]


@dataclass
class SeasonScene(Scene):
    """A scene whose bot is started by another command, again and again."""

    command: Sequence[str] = BOT

    def new_bot(self) -> BotProcess:
        """Return a bot that has not been started."""
        return BotProcess(list(self.command), self.environment(), self.folder / "bot.log")


@dataclass(frozen=True)
class Outcome:
    """What came of a season."""

    findings: list[Finding]
    story: Story
    messages: list[Message]
    summary: str
    exit_code: int | None
    """What the bot ended with by itself; None while it runs."""


async def play(plan: Plan, folder: Path, command: Sequence[str] = BOT, tell: Tell = lambda _: None) -> Outcome:
    """Play a season, and judge it as far as it came."""
    began = time.monotonic()
    async with _open(plan, folder, command) as hands:
        stuck = await _play(plan, hands, tell)
        driver = hands.driver
        driver.story.over = driver.now
        messages = read(driver.scene.sandbox.record.posts, driver.story.events)
        findings = [*stuck, *judge(driver.story, messages)]
        waited = ", ".join(f"{what} {seconds:.1f} s" for what, seconds in driver.waited.items())
        text = f"{driver.steps} steps, {len(messages)} messages, {time.monotonic() - began:.0f} s ({waited})"
        return Outcome(findings, driver.story, messages, text, driver.scene.bot.exit_code)


async def _play(plan: Plan, hands: Hands, tell: Tell) -> list[Finding]:
    driver = hands.driver
    try:
        await driver.start()
        for at, acts in groupby(plan.acts, key=lambda act: act.at):
            await driver.go_to(at)
            for act in acts:
                await driver.timed(str(act.what), hands.do(act))
            await driver.timed("looking", driver.look())
            tell(f"{at:%a %d %b %H:%M}")
        await driver.go_to(plan.ends)
        await asyncio.sleep(QUIET_END_SECONDS)
    except (SeasonStuckError, NoAnswer, CommandMisuse, AssertionError, TimeoutError) as error:
        return [Finding("stuck", f"{driver.now:%a %d %b %H:%M} UTC: {type(error).__name__}: {error}")]
    return []


@asynccontextmanager
async def _open(plan: Plan, folder: Path, command: Sequence[str]) -> AsyncIterator[Hands]:
    clock, story = HeardClock(plan.scale.begins.timestamp()), Story()
    stage = set_stage(plan, story, clock.now)
    sandbox = Sandbox(stage.seed.world, behaviour=Behaviour(rate_limits=RateLimits.off()))
    sandbox.keep_time(clock)
    async with sandbox:
        scene = SeasonScene(sandbox, stage.seed, folder, {"SANDBOX_CLOCK_URL": sandbox.clock_url}, command=command)
        try:
            yield Hands(plan, stage, Driver(scene, clock, story))
        finally:
            await scene.kill()
