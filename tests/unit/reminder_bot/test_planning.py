"""Starts, deadlines and what hangs on them: on a clock that is moved by hand, with crashes and outages in between."""

import asyncio
from datetime import datetime, timedelta

import pytest

from models.event_options import EventOptions
from models.records import EventState, PlanKind, ReminderKind, SignalKind, TrackedEvent
from reminder_bot.event_requests import WatchRequest
from tests.fakes import START
from tests.unit.reminder_bot.conftest import ANSWERS, CHANNEL, EVENT, GUILD, House
from utils.errors import TransientDiscordError, UserError

YES, NO, MAYBE = ANSWERS
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TALLY = EventOptions(wants_tally=True)


async def watch(
    house: House,
    starts_at: datetime | None = None,
    answer_until: datetime | None = None,
    options: EventOptions = TALLY,
    interval: timedelta = 12 * HOUR,
) -> TrackedEvent:
    request = WatchRequest(
        EVENT, CHANNEL, GUILD, "Raid", None, interval, ANSWERS, 1, starts_at, answer_until, options
    )  # fmt: skip
    return (await house.manager.watch(request)).event


async def move(house: House, starts_at: datetime | None, answer_until: datetime | None = None) -> TrackedEvent:
    event = await house.event()
    change = await house.manager.planning.reschedule(event, starts_at, answer_until, event.options, by=1)
    await house.settle()
    return change.event


async def run_until(house: House, end: datetime, step: timedelta = timedelta(minutes=10)) -> None:
    while house.clock.now() < end:
        await house.tick(seconds=min(step, end - house.clock.now()).total_seconds())


def told(house: House) -> list[tuple[str, timedelta, tuple[int, ...]]]:
    """Everything that was posted: its kind, when it was due after the start of the test, and to whom."""
    return [(claim.kind.value, claim.scheduled_at - START, people) for claim, people, _late in house.sender.posts]


async def test_an_events_whole_life(house: House) -> None:
    await watch(house, START + 48 * HOUR, START + 36 * HOUR)
    await house.react(1, YES)
    await house.react(2, MAYBE)
    await run_until(house, START + 50 * HOUR)
    assert told(house) == [
        ("silent", 12 * HOUR, (3,)),
        ("decide", 12 * HOUR, (2,)),
        ("silent", 24 * HOUR, (3,)),
        ("before", 47 * HOUR, (1,)),
        ("tally", 48 * HOUR, ()),
    ]
    ended = await house.event()
    assert (ended.state, ended.state_reason, ended.next_reminder_at) == (EventState.COMPLETED, "it has begun", None)
    assert len(house.manager.index) == 0


async def test_silent_reminders_end_at_the_start_without_an_answer_until(house: House) -> None:
    await watch(house, START + 25 * HOUR)
    await run_until(house, START + 30 * HOUR)
    assert [one for one in told(house) if one[0] == "silent"] == [
        ("silent", 12 * HOUR, (1, 2, 3)),
        ("silent", 24 * HOUR, (1, 2, 3)),
    ]


async def test_an_event_with_an_answer_until_alone_ends_then(house: House) -> None:
    await watch(house, None, START + 5 * HOUR, EventOptions())
    await run_until(house, START + 6 * HOUR)
    assert (await house.event()).state_reason == "answers have closed"
    assert told(house) == []


async def test_several_reminders_before_the_start_and_only_who_says_yes_then(house: House) -> None:
    await watch(house, START + 30 * HOUR, None, EventOptions(before_minutes=(1440, 60)))
    await house.react(1, YES)
    await house.react(2, NO)
    await run_until(house, START + 10 * HOUR)
    await house.react(1, YES, SignalKind.REMOVE)
    await house.react(1, NO)
    await house.react(2, NO, SignalKind.REMOVE)
    await house.react(2, YES)
    await run_until(house, START + 31 * HOUR)
    assert [one for one in told(house) if one[0] == "before"] == [
        ("before", 6 * HOUR, (1,)),
        ("before", 29 * HOUR, (2,)),
    ]


async def test_decide_comes_half_way_when_less_than_a_day_is_left(house: House) -> None:
    await watch(house, START + 4 * HOUR)
    await house.react(2, MAYBE)
    await run_until(house, START + 5 * HOUR)
    assert [one for one in told(house) if one[0] == "decide"] == [("decide", 2 * HOUR, (2,))]


async def test_moving_the_start_moves_what_hangs_on_it_and_tells_yes_and_maybe_once(house: House) -> None:
    await watch(house, START + 30 * HOUR)
    await house.react(1, YES)
    await house.react(2, MAYBE)
    await house.react(3, NO)
    await run_until(house, START + HOUR)
    await move(house, START + 60 * HOUR)
    await run_until(house, START + 61 * HOUR)
    assert told(house) == [
        ("moved", HOUR, (1, 2)),
        ("decide", 36 * HOUR, (2,)),
        ("before", 59 * HOUR, (1,)),
        ("tally", 60 * HOUR, ()),
    ]
    moved = house.sender.posts[0][0].detail
    assert moved == {"from": "2026-03-03 02:00:00.000+00:00", "to": "2026-03-04 08:00:00.000+00:00"}


async def test_moved_twice_before_it_could_be_told_is_told_once_from_the_first(house: House) -> None:
    await watch(house, START + 30 * HOUR)
    await house.react(1, YES)
    house.manager.session.lost()
    await move(house, START + 40 * HOUR)
    house.clock.advance(minutes=5)
    await move(house, START + 50 * HOUR)
    house.manager.session.resumed()
    house.manager.catch_up.resumed()
    await house.tick(seconds=1)
    (posted,) = house.sender.posts
    assert posted[0].kind is ReminderKind.MOVED
    assert posted[0].detail == {"from": "2026-03-03 02:00:00.000+00:00", "to": "2026-03-03 22:00:00.000+00:00"}


async def test_moved_back_before_it_could_be_told_is_not_told(house: House) -> None:
    await watch(house, START + 30 * HOUR)
    await house.react(1, YES)
    house.manager.session.lost()
    await move(house, START + 40 * HOUR)
    await move(house, START + 30 * HOUR)
    house.manager.session.resumed()
    house.manager.catch_up.resumed()
    await house.tick(seconds=1)
    assert told(house) == []


@pytest.mark.parametrize(("hours", "news"), [(30, []), (50, [("2026-03-03 02:00:00.000+00:00", 50)])])
async def test_news_that_was_claimed_and_not_sent_is_told_from_what_people_know(
    house: House, hours: int, news: list[tuple[str, int]]
) -> None:
    await watch(house, START + 30 * HOUR)
    await house.react(1, YES)
    house.liveness.error = TransientDiscordError("no sign of life")
    await house.manager.planning.reschedule(await house.event(), START + 40 * HOUR, None, TALLY, by=1)
    await house.until(lambda: house.liveness.proofs > 1)
    house.clock.advance(seconds=1)
    change = await house.manager.planning.reschedule(await house.event(), START + hours * HOUR, None, TALLY, by=1)
    assert change.event.starts_at == START + hours * HOUR
    house.liveness.error = None
    await house.tick(seconds=1)
    await house.until(lambda: house.manager.is_idle)
    await house.tick(seconds=1)
    ends = {hours: (START + hours * HOUR).isoformat(sep=" ", timespec="milliseconds")}
    told_of = [
        (claim.detail["from"], claim.detail["to"]) for claim, _people, _late in house.sender.posts if claim.detail
    ]
    assert told_of == [(old, ends[new]) for old, new in news]


async def test_cancelling_tells_all_who_answered_and_ends_the_event(house: House) -> None:
    await watch(house, START + 30 * HOUR)
    await house.react(1, YES)
    await house.react(2, NO)
    await run_until(house, START + HOUR)
    await house.manager.planning.cancel(await house.event(), by=9)
    await house.settle()
    assert told(house) == [("cancelled", HOUR, (1, 2))]
    ended = await house.event()
    assert (ended.state, ended.state_reason) == (EventState.COMPLETED, "it was cancelled")
    await run_until(house, START + 40 * HOUR)
    assert len(house.sender.posts) == 1
    with pytest.raises(UserError):
        await house.manager.planning.cancel(ended, by=9)


async def test_cancelled_while_a_reminder_is_being_sent(house: House) -> None:
    await watch(house, START + 30 * HOUR)
    await house.react(1, YES)
    house.sender.gate = asyncio.Event()
    house.clock.advance(hours=12)
    await house.manager.send_due_reminders()
    await house.until(lambda: house.manager.is_sending(EVENT))
    await house.manager.planning.cancel(await house.event(), by=9)
    house.sender.gate.set()
    await house.settle()
    await house.until(lambda: house.manager.is_idle)
    kinds = [kind for kind, _at, _people in told(house)]
    assert kinds[-1] == "cancelled"
    assert kinds.count("cancelled") == 1


async def test_a_crash_between_claim_and_post_sends_each_kind_once(house: House) -> None:
    await watch(house, START + 30 * HOUR)
    await house.react(1, YES)
    house.sender.losses = [TransientDiscordError("lost")]
    await run_until(house, START + 29 * HOUR)
    await house.reopen()
    await house.connect()
    await house.tick(seconds=1)
    assert [kind for kind, _at, _people in told(house)].count("before") == 1


async def test_the_last_messages_of_an_event_survive_a_crash(house: House) -> None:
    await watch(house, START + 2 * HOUR)
    await house.react(1, YES)
    house.manager.session.lost()
    house.clock.advance(hours=3)
    await house.reopen()
    await house.connect()
    await house.tick(seconds=1)
    assert ("tally", 2 * HOUR, ()) in told(house)
    assert [kind for kind, _at, _people in told(house)].count("before") == 0, "it has begun meanwhile"


async def test_what_was_missed_while_down_comes_once_and_late(house: House) -> None:
    await watch(house, START + 30 * HOUR, None, EventOptions(before_minutes=(600, 300, 120)))
    await house.react(1, YES)
    await house.react(2, NO)
    await house.react(3, NO)
    house.manager.session.lost()
    house.clock.advance(hours=26)
    await house.reopen()
    await house.connect()
    await house.tick(seconds=1)
    assert [(kind, people) for kind, _at, people in told(house)] == [("before", (1,))]
    assert house.sender.posts[0][2], "it is marked late"
    await run_until(house, START + 29 * HOUR)
    assert [(kind, at) for kind, at, _people in told(house)][1:] == [("before", 28 * HOUR)]


async def test_a_paused_event_sends_nothing_and_still_ends(house: House) -> None:
    await watch(house, START + 5 * HOUR)
    await house.react(1, YES)
    await house.react(2, MAYBE)
    await house.manager.pause(GUILD, EVENT, by=1)
    await run_until(house, START + 6 * HOUR)
    assert told(house) == []
    assert (await house.event()).state is EventState.COMPLETED


async def test_nobody_is_asked_after_answers_have_closed(house: House) -> None:
    event = await watch(house, START + 30 * HOUR, START + 10 * HOUR)
    house.clock.advance(hours=11)
    with pytest.raises(UserError, match="closed"):
        await house.manager.remind_now(GUILD, EVENT)
    assert event.next_reminder_at is None, "an interval of 12 hours does not fit before"


async def test_a_silent_reminder_that_was_held_up_until_answers_closed_is_not_sent(house: House) -> None:
    await watch(house, START + 48 * HOUR, START + 13 * HOUR)
    house.manager.session.lost()
    house.clock.advance(hours=14)
    house.manager.session.resumed()
    house.manager.catch_up.resumed()
    await house.tick(seconds=1)
    assert told(house) == []


@pytest.mark.parametrize(
    ("starts", "until"), [(-1, None), (None, -1), (10, 11), (0, None)], ids=["past", "past-until", "order", "now"]
)
async def test_times_that_cannot_be_are_refused_and_change_nothing(
    house: House, starts: int | None, until: int | None
) -> None:
    before = await watch(house, START + 30 * HOUR)
    start, closes = (None if hours is None else START + hours * HOUR for hours in (starts, until))
    with pytest.raises(UserError):
        await house.manager.planning.reschedule(before, start, closes, before.options, by=1)
    assert await house.event() == before


async def test_what_is_planned_is_shown_in_order(house: House) -> None:
    event = await watch(house, START + 48 * HOUR, START + 36 * HOUR, EventOptions(before_minutes=(1440, 60)))
    planned = await house.manager.planning.planned(event)
    assert [(one.kind, one.due_at - START) for one in planned] == [
        (PlanKind.DECIDE, 12 * HOUR),
        (PlanKind.BEFORE, 24 * HOUR),
        (PlanKind.BEFORE, 47 * HOUR),
        (PlanKind.COMPLETION, 48 * HOUR),
    ]


async def test_ending_an_event_by_hand_leaves_nothing_planned(house: House) -> None:
    event = await watch(house, START + 48 * HOUR)
    await house.manager.unwatch(GUILD, EVENT, by=1)
    assert await house.manager.planning.planned(event) == []
    await run_until(house, START + 50 * HOUR, HOUR)
    assert told(house) == []


async def test_watching_again_with_another_start_plans_anew(house: House) -> None:
    await watch(house, START + 30 * HOUR)
    await house.react(1, YES)
    await run_until(house, START + 31 * HOUR)
    seen = len(house.sender.posts)
    await watch(house, START + 60 * HOUR)
    await run_until(house, START + 61 * HOUR)
    later = [(kind, at) for kind, at, _people in told(house)[seen:]]
    assert ("before", 59 * HOUR) in later
    assert ("moved", 31 * HOUR) not in later
    assert later[-1] == ("tally", 60 * HOUR)
