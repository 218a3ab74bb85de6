"""The guild that the storms, starts and memory figures play in."""

from collections.abc import Sequence
from dataclasses import dataclass

from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.seed import SANDBOX_TOKEN
from reminder_bot.sandbox.world import World
from tests.bench.filling import StoredEvent


@dataclass(frozen=True, slots=True)
class Stage:
    """A world with one guild, and what is in it."""

    world: World
    guild_id: int
    people: tuple[int, ...]
    messages: tuple[Message, ...]

    def stored(self, messages: Sequence[Message], **fields: bool) -> list[StoredEvent]:
        """Return the events with which messages are watched, their reminders far off."""
        return [
            StoredEvent(message.id, message.channel_id, self.guild_id, **fields)  # type: ignore[arg-type]
            for message in messages
        ]


def set_stage(*, people: int, messages: int, channels: int = 5) -> Stage:
    """Make a guild of people with messages in a few channels; the bot is in it, and nobody has reacted."""
    world = World()
    bot = world.add_bot(SANDBOX_TOKEN)
    owner = world.add_user("Owner")
    guild = world.add_guild("Storm", owner_id=owner.id)
    world.add_member(guild.id, bot.id)
    members = world.add_members(guild.id, people)
    places = [world.add_channel(guild.id, f"events-{number}").id for number in range(channels)]
    posted = [world.add_message(places[n % channels], owner.id, f"Event {n}") for n in range(messages)]
    return Stage(world, guild.id, tuple(members), tuple(posted))
