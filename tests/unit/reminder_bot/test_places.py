"""Where messages go: to the place that was chosen, else to the event's channel; nobody left out or pinged twice."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest

from models.event_options import EventOptions, Place
from models.records import EventState, ReminderKind, ReminderStatus
from models.shown_records import LogEntry
from persistence import reminder_log
from reminder_bot.event_requests import WatchRequest
from reminder_bot.place_finder import LOCKED, FoundPlace
from reminder_bot.places import NOT_SEEN, PlacePreview
from reminder_bot.reminder_message import Tally
from tests.fakes import START
from tests.unit.reminder_bot.conftest import ANSWERS, CHANNEL, EVENT, GUILD, House
from utils.errors import BlockedError, DiscordError, GoneError, TransientDiscordError

DEN = 77
HOUR = timedelta(hours=1)
ELSEWHERE = EventOptions(place=Place.ELSEWHERE, place_channel_id=DEN, wants_tally=True)
THREAD = EventOptions(place=Place.THREAD, wants_tally=True)
Sent = list[tuple[int | None, tuple[int, ...]]]
REFUSALS = [
    BlockedError("Missing Access", 50001),
    GoneError("Unknown Channel", 10003),
    DiscordError("Discord refused the request: no (status 400, code 50008)."),
]


async def watch(house: House, options: EventOptions = ELSEWHERE, starts_in: timedelta | None = None) -> None:
    starts_at = None if starts_in is None else START + starts_in
    await house.manager.watch(
        WatchRequest(EVENT, CHANNEL, GUILD, "Raid", None, 12 * HOUR, ANSWERS, 1, starts_at, None, options)
    )


@pytest.fixture
async def den(house: House) -> House:
    """The house with a channel that was chosen, which 3 cannot see."""
    house.places.found = FoundPlace(DEN)
    house.audience.sees[DEN] = frozenset({1, 2})
    return house


def sent(house: House) -> Sent:
    return [(claim.channel_id, people) for claim, people, _late in house.sender.posts]


async def entries(house: House) -> list[LogEntry]:
    return await house.reader.run(reminder_log.list_log, GUILD, EVENT, 10)


async def test_an_event_of_which_nobody_chose_a_place_is_reminded_in_its_channel(house: House) -> None:
    await watch(house, EventOptions())
    await house.tick(hours=12)
    assert sent(house) == [(None, (1, 2, 3))]


async def test_who_cannot_see_the_chosen_channel_is_pinged_in_the_events_own(den: House) -> None:
    await watch(den)
    await den.tick(hours=12)
    assert sent(den) == [(DEN, (1, 2)), (None, (3,))]
    assert [entry.status for entry in await entries(den)] == [ReminderStatus.SENT] * 2
    assert (await den.event()).next_reminder_at == START + 24 * HOUR


async def test_a_thread_takes_everybody_and_is_asked_for_only_when_somebody_is_to_be_pinged(house: House) -> None:
    house.places.found = FoundPlace(EVENT)
    house.audience.sees[EVENT] = frozenset()
    house.audience.people = frozenset()
    await watch(house, THREAD)
    await house.tick(hours=12)
    assert house.places.asked == []
    house.audience.people = frozenset({1, 2, 3})
    house.manager.catch_up.audience_changed(GUILD)
    await house.settle()
    await house.tick(hours=12)
    assert sent(house) == [(EVENT, (1, 2, 3))]
    assert house.places.asked == [True]


async def test_a_place_that_cannot_be_used_falls_back_to_the_events_channel(house: House) -> None:
    house.places.found = FoundPlace(None, LOCKED)
    await watch(house, THREAD)
    await house.tick(hours=12)
    assert sent(house) == [(None, (1, 2, 3))]


@pytest.mark.parametrize("refusal", REFUSALS[:2], ids=["forbidden", "gone"])
async def test_a_place_whose_people_cannot_be_told_for_good_is_not_used(den: House, refusal: DiscordError) -> None:
    den.audience.sees[DEN] = refusal
    await watch(den)
    await den.tick(hours=12)
    assert sent(den) == [(None, (1, 2, 3))]
    assert (await den.event()).state is EventState.ACTIVE


@pytest.mark.parametrize("is_seen", [False, True], ids=["place", "people"])
async def test_nothing_is_claimed_while_the_place_cannot_be_told(den: House, is_seen: bool) -> None:
    await watch(den)
    seen, den.audience.sees[DEN] = den.audience.sees[DEN], TransientDiscordError("503")
    den.places.error = None if is_seen else TransientDiscordError("503")
    den.clock.advance(hours=12)
    await den.manager.send_due_reminders()
    await den.until(lambda: len(den.places.asked) > 1)
    assert await entries(den) == []
    den.places.error, den.audience.sees[DEN] = None, seen
    await den.settle()
    assert sent(den) == [(DEN, (1, 2)), (None, (3,))]


@pytest.mark.parametrize("refusal", REFUSALS, ids=["forbidden", "gone", "wrong"])
async def test_a_place_that_refuses_after_the_claim_loses_no_reminder_and_says_nothing_of_the_event(
    den: House, refusal: DiscordError
) -> None:
    den.sender.refusals[DEN] = refusal
    await watch(den)
    await den.tick(hours=12)
    assert sent(den) == [(None, (1, 2)), (None, (3,))]
    assert (await den.event()).state is EventState.ACTIVE
    assert den.notices.told == []
    assert den.sender.finds == 0, "what was refused is nowhere"
    assert [entry.status for entry in await entries(den)] == [ReminderStatus.SENT] * 2


async def test_a_refusal_of_the_events_own_channel_still_blocks_the_event(den: House) -> None:
    den.sender.refusals = {DEN: BlockedError("Missing Access", 50001), None: BlockedError("Missing Access", 50001)}
    await watch(den)
    await den.tick(hours=12)
    assert den.sender.posts == []
    assert (await den.event()).state is EventState.BLOCKED
    assert [entry.error_message for entry in await entries(den)] == ["the event is blocked", "Missing Access"]


async def test_an_answer_that_was_lost_is_looked_for_in_the_place(den: House) -> None:
    den.sender.losses = [TransientDiscordError("lost")]
    await watch(den)
    await den.tick(hours=12)
    assert sent(den) == [(DEN, (1, 2)), (None, (3,))]
    assert den.sender.finds == 1
    assert den.manager.ledger.reminders_settled == 1


@pytest.mark.parametrize("refusal", REFUSALS[:2], ids=["forbidden", "gone"])
async def test_where_nobody_can_look_any_more_nobody_is_pinged_again(den: House, refusal: DiscordError) -> None:
    den.sender.losses = [TransientDiscordError("lost")]
    await watch(den)
    den.clock.advance(hours=12)
    await den.manager.send_due_reminders()
    await den.until(lambda: bool(den.sender.posts))
    den.sender.refusals[DEN] = refusal
    await den.settle()
    assert sent(den) == [(DEN, (1, 2)), (None, (3,))]
    (_other, lost) = await entries(den)
    assert lost.status is ReminderStatus.FAILED
    assert lost.error_message is not None
    assert "Whether an earlier attempt" in lost.error_message
    event = await den.event()
    assert (event.state, event.next_reminder_at) == (EventState.ACTIVE, START + 24 * HOUR)


async def test_a_lost_answer_and_a_refusal_after_it_ping_once_each(den: House) -> None:
    """The first attempt is proven not to be there, the second is refused: only then does the batch come home."""
    den.sender.failures = [TransientDiscordError("503")]
    await watch(den)
    den.clock.advance(hours=12)
    await den.manager.send_due_reminders()
    await den.until(lambda: den.sender.finds == 1)
    await den.settle()
    assert sent(den) == [(DEN, (1, 2)), (None, (3,))]


async def test_a_crash_after_the_claim_posts_where_it_was_to_go_although_another_place_was_chosen_since(
    den: House,
) -> None:
    await watch(den)
    den.clock.advance(hours=12)
    event = await den.event()
    assert event.next_reminder_at is not None
    await den.manager.delivery.claim(event, event.next_reminder_at, due_only=True)
    den.places.found = FoundPlace(78)
    await den.reopen()
    await den.connect()
    assert sent(den) == [(DEN, (1, 2)), (None, (3,))]
    assert den.sender.finds == 0


async def test_a_crash_inside_the_post_is_settled_from_the_place(den: House) -> None:
    await watch(den)
    den.clock.advance(hours=12)
    event = await den.event()
    assert event.next_reminder_at is not None
    there, _here = (await den.manager.delivery.claim(event, event.next_reminder_at, due_only=True)).claims
    begun = await den.writer.run(reminder_log.begin_attempt, GUILD, there.log_id, there.recipients, den.clock.now())
    assert begun is not None
    await den.sender.post(event, begun, Tally({}, 3), START, late=False, softly=False, may_leave=lambda: True)
    await den.reopen()
    await den.connect()
    assert sorted(den.sender.pinged) == [1, 2, 3]
    assert den.sender.finds == 1


async def test_a_crash_after_the_batch_came_home_sends_it_there_without_a_search(den: House) -> None:
    await watch(den)
    den.clock.advance(hours=12)
    event = await den.event()
    assert event.next_reminder_at is not None
    there, _here = (await den.manager.delivery.claim(event, event.next_reminder_at, due_only=True)).claims
    await den.writer.run(reminder_log.begin_attempt, GUILD, there.log_id, there.recipients, den.clock.now())
    await den.writer.run(reminder_log.come_home, GUILD, there.log_id, den.clock.now())
    await den.reopen()
    await den.connect()
    assert sent(den) == [(None, (1, 2)), (None, (3,))]
    assert den.sender.finds == 0


async def test_who_lost_sight_of_the_place_since_the_claim_is_pinged_in_the_events_channel(den: House) -> None:
    await watch(den)
    den.clock.advance(hours=12)
    event = await den.event()
    assert event.next_reminder_at is not None
    await den.manager.delivery.claim(event, event.next_reminder_at, due_only=True)
    await den.reopen()
    den.audience.sees[DEN] = frozenset({1})
    await den.connect()
    assert sent(den) == [(None, (1, 2)), (None, (3,))]


async def test_all_kinds_of_messages_go_to_the_place(den: House) -> None:
    await watch(den, starts_in=40 * HOUR)
    await den.react(1, "✅")
    await den.react(2, "❓")
    await den.react(3, "✅")
    await den.tick(hours=16)
    await den.tick(hours=1)
    event = await den.event()
    await den.manager.planning.reschedule(event, START + 50 * HOUR, None, event.options, by=1)
    await den.settle()
    for _hour in range(34):
        await den.tick(hours=1)
    kinds: dict[ReminderKind, Sent] = {}
    for claim, people, _late in den.sender.posts:
        kinds.setdefault(claim.kind, []).append((claim.channel_id, people))
    assert kinds == {
        ReminderKind.DECIDE: [(DEN, (2,)), (DEN, (2,))],
        ReminderKind.MOVED: [(DEN, (1, 2)), (None, (3,))],
        ReminderKind.BEFORE: [(DEN, (1,)), (None, (3,))],
        ReminderKind.TALLY: [(DEN, ())],
    }


async def test_a_message_for_nobody_asks_for_no_place_and_is_not_claimed(house: House) -> None:
    house.audience.people = frozenset()
    await watch(house, THREAD, starts_in=40 * HOUR)
    await house.tick(hours=39)
    assert house.places.asked == []
    assert await entries(house) == []


async def test_a_cancelled_event_is_told_of_in_the_place(den: House) -> None:
    await watch(den, starts_in=40 * HOUR)
    await den.manager.planning.cancel(await den.event(), by=1)
    await den.settle()
    assert sent(den) == [(DEN, ())]


async def test_lanes_go_by_the_channel_that_is_posted_to(den: House, monkeypatch: pytest.MonkeyPatch) -> None:
    entered: list[int] = []
    lanes = den.manager.delivery.lanes
    enter = lanes.enter

    def note(channel_id: int) -> AbstractAsyncContextManager[None]:
        entered.append(channel_id)
        return enter(channel_id)

    monkeypatch.setattr(lanes, "enter", note)
    den.sender.refusals[DEN] = REFUSALS[0]
    await watch(den)
    await den.tick(hours=12)
    assert entered == [DEN, CHANNEL, CHANNEL]


# The preview


async def preview(house: House) -> PlacePreview:
    return await house.manager.places.preview(await house.event())


async def test_preview_tells_how_many_are_pinged_in_the_events_channel_and_why(den: House) -> None:
    await watch(den)
    assert await preview(den) == PlacePreview(DEN, 1, NOT_SEEN)
    den.audience.sees[DEN] = frozenset({1, 2, 3})
    assert await preview(den) == PlacePreview(DEN)
    assert den.places.asked == [False, False], "a look makes nothing"


async def test_preview_of_a_place_that_cannot_be_used(house: House) -> None:
    house.places.found = FoundPlace(None, LOCKED)
    await watch(house, THREAD)
    assert await preview(house) == PlacePreview(CHANNEL, 3, LOCKED)


async def test_preview_of_a_thread_that_is_still_to_be_opened(house: House) -> None:
    house.places.found = FoundPlace(EVENT, exists=False)
    await watch(house, THREAD)
    assert await preview(house) == PlacePreview(EVENT, exists=False)


async def test_preview_of_the_events_own_channel(house: House) -> None:
    await watch(house, EventOptions())
    assert await preview(house) == PlacePreview(CHANNEL)
