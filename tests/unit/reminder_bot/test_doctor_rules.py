"""What `/doctor` finds, rule by rule, from facts made up for each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.event_options import AnswerChoice, EventOptions, Meaning, Place
from models.guild_settings import GuildSettings
from models.records import EventState, TrackedEvent
from reminder_bot import doctor_rules as rules
from reminder_bot.doctor_findings import (
    AskedFacts,
    BackupOld,
    BlockedEvent,
    ChannelFacts,
    ClockOff,
    DoubledTime,
    Facts,
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
from tests.fakes import START

CHANNEL, OTHER = 200, 201
NEEDED = ("view_channel", "send_messages", "embed_links", "read_message_history", "add_reactions")
EVENT = TrackedEvent(
    300,
    CHANNEL,
    100,
    "Raid",
    None,
    1440.0,
    False,
    None,
    START,
    ("✅", "❌"),
    EventState.ACTIVE,
    None,
    START,
    None,
    START,
)
PARIS, UTC_ZONE = ZoneInfo("Europe/Paris"), ZoneInfo("UTC")
RAID, OLD = "<:raid:4200000000000000>", "<:old:4300000000000000>"
ELSEWHERE = EventOptions(place=Place.ELSEWHERE, place_channel_id=OTHER)
AUTUMN = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
"""When the clocks of Paris go from 3:00 back to 2:00."""

SPRING = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
"""When they go from 2:00 on to 3:00."""

WELL = UpkeepFacts((), START, wants_backups=True, up_since=START, is_storage_failing=False)


def event(**changes: Any) -> TrackedEvent:
    return replace(EVENT, **changes)


def channel(*granted: str, needed: tuple[str, ...] = NEEDED, blocked: int = 0) -> ChannelFacts:
    return ChannelFacts(CHANNEL, needed, frozenset(granted), 3, blocked)


@pytest.mark.parametrize(
    ("granted", "missing"),
    [
        (NEEDED, None),
        (NEEDED[:4], ("add_reactions",)),
        (("view_channel", "embed_links", "read_message_history", "add_reactions"), ("send_messages",)),
        (("view_channel", "read_message_history", "add_reactions"), ("send_messages",)),
        (("view_channel", "send_messages", "add_reactions"), ("embed_links", "read_message_history")),
        ((), ("view_channel",)),
    ],
)
def test_missing_permissions_are_those_that_must_be_given(granted: tuple[str, ...], missing: Any) -> None:
    is_urgent = missing != ("add_reactions",)
    expected = [] if missing is None else [MissingPermissions(CHANNEL, missing, 3, 1, is_urgent)]
    assert list(rules.missing_permissions([channel(*granted, blocked=1)])) == expected


def test_missing_permissions_of_a_thread_are_named_one_by_one() -> None:
    needed = ("view_channel", "send_messages_in_threads", "embed_links")
    (found,) = rules.missing_permissions([channel("view_channel", needed=needed)])
    assert found.permissions == ("send_messages_in_threads", "embed_links")
    assert found.is_urgent


def test_missing_permissions_for_threads_in_a_channel_cost_no_reminder() -> None:
    threads = ("create_public_threads", "send_messages_in_threads")
    (found,) = rules.missing_permissions([channel(*NEEDED, needed=(*NEEDED, *threads))])
    assert found.permissions == threads
    assert not found.is_urgent


def test_blocked_event_is_told_where_no_missing_permission_tells_of_it() -> None:
    blocked = event(state=EventState.BLOCKED, state_reason="Discord refused: Missing Access.")
    assert list(rules.blocked_events([blocked, EVENT], [channel(*NEEDED)])) == [BlockedEvent(CHANNEL, blocked)]
    assert list(rules.blocked_events([blocked], [channel("view_channel")])) == []


def test_event_paused_by_the_import_is_told_until_it_is_resumed() -> None:
    paused = event(is_paused=True)
    assert list(rules.paused_for_age([paused], frozenset({300}))) == [PausedForAge(CHANNEL, paused)]
    assert list(rules.paused_for_age([paused], frozenset())) == []
    assert list(rules.paused_for_age([EVENT], frozenset({300}))) == []


@pytest.mark.parametrize(
    ("asked", "by_choice"), [(AskedFacts(1, 1), None), (AskedFacts(0, 0), False), (AskedFacts(0, 4), True)]
)
def test_nobody_asked_tells_a_choice_that_is_gone_from_a_closed_channel(asked: AskedFacts, by_choice: Any) -> None:
    expected = [] if by_choice is None else [NobodyAsked(CHANNEL, EVENT, by_choice)]
    assert list(rules.nobody_asked([EVENT], {300: asked})) == expected


def test_nobody_asked_says_nothing_of_a_paused_event_or_one_without_facts() -> None:
    assert list(rules.nobody_asked([event(is_paused=True)], {300: AskedFacts(0, 0)})) == []
    assert list(rules.nobody_asked([EVENT], {})) == []


def test_unknown_emoji_are_those_the_server_has_not_whatever_they_are_called_now() -> None:
    own = frozenset({"id:4200000000000000"})
    renamed = event(required_reactions=("✅", RAID.replace("raid", "night")))
    assert list(rules.unknown_emoji(GuildSettings(), [EVENT, renamed], own)) == []
    gone = event(required_reactions=("✅", OLD, RAID))
    assert list(rules.unknown_emoji(GuildSettings(), [gone], own)) == [UnknownEmoji(CHANNEL, gone, (OLD,), True)]
    (few,) = rules.unknown_emoji(GuildSettings(), [event(required_reactions=("✅", OLD))], own)
    assert not few.can_drop


def test_unknown_emoji_of_the_settings_are_told_and_nothing_where_the_servers_are_not_known() -> None:
    chosen = GuildSettings(answers=((OLD, AnswerChoice(Meaning.YES, "")), ("❌", AnswerChoice(Meaning.NO, ""))))
    assert list(rules.unknown_emoji(chosen, [], frozenset())) == [UnknownEmoji(None, None, (OLD,), False)]
    assert list(rules.unknown_emoji(chosen, [event(required_reactions=(OLD,))], None)) == []


def test_unreachable_place_is_told_of_the_settings_and_of_each_event() -> None:
    settings = GuildSettings(place=Place.ELSEWHERE, place_channel_id=OTHER)
    there, here = event(options=ELSEWHERE), event(channel_id=OTHER, options=ELSEWHERE)
    places = {OTHER: PlaceFacts("gone", ("send_messages",))}
    assert list(rules.unreachable_places(settings, [EVENT, there, here], places)) == [
        UnreachablePlace(None, None, OTHER, "gone", ("send_messages",)),
        UnreachablePlace(CHANNEL, there, OTHER, "gone", ("send_messages",)),
    ]
    assert list(rules.unreachable_places(settings, [there], {OTHER: PlaceFacts()})) == []
    assert list(rules.unreachable_places(settings, [there], {})) == []


def test_log_channel_that_cannot_be_used_is_told() -> None:
    settings, missing = GuildSettings(log_channel_id=OTHER), ("send_messages",)
    assert list(rules.unreachable_log(settings, {OTHER: PlaceFacts("gone", missing)})) == [
        UnreachableLog(OTHER, missing)
    ]
    assert list(rules.unreachable_log(settings, {OTHER: PlaceFacts()})) == []
    assert list(rules.unreachable_log(GuildSettings(), {OTHER: PlaceFacts("gone")})) == []


@pytest.mark.parametrize(("minutes", "is_second"), [(-30, False), (30, True)])
def test_start_in_an_hour_that_comes_twice_is_told(minutes: int, is_second: bool) -> None:
    at = AUTUMN + timedelta(minutes=minutes)
    twice = event(starts_at=at, next_reminder_at=None)
    found = DoubledTime(CHANNEL, twice, at, PARIS, is_second)
    assert list(rules.clock_changes(twice, PARIS, AUTUMN - timedelta(days=60))) == [found]
    assert list(rules.clock_changes(twice, UTC_ZONE, AUTUMN - timedelta(days=60))) == []
    assert list(rules.clock_changes(twice, PARIS, at)) == []


@pytest.mark.parametrize("hours", [-2, 1, 2])
def test_start_beside_the_doubled_hour_and_after_a_skipped_one_is_no_surprise(hours: int) -> None:
    for change in (AUTUMN, SPRING):
        beside = event(starts_at=change + timedelta(hours=hours), next_reminder_at=None, options=EventOptions(()))
        assert list(rules.clock_changes(beside, PARIS, change - timedelta(days=5))) == []


def test_answer_until_in_a_doubled_hour_is_told_once_where_it_is_the_start_too() -> None:
    options = EventOptions(())
    end = event(starts_at=AUTUMN, answer_until=AUTUMN, next_reminder_at=None, options=options)
    assert len(list(rules.clock_changes(end, PARIS, AUTUMN - timedelta(days=5)))) == 1
    end = replace(end, starts_at=AUTUMN + timedelta(days=1))
    assert [found.at for found in rules.clock_changes(end, PARIS, AUTUMN - timedelta(days=5))] == [AUTUMN]


@pytest.mark.parametrize(("change", "moved"), [(AUTUMN, 19), (SPRING, 21)])
def test_daily_reminders_that_move_are_told_from_the_first_that_does(change: datetime, moved: int) -> None:
    now = change.astimezone(PARIS).replace(hour=12) - timedelta(days=3)
    upcoming = now.replace(hour=20).astimezone(UTC)
    daily = event(next_reminder_at=upcoming)
    (found,) = rules.clock_changes(daily, PARIS, now.astimezone(UTC))
    assert found == ShiftedTime(CHANNEL, daily, upcoming + timedelta(days=3), PARIS, "20:00", is_before=False)
    assert found.at.astimezone(PARIS).hour == moved
    closing = event(next_reminder_at=upcoming, answer_until=upcoming + timedelta(days=3))
    assert list(rules.clock_changes(closing, PARIS, now.astimezone(UTC))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"interval_minutes": 90.0},
        {"interval_minutes": 40 * 1440.0},
        {"is_paused": True},
        {"state": EventState.BLOCKED},
        {"next_reminder_at": None},
    ],
)
def test_reminders_at_no_daily_time_move_for_nobody(changes: dict[str, Any]) -> None:
    moving = {"next_reminder_at": AUTUMN - timedelta(days=1), **changes}
    assert list(rules.clock_changes(event(**moving), PARIS, AUTUMN - timedelta(days=2))) == []


def test_reminders_that_move_in_more_than_two_weeks_are_no_news_yet() -> None:
    now = AUTUMN - timedelta(days=15)
    assert list(rules.clock_changes(event(next_reminder_at=now + timedelta(hours=1)), PARIS, now)) == []
    assert list(rules.clock_changes(event(next_reminder_at=now + timedelta(days=4)), PARIS, now + timedelta(days=3)))


def test_reminder_whole_days_before_the_start_that_moves_is_told() -> None:
    starts_at = AUTUMN.replace(hour=19)
    options = EventOptions(before_minutes=(2 * 1440, 1440, 60))
    weekend = event(starts_at=starts_at, next_reminder_at=None, options=options)
    found = list(rules.clock_changes(weekend, PARIS, starts_at - timedelta(days=1, hours=3)))
    day_before = starts_at - timedelta(days=1)
    assert found == [ShiftedTime(CHANNEL, weekend, day_before, PARIS, "20:00", is_before=True)]
    assert day_before.astimezone(PARIS).hour == 21
    assert len(list(rules.clock_changes(weekend, PARIS, starts_at - timedelta(days=5)))) == 2


def test_member_list_is_told_only_while_it_is_incomplete() -> None:
    assert list(rules.incomplete_members(MemberFacts(5, 9, is_complete=False))) == [MembersIncomplete(5, 9)]
    assert list(rules.incomplete_members(MemberFacts(8, 9, is_complete=True))) == []


def test_intents_are_told_when_they_are_known_to_be_off() -> None:
    assert list(rules.missing_intents(("Server Members Intent",))) == [MissingIntents(("Server Members Intent",))]
    assert list(rules.missing_intents(())) == list(rules.missing_intents(None)) == []


@pytest.mark.parametrize(("seconds", "is_off"), [(5.0, False), (-5.0, False), (5.1, True), (-5.1, True), (None, False)])
def test_clock_is_off_from_five_seconds_on(seconds: float | None, is_off: bool) -> None:
    ahead = None if seconds is None else timedelta(seconds=seconds)
    assert [found.ahead for found in rules.clock_off(ahead)] == ([ahead] if is_off else [])


def test_database_is_told_of_when_it_cannot_be_written_or_its_upkeep_fails() -> None:
    assert list(rules.storage(replace(WELL, is_storage_failing=True))) == [StorageFailing()]
    assert list(rules.upkeep(replace(WELL, failing=("backup",)), START)) == [UpkeepFailing(("backup",))]
    assert list(rules.storage(WELL)) == []
    assert list(rules.upkeep(WELL, START)) == []


def test_backup_is_old_after_two_days_unless_none_is_wanted() -> None:
    late = START + timedelta(days=2, seconds=1)
    assert list(rules.upkeep(WELL, late)) == [BackupOld(START)]
    assert list(rules.upkeep(replace(WELL, last_backup_at=None), late)) == [BackupOld(None)]
    assert list(rules.upkeep(replace(WELL, last_backup_at=None), START)) == []
    assert list(rules.upkeep(replace(WELL, wants_backups=False), late)) == []


def test_find_all_puts_first_what_keeps_reminders_from_going_right() -> None:
    dormant = event(message_id=301, is_paused=True)
    facts = Facts(
        now=START, settings=GuildSettings(), events=(dormant, EVENT), dormant=frozenset({301}),
        channels=(channel("view_channel"),), places={}, asked={300: AskedFacts(0, 0)}, emoji=None,
        members=MemberFacts(1, 1, is_complete=True), missing_intents=None, clock_ahead=timedelta(minutes=1),
        upkeep=replace(WELL, failing=("backup",)),
    )  # fmt: skip
    kinds = [type(found) for found in rules.find_all(facts)]
    assert kinds == [ClockOff, MissingPermissions, NobodyAsked, UpkeepFailing, PausedForAge]
    well = replace(facts, channels=(), dormant=frozenset(), asked={}, clock_ahead=None, upkeep=WELL, missing_intents=())
    assert rules.find_all(well) == ()
