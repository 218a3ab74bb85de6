"""Which messages are watched, in memory: the guard in front of every reaction frame, O(1) and without the database."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from models.records import EventCounts, EventState, TrackedEvent
from utils.emoji import emoji_key, emoji_matcher


@dataclass(frozen=True, slots=True)
class Watched:
    """What the listeners need to know of an event; ``spellings`` are its emoji by `emoji_key`."""

    message_id: int
    channel_id: int
    guild_id: int
    is_blocked: bool
    spellings: Mapping[str, str]

    def spell(self, emoji: str) -> str | None:
        """Return the event's own spelling of an emoji, or None when it is none of its answers."""
        return self.spellings.get(emoji_key(emoji))


class EventIndex:
    """The active and blocked events by message, channel and guild."""

    def __init__(self) -> None:
        self._by_message: dict[int, Watched] = {}
        self._by_channel: dict[int, set[int]] = {}
        self._by_guild: dict[int, set[int]] = {}
        self._paused: set[int] = set()
        self._blocked: set[int] = set()

    def __len__(self) -> int:
        return len(self._by_message)

    def __iter__(self) -> Iterator[Watched]:
        return iter(tuple(self._by_message.values()))

    @property
    def counts(self) -> EventCounts:
        """How many events there are, by what they do now; nothing is counted through for it."""
        paused, blocked = len(self._paused), len(self._blocked)
        return EventCounts(active=len(self) - paused - blocked, paused=paused, blocked=blocked)

    def get(self, message_id: int) -> Watched | None:
        """Return what is watched under this message id."""
        return self._by_message.get(message_id)

    def put(self, event: TrackedEvent) -> None:
        """Follow an event as it is now: in when active or blocked, out when completed or archived."""
        self.drop(event.message_id)
        if event.state not in (EventState.ACTIVE, EventState.BLOCKED):
            return
        is_blocked = event.state is EventState.BLOCKED
        if is_blocked:
            self._blocked.add(event.message_id)
        elif event.is_paused:
            self._paused.add(event.message_id)
        spellings = emoji_matcher(event.required_reactions)
        watched = Watched(event.message_id, event.channel_id, event.guild_id, is_blocked, spellings)
        self._by_message[event.message_id] = watched
        self._by_channel.setdefault(event.channel_id, set()).add(event.message_id)
        self._by_guild.setdefault(event.guild_id, set()).add(event.message_id)

    def put_all(self, events: Iterable[TrackedEvent]) -> None:
        """Follow many events."""
        for event in events:
            self.put(event)

    def drop(self, message_id: int) -> None:
        """Stop following a message; nothing happens when it is not followed."""
        watched = self._by_message.pop(message_id, None)
        if watched is None:
            return
        self._paused.discard(message_id)
        self._blocked.discard(message_id)
        _discard(self._by_channel, watched.channel_id, message_id)
        _discard(self._by_guild, watched.guild_id, message_id)

    def in_channel(self, channel_id: int) -> Iterator[Watched]:
        """Yield what is watched in a channel."""
        for message_id in tuple(self._by_channel.get(channel_id, ())):
            yield self._by_message[message_id]

    def in_guild(self, guild_id: int) -> Iterator[Watched]:
        """Yield what is watched in a guild."""
        for message_id in tuple(self._by_guild.get(guild_id, ())):
            yield self._by_message[message_id]


def _discard(groups: dict[int, set[int]], key: int, message_id: int) -> None:
    group = groups[key]
    group.discard(message_id)
    if not group:
        del groups[key]
