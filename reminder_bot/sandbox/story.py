"""The story that `make run` plays without a token: one event, eleven people, and the bot doing its whole job.

The people act at their own moments; every reminder is held against what the sandbox itself knows of their answers.
"""

import asyncio
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from reminder_bot.sandbox.bot_process import BotProcess
from reminder_bot.sandbox.record import Post
from reminder_bot.sandbox.replies import NoAnswer
from reminder_bot.sandbox.seed import Seed
from reminder_bot.sandbox.server import Sandbox

INTERVAL_SECONDS = 3
START_SECONDS = 30.0
ANSWERS = ("✅", "❌", "❓")
WATCH = "watch"
"""The command that the story, alone in the sandbox, knows by its name."""
EVENT = "Raid night, Friday 20:30 🐉\nMolten Halls. Bring potions. ✅ I come, ❌ I do not, ❓ not sure yet."


def sentences(text: str, now: float) -> list[str]:
    """Return a message's text sentence by sentence, Discord's time marks as a terminal can show them.

    ``now`` is in seconds since 1970.
    """
    plain = re.sub(r"<t:(\d+):R>", lambda mark: f"in {max(math.ceil(int(mark[1]) - now), 0)} seconds", text)
    return [
        sentence for line in plain.splitlines() for sentence in re.split(r"(?<=[.!?])\s+", line.strip()) if sentence
    ]


class StoryError(Exception):
    """The story did not come out right; the text says how."""


@dataclass(slots=True)
class Reminder:
    """One reminder as it happened: the post, and who was missing when it came."""

    post: Post
    expected: frozenset[int]

    @property
    def is_right(self) -> bool:
        """Whether exactly those who were missing were pinged, each once."""
        pinged = self.post.pinged_user_ids
        return len(pinged) == len(set(pinged)) and frozenset(pinged) == self.expected


@dataclass(slots=True)
class Outcome:
    """What is left when the story is over."""

    message_id: int
    reminders: list[Reminder] = field(default_factory=list)
    answers: dict[int, str | None] = field(default_factory=dict)


class Story:
    """Directs the people of a seeded sandbox, and watches what the bot does."""

    def __init__(self, sandbox: Sandbox, seed: Seed, bot: BotProcess, tell: Callable[[str], None]) -> None:
        self._sandbox = sandbox
        self._seed = seed
        self._bot = bot
        self._tell = tell
        self._reminders: list[Reminder] = []
        self._message_id = 0

    async def play(self) -> Outcome:
        """Play from the bot's start to the silence after the last answer, in about 20 seconds.

        Raises:
            StoryError: the bot did not do what it should.
        """
        await self._wait_for_bot()
        await self._watch()
        people = self._seed.member_ids
        await self._say_and_react((people[1], "✅"), (people[2], "❌"))
        await self._reminder(1)
        await self._say_and_react((people[3], "❓"), (people[4], "✅"))
        await self._change_mind(people[1], "✅", "❌")
        await self._reminder(2)
        await self._withdraw(people[2], "❌")
        await self._say_and_react((people[5], "✅"), (people[6], "❌"))
        await self._reminder(3)
        await self._say_and_react(*((person, "✅") for person in people[7:]))
        await self._reminder(4)
        await self._say_and_react((people[2], "❓"))
        await self._silence()
        return Outcome(self._message_id, self._reminders, {person: self.answer_of(person) for person in people})

    def name(self, user_id: int) -> str:
        """Return how a person is called in the guild."""
        return self._sandbox.world.member(self._seed.guild_id, user_id).display_name

    def answer_of(self, user_id: int) -> str | None:
        """Return what the sandbox knows a person to hold on the event's message."""
        message = self._sandbox.world.message(self._message_id)
        return next((emoji for emoji in ANSWERS if user_id in message.reaction_users(emoji)), None)

    async def _wait_for_bot(self) -> None:
        if not self._sandbox.gateway.connected:
            self._tell("the bot starts and connects")
        waiting = asyncio.create_task(self._sandbox.director.wait_for_commands(WATCH, "status", timeout=START_SECONDS))
        while not waiting.done():
            await asyncio.wait({waiting}, timeout=0.2)
            if not self._bot.is_running:
                waiting.cancel()
                raise StoryError(f"the bot ended while it started:\n{self._bot.last_lines()}")
        try:
            await waiting
            await self._sandbox.gateway.wait_connected(timeout=START_SECONDS)
        except TimeoutError as error:
            raise StoryError(f"the bot did not connect in time:\n{self._bot.last_lines()}") from error

    async def _watch(self) -> None:
        director, organiser = self._sandbox.director, self._seed.organiser_id
        self._message_id = await director.post_message(self._seed.channel_id, organiser, EVENT)
        self._tell(f"{self.name(organiser)} posts an event: “{EVENT.splitlines()[0]}”")
        await director.react(self._message_id, organiser, "✅")
        self._tell(f"{self.name(organiser)} answers ✅ herself, before anything is watched")
        options = {"message": str(self._message_id), "interval": f"{INTERVAL_SECONDS}s"}
        self._tell(f"{self.name(organiser)} runs /watch with an interval of {INTERVAL_SECONDS} seconds")
        try:
            reply = await director.command(organiser, self._seed.channel_id, WATCH, options, timeout=10.0)
        except NoAnswer as error:
            raise StoryError(f"/watch got no answer:\n{self._bot.last_lines()}") from error
        answer = [f"  {sentence}" for sentence in sentences(reply.text, time.time())]
        self._tell("\n".join(["the bot answers her alone:", *answer]))

    async def _say_and_react(self, *answers: tuple[int, str]) -> None:
        for user_id, emoji in answers:
            await asyncio.sleep(0.2)
            await self._sandbox.director.react(self._message_id, user_id, emoji)
            self._tell(f"{self.name(user_id)} answers {emoji}")

    async def _change_mind(self, user_id: int, before: str, after: str) -> None:
        await asyncio.sleep(0.2)
        await self._sandbox.director.react(self._message_id, user_id, after)
        await self._sandbox.director.unreact(self._message_id, user_id, before)
        self._tell(f"{self.name(user_id)} changes their mind: {before} → {after}")

    async def _withdraw(self, user_id: int, emoji: str) -> None:
        await asyncio.sleep(0.2)
        await self._sandbox.director.unreact(self._message_id, user_id, emoji)
        self._tell(f"{self.name(user_id)} takes their {emoji} back")

    async def _reminder(self, number: int) -> None:
        try:
            await self._sandbox.record.wait_until(lambda: len(self._posts()) >= number, timeout=INTERVAL_SECONDS * 3)
        except TimeoutError as error:
            raise StoryError(f"reminder {number} did not come:\n{self._bot.last_lines()}") from error
        reminder = Reminder(self._posts()[number - 1], self._missing())
        self._reminders.append(reminder)
        names = ", ".join(self.name(user_id) for user_id in reminder.post.pinged_user_ids)
        self._tell(f"reminder {number} pings {len(reminder.post.pinged_user_ids)}: {names}")
        if not reminder.is_right:
            expected = ", ".join(self.name(user_id) for user_id in sorted(reminder.expected))
            raise StoryError(f"reminder {number} should have pinged: {expected}")

    async def _silence(self) -> None:
        self._tell("everybody has answered; two intervals pass without a reminder")
        await asyncio.sleep(INTERVAL_SECONDS * 2)
        extra = len(self._posts()) - len(self._reminders)
        if extra:
            raise StoryError(f"{extra} more reminder(s) came after everybody had answered")

    def _posts(self) -> list[Post]:
        # Somebody at the page may have posted events of their own.
        posts = self._sandbox.record.posts_in(self._seed.channel_id)
        return [post for post in posts if post.reference_id == self._message_id]

    def _missing(self) -> frozenset[int]:
        return frozenset(person for person in self._seed.member_ids if self.answer_of(person) is None)
