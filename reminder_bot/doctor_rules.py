"""PURE: from facts about a guild's reminders to what is or will be wrong with them; one rule for each kind."""

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from models.event_options import Place
from models.guild_settings import GuildSettings
from models.records import EventState, TrackedEvent
from models.setting_json import FEWEST_ANSWERS
from reminder_bot.doctor_findings import (
    ADD_REACTIONS,
    THREAD_PERMISSIONS,
    AskedFacts,
    BackupOld,
    BlockedEvent,
    ChannelFacts,
    ClockOff,
    DoubledTime,
    Facts,
    Finding,
    MemberFacts,
    MembersIncomplete,
    MissingIntents,
    MissingPermissions,
    NobodyAsked,
    PausedForAge,
    PlaceFacts,
    ShiftedTime,
    StorageFailing,
    UnknownEmoji,
    UnreachableLog,
    UnreachablePlace,
    UpkeepFacts,
    UpkeepFailing,
)
from utils.emoji import emoji_key
from utils.moments.local_times import moments_of

CLOCK_TOLERANCE = timedelta(seconds=5)
"""A reminder that is so late or early is nobody's worry."""

OLD_BACKUP = timedelta(days=2)
"""A night may be missed; two in a row are a pattern."""

SHIFT_HORIZON = timedelta(days=14)
"""How far ahead a reminder that moves with the clocks is told of: what is further off is forgotten by then."""

_DAY = timedelta(days=1)
_OFTEN_ENOUGH = timedelta(days=14)


def find_all(facts: Facts) -> tuple[Finding, ...]:
    """Return everything that the rules find, what keeps reminders from going right first."""
    zone = ZoneInfo(facts.settings.zone or "UTC")
    found: Iterable[Finding] = chain(
        missing_intents(facts.missing_intents),
        clock_off(facts.clock_ahead),
        storage(facts.upkeep),
        incomplete_members(facts.members),
        missing_permissions(facts.channels),
        blocked_events(facts.events, facts.channels),
        nobody_asked(facts.events, facts.asked),
        unknown_emoji(facts.settings, facts.events, facts.emoji),
        upkeep(facts.upkeep, facts.now),
        unreachable_places(facts.settings, facts.events, facts.places),
        unreachable_log(facts.settings, facts.places),
        paused_for_age(facts.events, facts.dormant),
        chain.from_iterable(clock_changes(event, zone, facts.now) for event in facts.events),
    )
    # Sorting keeps the order of equals.
    return tuple(sorted(found, key=lambda finding: not finding.is_urgent))


def missing_permissions(channels: Iterable[ChannelFacts]) -> Iterator[MissingPermissions]:
    """Yield the channels in which the bot lacks what their events need."""
    for one in channels:
        if missing := lacking(one.needed, one.granted):
            # Within a thread the right to write has this name; of a channel it is that of the threads in it.
            spare = {ADD_REACTIONS, *(THREAD_PERMISSIONS if "send_messages" in one.needed else ())}
            is_urgent = not spare.issuperset(missing)
            yield MissingPermissions(one.channel_id, missing, one.events, one.blocked, is_urgent)


def lacking(needed: Iterable[str], granted: Container[str]) -> tuple[str, ...]:
    """Return which permissions must be given; those that Discord takes away with another one come back with it.

    Source: https://discord.com/developers/docs/topics/permissions#implicit-permissions
    """
    missing = tuple(name for name in needed if name not in granted)
    if "view_channel" in missing:
        return ("view_channel",)
    return tuple(name for name in missing if not (name == "embed_links" and "send_messages" in missing))


def blocked_events(events: Iterable[TrackedEvent], channels: Iterable[ChannelFacts]) -> Iterator[BlockedEvent]:
    """Yield the blocked events in channels where nothing is missing now."""
    known = {found.channel_id for found in missing_permissions(channels)}
    for event in events:
        if event.state is EventState.BLOCKED and event.channel_id not in known:
            yield BlockedEvent(event.channel_id, event)


def paused_for_age(events: Iterable[TrackedEvent], dormant: frozenset[int]) -> Iterator[PausedForAge]:
    """Yield the events that the import has paused, as far as they still are."""
    for event in events:
        if event.is_paused and event.message_id in dormant:
            yield PausedForAge(event.channel_id, event)


def nobody_asked(events: Iterable[TrackedEvent], asked: Mapping[int, AskedFacts]) -> Iterator[NobodyAsked]:
    """Yield the running events that have nobody to ask; of those without facts nothing is said."""
    for event in events:
        people = asked.get(event.message_id)
        if event.is_running and people is not None and not people.asked:
            yield NobodyAsked(event.channel_id, event, by_choice=people.seeing > 0)


def unknown_emoji(
    settings: GuildSettings, events: Iterable[TrackedEvent], own: frozenset[str] | None
) -> Iterator[UnknownEmoji]:
    """Yield answers with custom emoji whose `emoji_key` is none of the guild's ``own``; nothing where that is None."""
    if own is None:
        return
    lists = [(None, settings.emoji or ()), *((event, event.required_reactions) for event in events)]
    for event, emoji in lists:
        if gone := tuple(each for each in emoji if is_custom(each) and emoji_key(each) not in own):
            can_drop = len(emoji) - len(gone) >= FEWEST_ANSWERS
            yield UnknownEmoji(None if event is None else event.channel_id, event, gone, can_drop)


def is_custom(emoji: str) -> bool:
    """Whether an emoji is a server's own, not one of Unicode's."""
    return emoji.startswith("<")


def unreachable_places(
    settings: GuildSettings, events: Iterable[TrackedEvent], places: Mapping[int, PlaceFacts]
) -> Iterator[UnreachablePlace]:
    """Yield where a channel chosen for reminders cannot be used: for new events first, then event by event."""
    if settings.place is Place.ELSEWHERE and settings.place_channel_id is not None:
        yield from _unreachable(None, settings.place_channel_id, places)
    for event in events:
        chosen = event.options.place_channel_id
        if event.options.place is Place.ELSEWHERE and chosen is not None and chosen != event.channel_id:
            yield from _unreachable(event, chosen, places)


def unreachable_log(settings: GuildSettings, places: Mapping[int, PlaceFacts]) -> Iterator[UnreachableLog]:
    """Yield a log channel that cannot be used."""
    if settings.log_channel_id is not None:
        place = places.get(settings.log_channel_id, PlaceFacts())
        if place.problem is not None:
            yield UnreachableLog(settings.log_channel_id, place.missing)


def _unreachable(
    event: TrackedEvent | None, place_id: int, places: Mapping[int, PlaceFacts]
) -> Iterator[UnreachablePlace]:
    place = places.get(place_id, PlaceFacts())
    if place.problem is not None:
        yield UnreachablePlace(
            None if event is None else event.channel_id, event, place_id, place.problem, place.missing
        )


def clock_changes(event: TrackedEvent, zone: ZoneInfo, now: datetime) -> Iterator[DoubledTime | ShiftedTime]:
    """Yield what a change of the zone's clocks makes surprising about an event.

    No moment lies in an hour that is skipped; one in an hour that comes twice is told apart. A reminder moves where it
    comes by the stopwatch at a daily time: every so many days, or so many days before the start.
    """
    yield from _doubled(event, zone, now)
    if event.is_running:
        yield from _shifted_before(event, zone, now)
        yield from _shifted_interval(event, zone, now)


def _doubled(event: TrackedEvent, zone: ZoneInfo, now: datetime) -> Iterator[DoubledTime]:
    for at in dict.fromkeys((event.starts_at, event.answer_until)):
        if at is None or at <= now:
            continue
        both = moments_of(at.astimezone(zone).replace(tzinfo=None), zone)
        if len(both) > 1:
            yield DoubledTime(event.channel_id, event, at, zone, is_second=at == both[1])


def _shifted_before(event: TrackedEvent, zone: ZoneInfo, now: datetime) -> Iterator[ShiftedTime]:
    if event.starts_at is None:
        return
    for minutes in event.options.before_minutes:
        offset = timedelta(minutes=minutes)
        at = event.starts_at - offset
        if not offset % _DAY and now < at < now + SHIFT_HORIZON:
            usual = _clock_time(event.starts_at, zone)
            if _clock_time(at, zone) != usual:
                yield ShiftedTime(event.channel_id, event, at, zone, usual, is_before=True)


def _shifted_interval(event: TrackedEvent, zone: ZoneInfo, now: datetime) -> Iterator[ShiftedTime]:
    upcoming = event.next_reminder_at
    if upcoming is None or event.interval % _DAY or event.interval > _OFTEN_ENOUGH:
        return
    usual, at = _clock_time(upcoming, zone), upcoming + event.interval
    while at < min(now + SHIFT_HORIZON, event.closes_at or now + SHIFT_HORIZON):
        if _clock_time(at, zone) != usual:
            yield ShiftedTime(event.channel_id, event, at, zone, usual, is_before=False)
            return
        at += event.interval


def _clock_time(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"


def incomplete_members(members: MemberFacts) -> Iterator[MembersIncomplete]:
    """Yield a member list of which somebody may be missing."""
    if not members.is_complete:
        yield MembersIncomplete(members.known, members.total)


def missing_intents(names: tuple[str, ...] | None) -> Iterator[MissingIntents]:
    """Yield intents that are switched off; nothing where that is not known."""
    if names:
        yield MissingIntents(names)


def clock_off(ahead: timedelta | None) -> Iterator[ClockOff]:
    """Yield a clock that differs by more than is nobody's worry."""
    if ahead is not None and abs(ahead) > CLOCK_TOLERANCE:
        yield ClockOff(ahead)


def storage(facts: UpkeepFacts) -> Iterator[StorageFailing]:
    """Yield a database that cannot be written."""
    if facts.is_storage_failing:
        yield StorageFailing()


def upkeep(facts: UpkeepFacts, now: datetime) -> Iterator[UpkeepFailing | BackupOld]:
    """Yield jobs that failed, and a backup that is missing although nightly ones are wanted."""
    if facts.failing:
        yield UpkeepFailing(facts.failing)
    # A bot that has just been set up has none yet.
    last = facts.last_backup_at or facts.up_since
    if facts.wants_backups and now - last > OLD_BACKUP:
        yield BackupOld(facts.last_backup_at)
