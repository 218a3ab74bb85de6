"""Which messages are watched, in memory: the guard in front of every reaction frame, O(1) and without the database."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from models.records import EventCounts, EventState, TrackedEvent, WatchedMessage
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
    """The active and blocked events by message and guild."""

    def __init__(self) -> None:
        self._by_message: dict[int, Watched] = {}
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
        """Follow an event as it is now: in when active or blocked, out when completed or archived.

        Which answers count of one that is followed already stays: a record may have been read a moment before they
        were changed, and come a moment after. Only `respell` changes them.
        """
        known = self._by_message.get(event.message_id)
        self.drop(event.message_id)
        if event.state not in (EventState.ACTIVE, EventState.BLOCKED):
            return
        ids = (event.message_id, event.channel_id, event.guild_id)
        emoji = event.required_reactions if known is None else tuple(known.spellings.values())
        is_blocked = event.state is EventState.BLOCKED
        self._follow(WatchedMessage(*ids, emoji, event.is_paused, is_blocked))

    def respell(self, message_id: int, emoji: tuple[str, ...]) -> None:
        """Have other answers count from the next frame on; nothing happens when the message is not followed."""
        known = self._by_message.get(message_id)
        if known is not None:
            self._by_message[message_id] = replace(known, spellings=_spellings(emoji))

    def load(self, messages: Iterable[WatchedMessage]) -> None:
        """Follow what the store had at a start."""
        for each in messages:
            self.drop(each.message_id)
            self._follow(each)

    def drop(self, message_id: int) -> None:
        """Stop following a message; nothing happens when it is not followed."""
        watched = self._by_message.pop(message_id, None)
        if watched is None:
            return
        self._paused.discard(message_id)
        self._blocked.discard(message_id)
        _discard(self._by_guild, watched.guild_id, message_id)

    def in_channel(self, guild_id: int, channel_id: int) -> Iterator[Watched]:
        """Yield what is watched in a channel, looking through its guild: asked only when a channel is deleted."""
        return (each for each in self.in_guild(guild_id) if each.channel_id == channel_id)

    def in_guild(self, guild_id: int) -> Iterator[Watched]:
        """Yield what is watched in a guild."""
        for message_id in tuple(self._by_guild.get(guild_id, ())):
            yield self._by_message[message_id]

    def _follow(self, each: WatchedMessage) -> None:
        spellings = _spellings(each.required_reactions)
        watched = Watched(each.message_id, each.channel_id, each.guild_id, each.is_blocked, spellings)
        self._by_message[each.message_id] = watched
        self._by_guild.setdefault(each.guild_id, set()).add(each.message_id)
        if each.is_blocked:
            self._blocked.add(each.message_id)
        elif each.is_paused:
            self._paused.add(each.message_id)


@lru_cache(maxsize=1_024)
def _spellings(required: tuple[str, ...]) -> Mapping[str, str]:
    # Nearly all events ask for the same few emoji: they share one table, which nobody changes.
    return emoji_matcher(required)


def _discard(groups: dict[int, set[int]], key: int, message_id: int) -> None:
    group = groups[key]
    group.discard(message_id)
    if not group:
        del groups[key]
