"""One bot for a whole module of command tests, and for each test a guild of its own that the bot is invited to."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reminder_bot.sandbox.behaviour import Behaviour, RateLimits
from reminder_bot.sandbox.entities import ChannelType, Overwrite, OverwriteKind, Payload
from reminder_bot.sandbox.faults import FaultRequest
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.record import Post
from reminder_bot.sandbox.replies import InteractionReply
from reminder_bot.sandbox.seed import seed_world
from reminder_bot.sandbox.server import Sandbox
from tests.integration.scene import Scene

PATIENCE_SECONDS = 10
ANSWER_WITHIN_SECONDS = 3
MENU = "Watch this message"
MEMBER_MENU = "What has this member answered?"
_CALLBACK_WITH_MESSAGE = (4, 7)


@dataclass(frozen=True)
class Event:
    """An event as the database has it."""

    interval_minutes: float
    is_paused: bool
    next_reminder_at: str | None
    state: str
    state_reason: str | None
    title: str


@dataclass
class Stage:
    """A sandbox, one bot in it, and everything the bot has answered that might ping."""

    scene: Scene
    loud: list[Payload] = field(default_factory=list)

    @property
    def sandbox(self) -> Sandbox:
        """The sandbox."""
        return self.scene.sandbox

    @property
    def app_owner_id(self) -> int:
        """Who owns the bot's application."""
        return self.sandbox.world.applications[self.scene.seed.bot_id].owner_id

    def overhear(self) -> None:
        """Note every answer to an interaction that does not forbid all mentions, from now on."""
        for method in ("POST", "PATCH"):
            self.sandbox.faults.status(method, r"/(interactions|webhooks)/.*", 500, times=None, when=self._is_never)

    @asynccontextmanager
    async def home(self, name: str = "Home", locale: str = "en-US") -> AsyncIterator["Home"]:
        """Invite the bot to a new guild, and check at the end that it answered nobody aloud there."""
        home = Home.build(self, name)
        self.sandbox.world.guild(home.guild_id).preferred_locale = locale
        await self.sandbox.director.invite_bot(home.guild_id, self.scene.seed.bot_id)
        known = "SELECT 1 FROM guild WHERE guild_id = ?"
        await self.until(lambda: bool(self.scene.rows(known, home.guild_id)), "the bot's joining")
        yield home
        # No event may wake up in another test.
        await self.sandbox.director.kick_bot(home.guild_id, self.scene.seed.bot_id)
        assert self.loud == [], "answers that might ping"

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for something, and say what did not happen."""
        try:
            await self.sandbox.record.wait_until(condition, timeout=PATIENCE_SECONDS)
        except TimeoutError as error:
            raise AssertionError(f"{what} did not happen:\n{self.scene.log()}") from error

    def _is_never(self, request: FaultRequest) -> bool:
        body = request.body if isinstance(request.body, dict) else {}
        if "data" in body and body.get("type") not in _CALLBACK_WITH_MESSAGE:
            return False
        message = body.get("data", body)
        allowed = message.get("allowed_mentions")
        if message.get("content") and (allowed is None or any(allowed.values())):
            self.loud.append(body)
        return False


@dataclass
class Home:
    """A guild with an owner, an organiser by permission, and three members without rights."""

    stage: Stage
    guild_id: int
    channel_id: int
    owner_id: int
    organiser_id: int
    member_ids: list[int]

    @classmethod
    def build(cls, stage: Stage, name: str) -> "Home":
        """Make the guild; the bot is not in it yet."""
        world = stage.sandbox.world
        guild = world.add_guild(name)
        role = world.add_role(guild.id, "Event Team", Permission.MANAGE_EVENTS)
        organiser = world.add_user("Olga")
        world.add_member(guild.id, organiser.id, roles=[role.id])
        members = world.add_members(guild.id, 3)
        channel = world.add_channel(guild.id, "plans")
        return cls(stage, guild.id, channel.id, guild.owner_id, organiser.id, members)

    @property
    def sandbox(self) -> Sandbox:
        """The sandbox."""
        return self.stage.sandbox

    @property
    def bot_id(self) -> int:
        """The bot."""
        return self.stage.scene.seed.bot_id

    @property
    def people(self) -> list[int]:
        """Everybody but the bot."""
        return [self.owner_id, self.organiser_id, *self.member_ids]

    # What people do

    async def run(
        self, name: str, by: int | None = None, channel_id: int | None = None, **options: Any
    ) -> InteractionReply:
        """Run a slash command as the organiser or somebody else; the answer is for them only, and in time."""
        director = self.sandbox.director
        caller, place = by or self.organiser_id, channel_id or self.channel_id
        return private(await director.command(caller, place, name, options, timeout=PATIENCE_SECONDS))

    async def menu(self, message_id: int, by: int | None = None, name: str = MENU) -> InteractionReply:
        """Use a command of the message's menu."""
        caller = by or self.organiser_id
        reply = await self.sandbox.director.context_menu(caller, name, message_id, timeout=PATIENCE_SECONDS)
        return private(reply)

    async def member_menu(
        self, person: int, by: int | None = None, channel_id: int | None = None, name: str = MEMBER_MENU
    ) -> InteractionReply:
        """Use a command of a member's menu."""
        caller, place = by or self.organiser_id, channel_id or self.channel_id
        return private(await self.sandbox.director.member_menu(caller, place, name, person, timeout=PATIENCE_SECONDS))

    async def choose(self, reply: InteractionReply, value: int, by: int | None = None) -> InteractionReply:
        """Choose from the select under an answer."""
        caller = by or self.organiser_id
        return private(await self.sandbox.director.select(caller, reply, None, [str(value)], timeout=PATIENCE_SECONDS))

    async def suggestions(
        self, name: str, option: str, text: str, by: int | None = None, channel_id: int | None = None
    ) -> list[str]:
        """Return the texts suggested for what somebody types; both what is shown and what is sent fit Discord."""
        caller, place = by or self.organiser_id, channel_id or self.channel_id
        choices = await self.sandbox.director.autocomplete(caller, place, name, {option: text}, option)
        return [choice.name for choice in choices]

    async def post(self, text: str = "Raid night", channel_id: int | None = None, by: int | None = None) -> int:
        """Write a message."""
        return await self.sandbox.director.post_message(channel_id or self.channel_id, by or self.organiser_id, text)

    async def watched(self, text: str = "Raid night", interval: str = "1h", channel_id: int | None = None) -> int:
        """Write a message and watch it by its link; return its id."""
        message_id = await self.post(text, channel_id)
        reply = await self.run("watch", message=self.link(message_id), interval=interval)
        assert "Watching." in reply.text, reply.text
        return message_id

    async def react(self, message_id: int, user_ids: Iterable[int], emoji: str = "✅") -> None:
        """Have people answer, and wait until the bot has stored it."""
        wanted = list(user_ids)
        for user_id in wanted:
            await self.sandbox.director.react(message_id, user_id, emoji)
        await self.until(lambda: set(wanted) <= set(self.answers(message_id)), "storing the answers")

    async def block(self, message_id: int) -> None:
        """Take the bot's right to send in an event's channel away, and let it find out by a reminder."""
        channel_id = self.sandbox.world.message(message_id).channel_id
        await self.sandbox.director.edit_overwrite(
            channel_id, self.bot_id, deny=int(Permission.SEND_MESSAGES), kind=OverwriteKind.MEMBER
        )
        await self.remind(message_id)
        await self.until(lambda: self.stored(message_id).state == "blocked", "the block")

    async def remind(self, message_id: int) -> InteractionReply:
        """Have an event reminded about; after a change of the bot's access its answers are read again first."""
        reply = await self.run("remind", event=str(message_id))
        while "still being read" in reply.text:
            await asyncio.sleep(0.2)
            reply = await self.run("remind", event=str(message_id))
        return reply

    async def close_channel(self, channel_id: int, *user_ids: int) -> None:
        """Hide a channel from some people; the bot may be one of them."""
        for user_id in user_ids:
            await self.sandbox.director.edit_overwrite(
                channel_id, user_id, deny=int(Permission.VIEW_CHANNEL), kind=OverwriteKind.MEMBER
            )

    async def new_channel(
        self, name: str = "other", kind: ChannelType = ChannelType.TEXT, hidden_from: Iterable[int] = ()
    ) -> int:
        """Make a channel that some cannot see."""
        deny = int(Permission.VIEW_CHANNEL)
        overwrites = [Overwrite(user_id, OverwriteKind.MEMBER, deny=deny) for user_id in hidden_from]
        return await self.sandbox.director.create_channel(self.guild_id, name, kind, overwrites=overwrites)

    # What can be seen of it

    def link(self, message_id: int) -> str:
        """Return a message's link."""
        message = self.sandbox.world.message(message_id)
        return f"https://discord.com/channels/{message.guild_id}/{message.channel_id}/{message_id}"

    def event(self, message_id: int) -> Event | None:
        """Return an event as it is stored, or None."""
        columns = "interval_minutes, is_paused, next_reminder_at, state, state_reason, title"
        rows = self.stage.scene.rows(f"SELECT {columns} FROM event WHERE message_id = ?", message_id)
        return Event(rows[0][0], bool(rows[0][1]), *rows[0][2:]) if rows else None

    def stored(self, message_id: int) -> Event:
        """Return an event that must be there."""
        event = self.event(message_id)
        assert event is not None
        return event

    def answers(self, message_id: int) -> dict[int, str]:
        """Return who has answered what, by the database."""
        return self.stage.scene.stored_answers(message_id)

    def reminders(self, channel_id: int | None = None) -> list[Post]:
        """Return the reminders in a channel."""
        return self.sandbox.record.posts_in(channel_id or self.channel_id)

    async def wait_reminders(self, count: int = 1, channel_id: int | None = None) -> list[Post]:
        """Wait until so many reminders are in a channel, and return them."""
        await self.until(lambda: len(self.reminders(channel_id)) >= count, f"reminder {count}")
        return self.reminders(channel_id)

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for something, and say what did not happen."""
        await self.stage.until(condition, what)


def private(reply: InteractionReply) -> InteractionReply:
    """Return an answer after checking that only its caller sees it, that it came in time, and that it says something.

    Discord ends an interaction without a first answer after 3 seconds.
    """
    assert reply.ephemeral, reply.text
    assert reply.elapsed_seconds < ANSWER_WITHIN_SECONDS
    assert reply.text or any(message.text for message in reply.follow_ups())
    return reply


def everything(reply: InteractionReply) -> str:
    """Return all that a person can read after using the bot: the answer and what followed it."""
    return "\n".join([reply.text, *(message.text for message in reply.follow_ups())])


@asynccontextmanager
async def open_stage(folder: Path, **settings: str) -> AsyncIterator[Stage]:
    """Run a sandbox and one bot with these settings; end both afterwards."""
    seed = seed_world()
    async with Sandbox(seed.world, behaviour=Behaviour(rate_limits=RateLimits.off())) as sandbox:
        stage = Stage(Scene(sandbox, seed, folder, settings=settings))
        stage.overhear()
        try:
            await stage.scene.start()
            yield stage
        finally:
            await stage.scene.kill()


async def soon() -> None:
    """Give something that must not happen the time to happen."""
    await asyncio.sleep(0.5)
