"""Who is pinged now, who waits, who is left out: the rules, one by one and over everything that may be chosen."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.event_options import AudienceRule, EventOptions
from models.guild_settings import GuildSettings
from models.held_records import HeldReason, Way
from models.member_choices import Contact, MemberChoices, QuietChoice
from models.person_facts import NotAsked, Pause, Rung
from models.quiet_hours import QuietHours
from models.records import EventState, ReminderKind, TrackedEvent
from reminder_bot.person_rules import AT_ONCE, SOUNDLESS, Decision, Hold, Occasion, QuietClock, Standing, Timing, decide

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
MORNING = datetime(2026, 6, 2, 7, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SILENT, BEFORE, DECIDE = ReminderKind.SILENT, ReminderKind.BEFORE, ReminderKind.DECIDE
MOVED, CANCELLED, TALLY = ReminderKind.MOVED, ReminderKind.CANCELLED, ReminderKind.TALLY
NEWS = (BEFORE, DECIDE, MOVED, CANCELLED)
RAIDERS, OTHERS = 7, 8

QUIET = GuildSettings(quiet_hours="22:00-07:00")
THREE = GuildSettings(escalate_after=3)
OPEN = GuildSettings()
PLAIN = Standing()


def event(
    starts_at: datetime | None = None, roles: tuple[int, ...] = (), until: datetime | None = None
) -> TrackedEvent:
    return TrackedEvent(
        message_id=3, channel_id=2, guild_id=1, title="Raid", description=None, interval_minutes=60.0,
        is_paused=False, last_reminder=None, next_reminder_at=NOON, required_reactions=("✅", "❌"),
        state=EventState.ACTIVE, state_reason=None, state_changed_at=NOON, created_by=9, created_at=NOON,
        starts_at=starts_at, answer_until=until, options=EventOptions(audience=AudienceRule(roles=roles)),
    )  # fmt: skip


def decided(
    kind: ReminderKind,
    person: Standing = PLAIN,
    now: datetime = NOON,
    settings: GuildSettings = OPEN,
    about: TrackedEvent | None = None,
) -> Decision:
    return decide(Occasion(about or event(), kind, QuietClock(settings, now)), person)


def chose(**choices: object) -> Standing:
    return Standing(MemberChoices(**choices))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ReminderKind)
def test_who_has_chosen_nothing_is_pinged_at_once(kind: ReminderKind) -> None:
    assert decided(kind) == AT_ONCE


@pytest.mark.parametrize("kind", ReminderKind)
def test_who_wants_no_reminders_gets_none_of_any_kind(kind: ReminderKind) -> None:
    assert decided(kind, chose(contact=Contact.OFF)) == Decision(Timing.NEVER, NotAsked.OPTED_OUT)


@pytest.mark.parametrize(
    ("roles", "is_asked"), [((RAIDERS,), True), ((RAIDERS, OTHERS), True), ((OTHERS,), False), ((), False)]
)
def test_who_names_roles_is_asked_about_events_that_choose_one_of_them(
    *, roles: tuple[int, ...], is_asked: bool
) -> None:
    decision = decided(SILENT, chose(only_roles=(RAIDERS,)), about=event(roles=roles))
    assert (decision.timing is Timing.NOW) == is_asked


@pytest.mark.parametrize("kind", ReminderKind)
def test_who_does_not_want_one_event_is_told_what_becomes_of_it(kind: ReminderKind) -> None:
    decision = decided(kind, Standing(is_out=True))
    is_left_out = kind in (SILENT, DECIDE)
    assert decision == (Decision(Timing.NEVER, NotAsked.NOT_THIS) if is_left_out else AT_ONCE)


@pytest.mark.parametrize(
    ("starts_in", "expected"),
    [
        (2 * HOUR, Decision(Timing.NEVER, NotAsked.AWAY)),
        (DAY - timedelta(milliseconds=1), Decision(Timing.NEVER, NotAsked.AWAY)),
        (DAY, AT_ONCE),
        (None, Decision(Timing.LATER, pause=Pause.AWAY)),
    ],
)
def test_who_is_away_is_counted_as_no_or_asked_later(starts_in: timedelta | None, expected: Decision) -> None:
    about = event(None if starts_in is None else NOON + starts_in)
    away = chose(away_until=NOON + DAY)
    assert decided(SILENT, away, about=about) == expected
    assert decided(BEFORE, away, about=about) == AT_ONCE, "an answer overrides the absence"


def test_who_is_back_is_asked() -> None:
    assert decided(SILENT, chose(away_until=NOON)) == AT_ONCE


def test_reminder_in_quiet_hours_waits_for_their_end_even_beyond_the_start() -> None:
    about = event(NIGHT + HOUR)
    hold = Hold(MORNING, Way.CHANNEL, HeldReason.QUIET)
    assert decided(SILENT, PLAIN, NIGHT, QUIET, about) == Decision(Timing.HELD, pause=Pause.QUIET, hold=hold)


@pytest.mark.parametrize(
    ("choices", "ends"),
    [
        (MemberChoices(zone="America/New_York"), None),
        (MemberChoices(zone="Asia/Tokyo"), None),
        (MemberChoices(zone="Europe/Paris"), MORNING - 2 * HOUR),
        (MemberChoices(quiet=QuietChoice.NEVER), None),
        (MemberChoices(quiet=QuietHours(time(23), time(9))), MORNING + 2 * HOUR),
        (MemberChoices(quiet=QuietHours(time(18), time(20)), zone="America/New_York"), NIGHT + HOUR / 2),
    ],
)
def test_own_hours_and_own_zone_go_before_the_guilds(choices: MemberChoices, ends: datetime | None) -> None:
    assert QuietClock(QUIET, NIGHT).end_for(choices) == ends


def test_guilds_hours_are_in_its_zone() -> None:
    in_tokyo = replace(QUIET, zone="Asia/Tokyo")
    assert QuietClock(in_tokyo, NIGHT).end_for(MemberChoices()) is None
    assert QuietClock(in_tokyo, MORNING + 6 * HOUR).end_for(MemberChoices()) == MORNING + 15 * HOUR


@pytest.mark.parametrize("kind", NEWS)
@pytest.mark.parametrize("spare", [timedelta(milliseconds=1), timedelta(0), -HOUR])
def test_news_waits_while_it_is_in_time_and_goes_without_a_sound_otherwise(
    kind: ReminderKind, spare: timedelta
) -> None:
    decision = decided(kind, PLAIN, NIGHT, QUIET, event(MORNING + spare))
    assert (decision == SOUNDLESS) == (spare <= timedelta(0))
    assert (decision.hold == Hold(MORNING, Way.CHANNEL, HeldReason.QUIET)) == (spare > timedelta(0))


@pytest.mark.parametrize("kind", [MOVED, CANCELLED])
def test_news_of_an_event_without_a_start_always_waits(kind: ReminderKind) -> None:
    assert decided(kind, PLAIN, NIGHT, QUIET).timing is Timing.HELD


def test_tally_waits_for_nobody() -> None:
    assert decided(TALLY, PLAIN, NIGHT, QUIET) == AT_ONCE


@pytest.mark.parametrize("kind", [SILENT, *NEWS])
def test_who_wants_direct_messages_gets_them_at_once_or_when_quiet_hours_end(kind: ReminderKind) -> None:
    direct, about = chose(contact=Contact.DIRECT), event(NOON + 30 * DAY)
    assert decided(kind, direct, about=about).hold == Hold(NOON, Way.DIRECT, HeldReason.DIRECT)
    assert decided(kind, direct, NIGHT, QUIET, about).hold == Hold(MORNING, Way.DIRECT, HeldReason.QUIET)


@pytest.mark.parametrize("why", HeldReason)
def test_who_waits_is_not_reminded_besides(why: HeldReason) -> None:
    for now, settings in ((NOON, OPEN), (NIGHT, QUIET)):
        decision = decided(SILENT, Standing(waits=why), now, settings)
        assert (decision.timing, decision.hold) == (Timing.LATER, None)


@pytest.mark.parametrize("kind", NEWS)
def test_what_waits_takes_on_the_news(kind: ReminderKind) -> None:
    about = event(NOON + 30 * DAY)
    assert decided(kind, Standing(waits=HeldReason.QUIET), about=about).hold == Hold(
        NOON, Way.CHANNEL, HeldReason.QUIET
    )


ESCALATED = Decision(Timing.LATER, pause=Pause.ESCALATED)


@pytest.mark.parametrize(
    ("choices", "rung", "expected"),
    [
        (MemberChoices(), Rung(in_channel=2), AT_ONCE),
        (MemberChoices(), Rung(in_channel=3), replace(ESCALATED, tells_organiser=True)),
        (MemberChoices(), Rung(in_channel=3, was_told_of=True), ESCALATED),
        (MemberChoices(), Rung(in_channel=2, directly=1), AT_ONCE),
        (
            MemberChoices(wants_direct=True),
            Rung(in_channel=3, had_direct=True),
            replace(ESCALATED, tells_organiser=True),
        ),
        (
            MemberChoices(wants_direct=True),
            Rung(in_channel=3),
            Decision(Timing.HELD, pause=Pause.ESCALATED, hold=Hold(NOON, Way.DIRECT, HeldReason.ESCALATION)),
        ),
        (
            MemberChoices(contact=Contact.DIRECT),
            Rung(in_channel=1, directly=1),
            Decision(Timing.HELD, pause=Pause.DIRECT, hold=Hold(NOON, Way.DIRECT, HeldReason.DIRECT)),
        ),
        (
            MemberChoices(contact=Contact.DIRECT, wants_direct=True),
            Rung(in_channel=1, directly=2),
            replace(ESCALATED, tells_organiser=True),
        ),
    ],
)
def test_after_so_many_pings_the_way_is_up_the_ladder(choices: MemberChoices, rung: Rung, expected: Decision) -> None:
    assert decided(SILENT, Standing(choices, rung=rung), settings=THREE) == expected
    assert decided(BEFORE, Standing(choices, rung=rung), settings=THREE).pause is not Pause.ESCALATED


def test_without_the_setting_nobody_escalates() -> None:
    assert decided(SILENT, Standing(rung=Rung(in_channel=9, was_told_of=True))) == AT_ONCE


zones = st.sampled_from([None, "UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
minutes = st.integers(0, 24 * 60 - 1).map(lambda at: time(*divmod(at, 60)))
hours = st.tuples(minutes, minutes).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: QuietHours(*pair))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
members = st.builds(
    MemberChoices, zone=zones, quiet=hours | st.sampled_from(QuietChoice), contact=st.sampled_from(Contact),
    only_roles=st.sampled_from([(), (RAIDERS,)]), wants_direct=st.booleans(), away_until=st.none() | moments,
)  # fmt: skip
guilds = st.builds(
    GuildSettings, zone=zones, quiet_hours=st.none() | hours.map(lambda each: each.text),
    escalate_after=st.none() | st.integers(1, 5),
)  # fmt: skip
rungs = st.builds(Rung, st.integers(0, 9), st.integers(0, 9), st.booleans(), st.booleans())
standings = st.builds(
    Standing, members, st.booleans(), st.none() | st.sampled_from(HeldReason), st.none() | rungs
)  # fmt: skip
events = st.builds(event, st.none() | moments, st.sampled_from([(), (RAIDERS,), (OTHERS,)]), st.none())


def is_inside(moment: datetime, choices: MemberChoices, guild: GuildSettings) -> bool:
    """Whether the wall clock of a person stands in their quiet hours: by the clock's face alone."""
    quiet = choices.quiet
    if not isinstance(quiet, QuietHours):
        if quiet is QuietChoice.NEVER or guild.quiet_hours is None:
            return False
        quiet = QuietHours.read(guild.quiet_hours)
    face = moment.astimezone(ZoneInfo(choices.zone or guild.zone or "UTC")).time()
    if quiet.begins < quiet.ends:
        return quiet.begins <= face < quiet.ends
    return face >= quiet.begins or face < quiet.ends


def clocks_stand_still(moment: datetime, zone: str) -> bool:
    offsets = {(moment + each * HOUR).astimezone(ZoneInfo(zone)).utcoffset() for each in range(-26, 27)}
    return len(offsets) == 1


@given(events, st.sampled_from(ReminderKind), standings, guilds, moments)
def test_nobody_hears_a_sound_in_their_quiet_hours(
    about: TrackedEvent, kind: ReminderKind, person: Standing, guild: GuildSettings, now: datetime
) -> None:
    if kind is TALLY or not clocks_stand_still(now, person.choices.zone or guild.zone or "UTC"):
        return
    decision = decided(kind, person, now, guild, about)
    is_quiet = is_inside(now, person.choices, guild)
    if decision.timing is Timing.NOW:
        assert decision.is_soundless == is_quiet
        assert kind is not SILENT or not is_quiet
    if decision.hold is not None and decision.hold.due_at > now:
        assert is_quiet
        assert not is_inside(decision.hold.due_at, person.choices, guild)


@given(events, st.sampled_from(ReminderKind), standings, guilds, moments)
def test_only_who_allows_it_gets_a_direct_message_and_who_is_off_gets_nothing(
    about: TrackedEvent, kind: ReminderKind, person: Standing, guild: GuildSettings, now: datetime
) -> None:
    decision = decided(kind, person, now, guild, about)
    if decision.hold is not None and decision.hold.way is Way.DIRECT:
        assert person.choices.takes_direct
    if person.choices.contact is Contact.OFF:
        assert decision.timing is Timing.NEVER
    if person.choices.contact is Contact.DIRECT and kind is not TALLY:
        assert decision.timing is not Timing.NOW, "they are never named in a channel"
    assert (decision.hold is not None) == (decision.timing is Timing.HELD)
