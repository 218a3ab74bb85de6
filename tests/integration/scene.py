"""A sandbox, the bot as a process, and what a test may do to both."""

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reminder_bot.sandbox.bot_process import BotProcess
from reminder_bot.sandbox.record import Post
from reminder_bot.sandbox.replies import InteractionReply
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox

ANSWERS = ("✅", "❌", "❓")


@dataclass
class Scene:
    """One sandbox and one bot on one database file."""

    sandbox: Sandbox
    seed: Seed
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    bot: BotProcess = field(init=False)

    def __post_init__(self) -> None:
        self.bot = self.new_bot()

    @property
    def database(self) -> Path:
        """The bot's database file."""
        return self.folder / "bot.db"

    @property
    def people(self) -> tuple[int, ...]:
        """The eleven people, the organiser first."""
        return tuple(self.seed.member_ids)

    def environment(self) -> Mapping[str, str]:
        """Return what the bot is started with."""
        return {
            "DISCORD_TOKEN": self.seed.token,
            "DISCORD_API_URL": self.sandbox.api_url,
            "DATABASE_PATH": str(self.database),
            "MIN_INTERVAL_SECONDS": "1",
            # Compiling the project anew at each start would cost the tests a third of their time.
            "PYTHONDONTWRITEBYTECODE": "",
            **self.settings,
        }

    def new_bot(self) -> BotProcess:
        """Return a bot that has not been started."""
        return BotProcess([sys.executable, "-m", "reminder_bot", "run"], self.environment(), self.folder / "bot.log")

    async def start(self) -> None:
        """Start the bot and wait until its commands are there and it is connected."""
        await self.bot.start()
        try:
            await self.sandbox.director.wait_for_commands("watch", "status", timeout=20)
            await self.sandbox.gateway.wait_connected(timeout=20)
        except TimeoutError as error:
            raise AssertionError(f"the bot did not start:\n{self.log()}") from error

    async def restart(self) -> None:
        """Start a new process on the same file, after a stop or a kill."""
        before = len(self.sandbox.record.connections)
        self.bot = self.new_bot()
        await self.bot.start()
        await self.sandbox.record.wait_until(lambda: len(self.sandbox.record.connections) > before, timeout=20)

    async def kill(self) -> None:
        """Kill the bot without a warning."""
        await self.bot.kill()

    def log(self) -> str:
        """Return the end of the bot's log."""
        return self.bot.last_lines(60)

    async def post_event(self, text: str = "Raid night\nBring potions.") -> int:
        """Have the organiser post an event message."""
        return await self.sandbox.director.post_message(self.seed.channel_id, self.seed.organiser_id, text)

    async def run(self, name: str, user_id: int | None = None, **options: Any) -> InteractionReply:
        """Run a slash command as the organiser, or somebody else, in the event channel."""
        caller = self.seed.organiser_id if user_id is None else user_id
        return await self.sandbox.director.command(caller, self.seed.channel_id, name, options, timeout=10)

    async def watch(self, interval: str = "2s", text: str = "Raid night\nBring potions.") -> int:
        """Post an event and watch it; return its message id."""
        message_id = await self.post_event(text)
        reply = await self.run("watch", message=str(message_id), interval=interval)
        assert "Raid" in reply.text or text[:4] in reply.text, reply.text
        return message_id

    async def react(self, message_id: int, *user_ids: int, emoji: str = "✅") -> None:
        """Have people answer."""
        for user_id in user_ids:
            await self.sandbox.director.react(message_id, user_id, emoji)

    async def unreact(self, message_id: int, *user_ids: int, emoji: str = "✅") -> None:
        """Have people withdraw."""
        for user_id in user_ids:
            await self.sandbox.director.unreact(message_id, user_id, emoji)

    def reminders(self) -> list[Post]:
        """Return the reminder messages in the event channel, repeats of a nonce not counted."""
        return self.sandbox.record.posts_in(self.seed.channel_id)

    async def wait_reminders(self, count: int, timeout: float = 12) -> list[Post]:
        """Wait until there are so many reminder messages, and return them."""
        try:
            await self.sandbox.record.wait_until(lambda: len(self.reminders()) >= count, timeout=timeout)
        except TimeoutError as error:
            raise AssertionError(f"{len(self.reminders())} of {count} reminders came:\n{self.log()}") from error
        return self.reminders()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the database, as it is on the disk."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()

    def stored_answers(self, message_id: int) -> dict[int, str]:
        """Return who has answered what, by the database."""
        return dict(self.rows("SELECT user_id, emoji FROM reaction WHERE event_id = ?", message_id))

    def true_answers(self, message_id: int) -> dict[int, set[str]]:
        """Return who holds what, by the sandbox."""
        message = self.sandbox.world.message(message_id)
        held: dict[int, set[str]] = {}
        for emoji in ANSWERS:
            for user_id in message.reaction_users(emoji):
                if user_id != self.seed.bot_id:
                    held.setdefault(user_id, set()).add(emoji)
        return held

    async def until(self, condition: Callable[[], bool], what: str, timeout: float = 10) -> None:
        """Wait for something to become true, and say what did not."""
        end = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"{what} did not happen:\n{self.log()}")
            await asyncio.sleep(0.05)
