"""What may be wrong with reminders in a guild, one record for each kind, and the facts that tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from models.guild_settings import GuildSettings
from models.records import TrackedEvent

ADD_REACTIONS = "add_reactions"
THREAD_PERMISSIONS = ("create_public_threads", "send_messages_in_threads")
"""Without these, reminders meant for a thread go to the event's own channel."""


@dataclass(frozen=True, slots=True)
class MissingPermissions:
    """The bot lacks some permissions, by discord.py's names, where ``events`` are; ``blocked`` of these are blocked.

    Not urgent is what only threads and the answers under new events need.
    """

    channel_id: int
    permissions: tuple[str, ...]
    events: int
    blocked: int = 0
    is_urgent: bool = True


@dataclass(frozen=True, slots=True)
class UnreachablePlace:
    """Reminders cannot go where they were told to; ``event`` is None where that was told for all new events.

    ``reason`` is a sentence for `utils.reasons`.
    """

    channel_id: int | None
    event: TrackedEvent | None
    place_id: int
    reason: str
    permissions: tuple[str, ...] = ()
    is_urgent: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class UnreachableLog:
    """The log channel cannot be used; ``permissions`` are missing there, none where it is gone."""

    place_id: int
    permissions: tuple[str, ...] = ()
    channel_id: ClassVar[None] = None
    is_urgent: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class UnknownEmoji:
    """Answers whose emoji the guild does not have any more; ``event`` is None for the answers of new events.

    ``can_drop`` says whether enough answers are left without them.
    """

    channel_id: int | None
    event: TrackedEvent | None
    emoji: tuple[str, ...]
    can_drop: bool
    is_urgent: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class NobodyAsked:
    """An event asks nobody: its choice leaves nobody (``by_choice``), or nobody sees its channel."""

    channel_id: int
    event: TrackedEvent
    by_choice: bool
    is_urgent: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class BlockedEvent:
    """An event is blocked for another reason than the permissions that are missing now."""

    channel_id: int
    event: TrackedEvent
    is_urgent: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class PausedForAge:
    """The import has paused an event, and nobody has resumed it."""

    channel_id: int
    event: TrackedEvent
    is_urgent: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class DoubledTime:
    """A start or an end of answering lies in an hour that the clocks show twice; ``at`` is the one of the two."""

    channel_id: int
    event: TrackedEvent
    at: datetime
    zone: ZoneInfo
    is_second: bool
    is_urgent: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class ShiftedTime:
    """From ``at`` on a message of an event comes at another local time than ``usual`` (HH:MM), as the clocks change.

    ``is_before`` tells a reminder before the start from those to who is silent.
    """

    channel_id: int
    event: TrackedEvent
    at: datetime
    zone: ZoneInfo
    usual: str
    is_before: bool
    is_urgent: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class MembersIncomplete:
    """Not all members are known, so nobody is reminded; ``total`` is Discord's count, None where it told none."""

    known: int
    total: int | None
    channel_id: ClassVar[None] = None
    is_urgent: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class MissingIntents:
    """Intents that are off in the developer portal; the present connection still has them, the next is refused."""

    names: tuple[str, ...]
    channel_id: ClassVar[None] = None
    is_urgent: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class ClockOff:
    """The machine's clock is so much ahead of Discord's, negative when behind."""

    ahead: timedelta
    channel_id: ClassVar[None] = None
    is_urgent: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class StorageFailing:
    """The database cannot be written."""

    channel_id: ClassVar[None] = None
    is_urgent: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class UpkeepFailing:
    """Jobs of the database's upkeep that failed last, by their English names."""

    jobs: tuple[str, ...]
    channel_id: ClassVar[None] = None
    is_urgent: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class BackupOld:
    """The last backup is too old, or there is none."""

    last_at: datetime | None
    channel_id: ClassVar[None] = None
    is_urgent: ClassVar[bool] = True


Finding = (
    MissingPermissions | UnreachablePlace | UnreachableLog | UnknownEmoji | NobodyAsked | BlockedEvent | PausedForAge
    | DoubledTime | ShiftedTime | MembersIncomplete | MissingIntents | ClockOff | StorageFailing | UpkeepFailing
    | BackupOld
)  # fmt: skip
"""``channel_id`` decides who may read it: None may be read by every organiser. ``is_urgent``: reminders go wrong."""


class Topic(StrEnum):
    """What Discord could not be asked about."""

    PLACES = "places"
    EMOJI = "emoji"
    AUDIENCES = "audiences"
    INTENTS = "intents"


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """A channel with watched events: which permissions they need there, which the bot has, and how many there are."""

    channel_id: int
    needed: tuple[str, ...]
    granted: frozenset[str]
    events: int
    blocked: int


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A channel chosen for reminders, or as the log: why it cannot be used, None when it can; what is missing there."""

    problem: str | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedFacts:
    """How many people an event asks, and how many see its channel."""

    asked: int
    seeing: int


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """How many members of a guild are known, how many Discord counts, and whether these are all."""

    known: int
    total: int | None
    is_complete: bool


@dataclass(frozen=True, slots=True)
class UpkeepFacts:
    """How the database is; ``wants_backups`` is what the operator has set."""

    failing: tuple[str, ...]
    last_backup_at: datetime | None
    wants_backups: bool
    up_since: datetime
    is_storage_failing: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of a guild's reminders at a moment; what could not be asked is None or left out.

    ``events`` are the active and blocked ones. ``places`` has channels by id, ``asked`` events by id. ``emoji`` has
    the `emoji_key` of each of the guild's own that can be used. ``missing_intents`` have the portal's names.
    """

    now: datetime
    settings: GuildSettings
    events: tuple[TrackedEvent, ...]
    dormant: frozenset[int]
    channels: tuple[ChannelFacts, ...]
    places: Mapping[int, PlaceFacts]
    asked: Mapping[int, AskedFacts]
    emoji: frozenset[str] | None
    members: MemberFacts
    missing_intents: tuple[str, ...] | None
    clock_ahead: timedelta | None
    upkeep: UpkeepFacts
