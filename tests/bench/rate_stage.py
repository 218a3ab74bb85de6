"""The worlds in which requests are counted: a calendar that can be skipped, and every event in a channel of its own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from reminder_bot.sandbox.behaviour import RateLimits
from reminder_bot.sandbox.clock import SandboxClock
from reminder_bot.sandbox.messages import Message, Reaction, ReactionEmoji
from reminder_bot.sandbox.seed import SANDBOX_TOKEN
from reminder_bot.sandbox.world import World
from tests.bench.clients import Client, client_on
from tests.bench.filling import EMOJIS, StoredEvent, fill

LONG_INTERVAL_MINUTES = 60 * 24 * 30.0


@dataclass(frozen=True, slots=True)
class RateStage:
    """A world with its clock, its guilds, and messages, the first guild's first."""

    clock: SandboxClock
    world: World
    bot_id: int
    people: tuple[tuple[int, ...], ...]
    """The people of each guild, its owner first."""

    messages: tuple[Message, ...]
    dues: dict[int, float] = field(default_factory=dict)
    """When each watched message's reminder falls due, in seconds since 1970; who has none is not watched."""

    @property
    def watched(self) -> list[Message]:
        """The messages that are watched from the start."""
        return [message for message in self.messages if message.id in self.dues]

    def client(
        self, module: tuple[str, ...], folder: Path, *, limits: RateLimits | None = None
    ) -> AbstractAsyncContextManager[Client]:
        """Start a client that watches the messages with a due time; the database is made when there is none."""
        return _client(self, module, folder, limits)

    def answer(self, message: Message, user_ids: Sequence[int], emoji: str) -> None:
        """Have people react before any client is there."""
        reaction = message.reactions.setdefault(emoji, Reaction(ReactionEmoji.parse(emoji)))
        reaction.user_ids |= dict.fromkeys(user_ids)


def set_rate_stage(*, guilds: int, people: int, events: int) -> RateStage:
    """Make guilds of people, so many events in each, the bot's own reactions under all of them."""
    clock = SandboxClock()
    world = World(clock.now)
    bot = world.add_bot(SANDBOX_TOKEN)
    crowds, messages = [], []
    for number in range(guilds):
        owner = world.add_user(f"Owner {number}")
        guild = world.add_guild(f"Guild {number}", owner_id=owner.id)
        world.add_member(guild.id, bot.id)
        crowds.append((owner.id, *world.add_members(guild.id, people - 1)))
        for place in range(events):
            channel = world.add_channel(guild.id, f"event-{place}")
            messages.append(world.add_message(channel.id, owner.id, f"Event {place}"))
    stage = RateStage(clock, world, bot.id, tuple(crowds), tuple(messages))
    for message in messages:
        for emoji in EMOJIS:
            stage.answer(message, [bot.id], emoji)
    return stage


@asynccontextmanager
async def _client(
    stage: RateStage, module: tuple[str, ...], folder: Path, limits: RateLimits | None
) -> AsyncIterator[Client]:
    database = folder / "rate.db"
    if not database.exists():
        fill(database, [_stored(stage, message) for message in stage.watched])
    watched = " ".join(f"{message.channel_id}-{message.id}" for message in stage.watched)
    async with client_on(
        stage.world, module, folder, database, limits=limits, clock=stage.clock, settings={"WATCHED": watched}
    ) as client:
        yield client


def _stored(stage: RateStage, message: Message) -> StoredEvent:
    assert message.guild_id is not None
    due = datetime.fromtimestamp(stage.dues[message.id], UTC)
    return StoredEvent(message.id, message.channel_id, message.guild_id, due, LONG_INTERVAL_MINUTES)
