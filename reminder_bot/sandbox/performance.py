"""One performance: the bot as a process of its own, the story with it, and what the page may do to both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path

from reminder_bot.sandbox.bot_process import BotProcess
from reminder_bot.sandbox.clock import SandboxClock
from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.ledger_view import LedgerView
from reminder_bot.sandbox.narration import Narration, StoryState
from reminder_bot.sandbox.replies import CommandMisuse, NoAnswer
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox
from reminder_bot.sandbox.story import EVENT, WATCH, Story, StoryError
from reminder_bot.sandbox.story_report import report

_LOOK_SECONDS = 0.4
_LOOKS = 150
"""How often the database is looked at after somebody asked for it; a page that is still open asks again."""


class Performance:
    """Keeps the bot and the story that is being played; the page's backstage."""

    def __init__(
        self,
        sandbox: Sandbox,
        seed: Seed,
        clock: SandboxClock,
        database: Path,
        log_path: Path,
        say: Callable[[str], None],
    ) -> None:
        """Prepare it in a sandbox that goes by ``clock``; the bot writes into ``database`` and ``log_path``."""
        self._sandbox = sandbox
        self._seed = seed
        self._clock = clock
        self._database = database
        self._ledger = LedgerView(database)
        self._bot = BotProcess((), {}, log_path)
        self._narration = Narration(sandbox.gateway.watchers, say)
        self._playing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._looks_left = 0
        self._is_killed = False
        self._turn = asyncio.Lock()
        clock.on_change = self._tell_clock

    @property
    def state(self) -> StoryState:
        """How far the story has come."""
        return self._narration.state

    @property
    def may_go_on(self) -> bool:
        """Whether there is something left to see: the bot runs, or somebody at the page has killed it."""
        return self._bot.is_running or self._is_killed

    def set_bot(self, command: Sequence[str], settings: Mapping[str, str]) -> None:
        """Say how the bot is started; it is set to ``settings``, but for what leads it here."""
        self._bot.command = command
        self._bot.environment = {
            **settings,
            "DISCORD_TOKEN": self._seed.token,
            "DISCORD_API_URL": self._sandbox.api_url,
            "DATABASE_PATH": str(self._database),
            "MIN_INTERVAL_SECONDS": "1",
            "SANDBOX_CLOCK_URL": self._sandbox.clock_url,
        }

    async def start_bot(self) -> None:
        """Start the bot on this sandbox."""
        await self._bot.start()
        self._is_killed = False
        self._tell_bot()
        self._keep(self._watch_bot())

    async def close(self) -> int:
        """End the story and the bot; return the bot's exit code, 0 when somebody at the page has killed it."""
        await self.stop_story()
        ended_with = await self._bot.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return 0 if self._is_killed else ended_with

    # The story

    async def play_until(self, stop: asyncio.Event) -> StoryState:
        """Play the story to its end, or until ``stop`` is set."""
        self.play_story()
        stopping = asyncio.create_task(stop.wait())
        playing = self._playing or stopping
        await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not playing.done():
            await self.stop_story()
        return self.state

    def play_story(self) -> bool:
        """Begin the story; False when it is being played."""
        if self._playing is not None and not self._playing.done():
            return False
        self._playing = asyncio.create_task(self._play())
        return True

    async def stop_story(self) -> None:
        """End the story where it is, if it is being played."""
        if self._playing is None or self._playing.done():
            return
        self._playing.cancel()
        await asyncio.gather(self._playing, return_exceptions=True)
        self._narration.end(StoryState.STOPPED, "Stopped before the end of the story.")

    async def _play(self) -> None:
        self._narration.begin()
        story = Story(self._sandbox, self._seed, self._bot, self._narration.tell)
        try:
            outcome = await story.play()
            self._narration.say(report(story, outcome, self._database))
        except StoryError as error:
            self._narration.end(StoryState.WRONG, f"The story did not come out right: {error}")
            return
        right = "\nThe story came out right: everybody was asked until they answered, and nobody else."
        self._narration.end(StoryState.RIGHT, right)

    # The page's backstage

    def shown(self) -> Payload:
        """Write it for the page."""
        parts = {"bot": self._shown_bot(), "clock": self._clock.shown(), "ledger": self._ledger.shown()}
        return {"story": self._narration.shown(), **parts}

    async def post_event(self, channel_id: int, user_id: int, interval: str) -> str | None:
        """Post an event and have the bot watch it; return what went wrong, if anything."""
        director = self._sandbox.director
        message_id = await director.post_message(channel_id, user_id, EVENT)
        options = {"message": str(message_id), "interval": interval}
        try:
            await director.command(user_id, channel_id, WATCH, options)
        except (CommandMisuse, NoAnswer):
            return "The event is posted, but the bot did not answer: nobody is reminded of it."
        return None

    async def kill_bot(self) -> None:
        """End the bot's process at once."""
        async with self._turn:
            self._is_killed = True
            await self._bot.kill()

    async def restart_bot(self) -> None:
        """Start the bot's process, after ending it in order if it runs."""
        # Two at once would start two.
        async with self._turn:
            self._is_killed = True
            await self._bot.stop()
            await self.start_bot()

    def set_speed(self, speed: int) -> None:
        """Let the calendar go faster, or at its own pace again."""
        self._clock.set_speed(speed)

    def skip_to_next_due(self) -> bool:
        """Skip the calendar to the next reminder; False when none is due."""
        due_at = self._ledger.next_due_at()
        if due_at is not None:
            self._clock.skip_to(due_at)
        return due_at is not None

    def show_ledger(self) -> None:
        """Tell what the bot's database holds whenever it has changed, for the next minute."""
        was_looking, self._looks_left = self._looks_left > 0, _LOOKS
        if not was_looking:
            self._keep(self._look())

    # How

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look(self) -> None:
        while self._looks_left > 0:
            self._looks_left -= 1
            if self._ledger.has_changed():
                self._sandbox.gateway.watchers.tell("LEDGER", self._ledger.shown())
            await asyncio.sleep(_LOOK_SECONDS)

    async def _watch_bot(self) -> None:
        await self._bot.wait()
        self._tell_bot()

    def _shown_bot(self) -> Payload:
        bot = self._bot
        return {"is_running": bot.is_running, "pid": bot.pid, "exit_code": bot.exit_code, "is_killed": self._is_killed}

    def _tell_bot(self) -> None:
        self._sandbox.gateway.watchers.tell("BOT", self._shown_bot())

    def _tell_clock(self) -> None:
        self._sandbox.gateway.watchers.tell("CLOCK", self._clock.shown())
