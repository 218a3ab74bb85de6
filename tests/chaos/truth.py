"""What is true, written down as it changes: who has answered, who can see what, what went wrong when."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from reminder_bot.sandbox.entities import ChannelType
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.server import Sandbox
from tests.chaos.delivery import Mark
from tests.chaos.facts import Held, Interval
from tests.chaos.plan import ANSWERS
from tests.chaos.stage import Stage

Noted = list[tuple[Mark, bool]]


@dataclass(frozen=True, slots=True)
class Window:
    """A fault that lasted; the bot needs ``recovery`` seconds afterwards. ``events`` None means all."""

    kind: str
    start: float
    end: float
    events: frozenset[int] | None
    recovery: float = 0.0
    is_permission: bool = False


@dataclass(slots=True)
class Truth:
    """The history of a run."""

    sandbox: Sandbox
    stage: Stage
    watched: dict[int, float] = field(default_factory=dict)
    ended: dict[int, Mark] = field(default_factory=dict)
    answered: dict[tuple[int, int], Noted] = field(default_factory=dict)
    sees: dict[tuple[int, int], Noted] = field(default_factory=dict)
    regained: dict[int, list[Mark]] = field(default_factory=dict)
    stops: list[Interval] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Note how things stand before anything happens."""
        mark = Mark(float("-inf"), None, 0)
        for guild in self.stage.guilds:
            self.note_sight(guild.guild_id, self.stage.world.guild(guild.guild_id).members, mark)

    def position(self) -> tuple[str, int] | None:
        """Return where the gateway's events stand; `mark` needs it from before an act."""
        return self.sandbox.gateway.position(self.stage.bot_id)

    def mark(self, before: tuple[str, int] | None) -> Mark:
        """Return the mark of an act just done."""
        now, after = self.sandbox.now(), self.position()
        return Mark(now, None, 0) if after is None or after == before else Mark(now, *after)

    def note_answers(self, event_id: int, user_ids: Iterable[int], mark: Mark) -> None:
        """Note who of some people holds an answer now."""
        held = self.held(event_id)
        for user_id in user_ids:
            _note(self.answered.setdefault((event_id, user_id), []), mark, value=user_id in held, before=False)

    def note_sight(self, guild_id: int, user_ids: Iterable[int], mark: Mark) -> None:
        """Note which of the guild's event channels some people can see now."""
        people = list(user_ids)
        for channel_id in {e.channel_id for e in self.stage.events if self._guild_id(e.guild) == guild_id}:
            if channel_id in self.stage.world.channels:
                for user_id in people:
                    value = self._can_see(user_id, channel_id)
                    _note(self.sees.setdefault((channel_id, user_id), []), mark, value=value, before=None)

    def held(self, event_id: int) -> dict[int, frozenset[str]]:
        """Return which answers each person holds on an event's message now, bots aside."""
        message = self.stage.world.message(event_id)
        found: dict[int, set[str]] = {}
        for emoji in ANSWERS:
            for user_id in message.reaction_users(emoji):
                if user_id not in self.stage.bots:
                    found.setdefault(user_id, set()).add(emoji)
        return {user_id: frozenset(emoji) for user_id, emoji in found.items()}

    def held_everywhere(self) -> Held:
        """Return what people hold on the message of every event that is not over."""
        return {event.event_id: self.held(event.event_id) for event in self.stage.events if self.exists(event.event_id)}

    def exists(self, event_id: int) -> bool:
        """Whether an event's message is still there."""
        return event_id not in self.ended

    def _guild_id(self, number: int) -> int:
        return self.stage.guilds[number].guild_id

    def _can_see(self, user_id: int, channel_id: int) -> bool:
        world = self.stage.world
        channel = world.channel(channel_id)
        if channel.kind is ChannelType.PRIVATE_THREAD and user_id not in channel.thread_member_ids:
            return False
        return Permission.VIEW_CHANNEL in world.permissions(user_id, channel_id)


def _note(noted: Noted, mark: Mark, *, value: bool, before: bool | None) -> None:
    last = noted[-1][1] if noted else before
    if value is not last:
        noted.append((mark, value))
