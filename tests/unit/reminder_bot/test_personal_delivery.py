"""Reminders to people who have chosen something: who is named, who waits, and what is left after a crash."""

from datetime import datetime, time, timedelta

import pytest

from models.event_options import EventOptions
from models.guild_settings import GuildSettings
from models.held_records import HeldKind, HeldReason, Way
from models.member_choices import Contact
from models.member_models import HeldReminder
from models.quiet_hours import QuietHours
from models.records import EventState, SignalKind
from persistence import escalations
from persistence.statements import rows_of
from reminder_bot.event_requests import WatchRequest
from tests.fakes import START
from tests.unit.reminder_bot.conftest import ANSWERS, CHANNEL, EVENT, GUILD, House
from utils.errors import TransientDiscordError, UserError

YES, NO, MAYBE = ANSWERS
HOUR = timedelta(hours=1)
NIGHT = QuietHours(time(21), time(7))
MORNING = START + 11 * HOUR


async def held(house: House) -> list[tuple[int, HeldKind, datetime, Way, HeldReason]]:
    """Everything that waits, in the order in which it was stored."""

    def read() -> list[tuple[int, HeldKind, datetime, Way, HeldReason]]:
        columns = (HeldReminder.user_id, HeldReminder.kind, HeldReminder.due_at, HeldReminder.way, HeldReminder.why)
        return rows_of(HeldReminder.select(*columns).order_by(HeldReminder.user_id, HeldReminder.id))

    return await house.reader.run(read)


async def watch_start(house: House, starts_at: datetime) -> None:
    request = WatchRequest(EVENT, CHANNEL, GUILD, "Raid", None, HOUR, ANSWERS, 1, starts_at, None, EventOptions())
    await house.manager.watch(request)


async def test_who_is_in_quiet_hours_waits_and_the_others_are_pinged(house: House) -> None:
    await house.members.change(GUILD, 2, quiet=NIGHT)
    await house.watch(minutes=60)
    await house.tick(minutes=60)
    assert house.sender.pinged == [1, 3]
    assert await held(house) == [(2, HeldKind.SILENT, MORNING, Way.CHANNEL, HeldReason.QUIET)]
    await house.tick(minutes=60)
    assert house.sender.pinged == [1, 3, 1, 3]
    assert len(await held(house)) == 1


async def test_in_the_guilds_quiet_hours_nothing_is_posted_and_the_clock_goes_on(house: House) -> None:
    house.settings.chosen = GuildSettings(quiet_hours=NIGHT.text)
    await house.watch(minutes=60)
    await house.tick(minutes=60)
    event = await house.event()
    assert (event.next_reminder_at, event.last_reminder) == (START + 2 * HOUR, None)
    assert [user_id for user_id, *_rest in await held(house)] == [1, 2, 3]
    await house.reopen()
    await house.connect()
    await house.tick(minutes=60)
    assert (house.sender.posts, len(await held(house))) == ([], 3)


async def test_who_wants_direct_messages_is_never_named_in_the_channel(house: House) -> None:
    await house.members.change(GUILD, 1, contact=Contact.DIRECT)
    await house.watch(minutes=60)
    await house.tick(minutes=60)
    assert house.sender.pinged == [2, 3]
    assert await held(house) == [(1, HeldKind.SILENT, START + HOUR, Way.DIRECT, HeldReason.DIRECT)]


@pytest.mark.parametrize("choice", ["off", "not_this", "away"])
async def test_who_is_left_out_keeps_no_event_waiting_and_comes_back(house: House, choice: str) -> None:
    async def choose() -> None:
        if choice == "not_this":
            await house.members.opt_out(GUILD, EVENT, 3)
            house.manager.opt_out_changed(EVENT, 3)
            return
        change = {"contact": Contact.OFF} if choice == "off" else {"away_until": START + 99 * HOUR}
        await house.members.change(GUILD, 3, **change)
        house.manager.choices_changed(GUILD, 3)

    async def unchoose() -> None:
        if choice == "not_this":
            await house.members.opt_in(GUILD, EVENT, 3)
            house.manager.opt_out_changed(EVENT, 3)
            return
        await house.members.change(GUILD, 3, contact=Contact.CHANNEL, away_until=None)
        house.manager.choices_changed(GUILD, 3)

    await watch_start(house, START + 48 * HOUR)
    for user_id in (1, 2):
        await house.react(user_id, NO)
    await choose()
    await house.settle()
    assert (await house.event()).next_reminder_at is None
    await unchoose()
    await house.settle()
    assert (await house.event()).next_reminder_at == START + HOUR
    await house.tick(minutes=60)
    assert house.sender.pinged == [3]


async def test_who_is_away_from_an_event_without_a_start_is_passed_over_until_they_are_back(house: House) -> None:
    await house.members.change(GUILD, 3, away_until=START + 90 * timedelta(minutes=1))
    await house.watch(minutes=60)
    await house.react(1, NO)
    await house.react(2, NO)
    await house.tick(minutes=60)
    assert (house.sender.posts, await held(house)) == ([], [])
    assert (await house.event()).next_reminder_at == START + 2 * HOUR
    await house.tick(minutes=60)
    assert house.sender.pinged == [3]


async def test_reminder_that_an_outage_brings_into_quiet_hours_waits_for_who_has_them(house: House) -> None:
    await house.watch(minutes=45)
    await house.members.change(GUILD, 2, quiet=NIGHT)
    event = await house.event()
    assert event.next_reminder_at is not None
    house.clock.advance(minutes=45)
    (batch,) = (await house.manager.delivery.claim(event, event.next_reminder_at, due_only=True)).claims
    assert batch.recipients == (1, 2, 3)
    house.clock.advance(minutes=30)
    await house.reopen()
    await house.connect()
    assert house.sender.pinged == [1, 3]
    assert await held(house) == [(2, HeldKind.SILENT, MORNING, Way.CHANNEL, HeldReason.QUIET)]


async def test_who_changes_their_choices_while_a_message_is_on_its_way_is_not_in_it(house: House) -> None:
    await house.watch(minutes=60)
    post = house.sender.post
    changed: list[object] = []

    async def change_first(*args: object, **kwargs: object) -> object:
        if not changed:
            changed.append(await house.members.change(GUILD, 2, contact=Contact.DIRECT))
            house.manager.choices_changed(GUILD, 2)
        return await post(*args, **kwargs)  # type: ignore[arg-type]

    house.sender.post = change_first  # type: ignore[method-assign, assignment]
    await house.tick(minutes=60)
    await house.until(lambda: bool(house.sender.posts))
    assert house.sender.pinged == [1, 3]
    assert await held(house) == [(2, HeldKind.SILENT, START + HOUR, Way.DIRECT, HeldReason.DIRECT)]


async def test_asked_for_reminder_tells_how_many_are_passed_over(house: House) -> None:
    await house.watch(minutes=60)
    await house.members.change(GUILD, 1, contact=Contact.DIRECT)
    await house.members.change(GUILD, 2, away_until=START + HOUR)
    reminded = await house.manager.remind_now(GUILD, EVENT)
    assert (reminded.missing, reminded.pinged, reminded.passed_over) == (1, 1, 2)
    await house.members.change(GUILD, 3, contact=Contact.DIRECT)
    house.clock.advance(minutes=5)
    again = await house.manager.remind_now(GUILD, EVENT)
    assert (again.missing, again.pinged, again.passed_over) == (0, 0, 3)
    assert again.event.next_reminder_at == START + HOUR + timedelta(minutes=5)


async def test_asked_for_reminder_of_an_event_that_has_closed_is_still_refused(house: House) -> None:
    await watch_start(house, START + HOUR)
    house.clock.advance(hours=1)
    with pytest.raises(UserError, match="closed"):
        await house.manager.remind_now(GUILD, EVENT)


async def test_news_that_cannot_wait_goes_out_without_a_sound_in_a_message_of_its_own(house: House) -> None:
    await house.members.change(GUILD, 2, quiet=NIGHT)
    await watch_start(house, START + 3 * HOUR)
    for user_id in (1, 2, 3):
        await house.react(user_id, YES)
    await house.tick(minutes=121)
    told = [(claim.kind.value, people) for claim, people, _late in house.sender.posts]
    assert told == [("before", (1, 3)), ("before", (2,))]
    assert house.sender.soft == [False, True]
    assert await held(house) == []


async def test_news_that_can_wait_waits_and_an_end_is_told_to_the_channel_all_the_same(house: House) -> None:
    house.settings.chosen = GuildSettings(quiet_hours=NIGHT.text, is_silent=True)
    await watch_start(house, START + 30 * HOUR)
    await house.react(2, YES)
    house.clock.advance(hours=2)
    await house.manager.planning.cancel(await house.event(), by=1)
    await house.settle()
    assert [(claim.kind.value, people) for claim, people, _late in house.sender.posts] == [("cancelled", ())]
    assert house.sender.soft == [True]
    assert await held(house) == [(2, HeldKind.CANCELLED, MORNING, Way.CHANNEL, HeldReason.QUIET)]
    assert (await house.event()).state is EventState.COMPLETED


async def test_after_so_many_reminders_the_organiser_hears_of_who_is_silent_and_nobody_is_pinged(house: House) -> None:
    house.settings.chosen = GuildSettings(escalate_after=2, log_channel_id=77)
    await house.members.change(GUILD, 3, wants_direct=True)
    await house.watch(minutes=60)
    for _ in range(3):
        await house.tick(minutes=60)
    assert house.sender.pinged == [1, 2, 3] * 2
    third = START + 3 * HOUR
    assert await held(house) == [
        (1, HeldKind.STILL_SILENT, third, Way.LOG, HeldReason.ESCALATION),
        (3, HeldKind.SILENT, third, Way.DIRECT, HeldReason.ESCALATION),
    ]
    assert await house.reader.run(escalations.still_silent, GUILD, EVENT) == [1, 2]
    await house.tick(minutes=60)
    assert len(house.sender.pinged) == 6
    assert await house.reader.run(escalations.still_silent, GUILD, EVENT) == [1, 2, 3]
    digest = (1, HeldKind.STILL_SILENT, START + 4 * HOUR, Way.LOG, HeldReason.ESCALATION)
    assert [each for each in await held(house) if each[2] > third] == [digest]
    assert (await house.event()).next_reminder_at == START + 5 * HOUR


async def test_digest_goes_to_an_organiser_who_takes_direct_messages_and_to_nobody_without_a_way(house: House) -> None:
    house.settings.chosen = GuildSettings(escalate_after=1)
    await house.watch(minutes=60)
    await house.react(1, YES)
    await house.react(2, YES)
    await house.tick(minutes=60)
    await house.tick(minutes=60)
    assert await held(house) == []
    assert await house.reader.run(escalations.still_silent, GUILD, EVENT) == [3]
    await house.react(2, YES, SignalKind.REMOVE)
    await house.members.change(GUILD, 1, wants_direct=True)
    await house.tick(minutes=60)
    await house.tick(minutes=60)
    assert house.sender.pinged == [3, 2]
    assert [row for row in await held(house) if row[1] is HeldKind.STILL_SILENT] == [
        (1, HeldKind.STILL_SILENT, START + 4 * HOUR, Way.DIRECT, HeldReason.ESCALATION)
    ]


async def test_nothing_is_held_when_the_claim_cannot_be_made(house: House) -> None:
    await house.members.change(GUILD, 2, quiet=NIGHT)
    await house.watch(minutes=60)
    house.places.error = TransientDiscordError("no answer")
    house.clock.advance(minutes=60)
    event = await house.event()
    with pytest.raises(TransientDiscordError):
        await house.manager.delivery.claim(event, START + HOUR, due_only=True)
    assert await held(house) == []
