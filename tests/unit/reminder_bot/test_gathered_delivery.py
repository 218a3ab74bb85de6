"""Held reminders from due to done, on a real database file: who is told where, once, and what a crash leaves."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from models.guild_settings import GuildSettings
from models.held_records import HeldKind, HeldReason, Way
from models.member_choices import Contact, QuietChoice
from models.member_models import Escalation, HeldReminder
from models.quiet_hours import QuietHours
from models.records import RecipientOutcome
from persistence.statements import rows_of
from reminder_bot import direct_pace, held_verdicts, session
from reminder_bot.event_requests import WatchRequest
from reminder_bot.place_finder import FoundPlace
from tests.fakes import START
from tests.unit.reminder_bot.conftest import ANSWERS, CHANNEL, EVENT, GUILD, House
from utils.errors import BlockedError, DirectsRestedError, GoneError, TransientDiscordError

DEN, LOG = CHANNEL + 7, CHANNEL + 8


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct_pace, "DIRECT_SECONDS", 0.0)
    monkeypatch.setattr(direct_pace, "REST_SECONDS", 0.05)


@pytest.fixture
async def two(house: House) -> AsyncIterator[House]:
    """A house with two events in the same channel, neither of which is due."""
    for event_id in (EVENT, EVENT + 1):
        await house.manager.watch(
            WatchRequest(event_id, CHANNEL, GUILD, f"Raid {event_id}", None, timedelta(days=9), ANSWERS, 1)
        )
    await house.settle()
    yield house


async def hold(house: House, user_id: int, event_id: int = EVENT, **values: Any) -> None:
    row = {
        "event": event_id, "user_id": user_id, "kind": HeldKind.SILENT, "due_at": START, "way": Way.CHANNEL,
        "why": HeldReason.QUIET, "created_at": START, "updated_at": START, **values,
    }  # fmt: skip

    def insert() -> None:
        HeldReminder.insert(**row).execute()

    await house.writer.run(insert)


async def outcomes(house: House) -> list[tuple[int, int, RecipientOutcome]]:
    def read() -> list[tuple[int, int, RecipientOutcome]]:
        columns = (HeldReminder.event, HeldReminder.user_id, HeldReminder.outcome)
        return [tuple(row) for row in rows_of(HeldReminder.select(*columns).order_by(HeldReminder.id))]

    return await house.reader.run(read)


async def test_two_events_that_waited_are_one_message_that_names_each_person_once(two: House) -> None:
    await hold(two, 1)
    await hold(two, 2)
    await hold(two, 2, EVENT + 1)
    await two.tick()
    assert two.gathered.told == [(CHANNEL, (1, 2), (EVENT, EVENT + 1))]
    assert {outcome for *_ids, outcome in await outcomes(two)} == {RecipientOutcome.PINGED}
    await two.tick(minutes=5)
    assert len(two.gathered.letters) == 1
    assert two.manager.ledger.people_pinged == 2


async def test_nothing_goes_before_it_is_due_and_the_wake_up_is_armed_for_it(two: House) -> None:
    await hold(two, 1, due_at=START + timedelta(minutes=30))
    await two.tick(minutes=29)
    assert two.gathered.told == []
    assert two.manager.scheduler.armed_for == START + timedelta(minutes=30)
    await two.tick(minutes=1)
    assert two.gathered.told == [(CHANNEL, (1,), (EVENT,))]


async def test_who_has_answered_left_or_opted_out_is_not_told(two: House) -> None:
    for user_id in (1, 2, 3, 9):
        await hold(two, user_id)
    await two.react(1, "✅")
    await two.members.opt_out(GUILD, EVENT, 2)
    await two.members.change(GUILD, 3, contact=Contact.OFF)
    await two.tick()
    assert two.gathered.told == []
    assert {outcome for *_ids, outcome in await outcomes(two)} == {RecipientOutcome.NARROWED}


async def test_to_a_person_go_all_their_events_of_the_server_in_one_message(two: House) -> None:
    await two.members.change(GUILD, 1, contact=Contact.DIRECT)
    await hold(two, 1, way=Way.DIRECT, why=HeldReason.DIRECT)
    await hold(two, 1, EVENT + 1, way=Way.DIRECT, why=HeldReason.DIRECT)
    await two.tick()
    assert two.gathered.told == [(1, (1,), (EVENT, EVENT + 1))]


@pytest.mark.parametrize(
    ("why", "told"), [(HeldReason.DIRECT, [(CHANNEL, (1,), (EVENT,))]), (HeldReason.ESCALATION, [])]
)
async def test_nobody_is_written_to_who_does_not_take_it_any_more(two: House, why: HeldReason, told: list[Any]) -> None:
    await hold(two, 1, way=Way.DIRECT, why=why)
    await two.tick()
    assert two.gathered.told == told


async def test_a_choice_between_claim_and_message_is_heeded(two: House) -> None:
    await two.members.change(GUILD, 1, contact=Contact.DIRECT)
    await hold(two, 1, way=Way.DIRECT, why=HeldReason.DIRECT)
    two.gathered.gate = asyncio.Event()
    await two.manager.send_due_reminders()
    await two.gathered.reached.wait()
    await two.members.change(GUILD, 1, contact=Contact.OFF)
    two.manager.delivery._answers.note_person(1)
    two.gathered.gate.set()
    await two.settle()
    assert two.gathered.told == []


async def test_an_answer_while_the_message_is_on_its_way_holds_it_back(two: House) -> None:
    await hold(two, 1)
    await hold(two, 2, EVENT + 1)
    two.gathered.gate = asyncio.Event()
    await two.manager.send_due_reminders()
    await two.gathered.reached.wait()
    await two.react(1, "✅")
    two.gathered.gate.set()
    await two.settle()
    assert two.gathered.told == [(CHANNEL, (2,), (EVENT + 1,))]


async def test_a_closed_direct_message_falls_back_to_the_channel_once(two: House) -> None:
    await two.members.change(GUILD, 1, contact=Contact.DIRECT)
    await hold(two, 1, way=Way.DIRECT, why=HeldReason.DIRECT)
    two.gathered.refusals[1] = BlockedError("Discord refused: closed.", 50007)
    await two.tick()
    # Between the refusal and the look that it leads to, everything may be idle for a moment.
    await two.until(lambda: bool(two.gathered.told))
    assert two.gathered.told == [(CHANNEL, (1,), (EVENT,))]
    await two.tick(minutes=9)
    assert len(two.gathered.letters) == 1


async def test_too_many_direct_messages_make_all_of_them_rest(two: House) -> None:
    await two.members.change(GUILD, 1, contact=Contact.DIRECT)
    await hold(two, 1, way=Way.DIRECT, why=HeldReason.DIRECT)
    two.gathered.failures = [DirectsRestedError("too many")]
    await two.tick()
    assert two.gathered.told == [(1, (1,), (EVENT,))]


async def test_a_place_that_refuses_sends_it_to_the_events_own_channel_and_blocks_nothing(two: House) -> None:
    two.places.found = FoundPlace(DEN)
    two.gathered.refusals[DEN] = BlockedError("Discord refused.")
    await hold(two, 1)
    await two.tick()
    assert two.gathered.told == [(CHANNEL, (1,), (EVENT,))]
    assert (await two.event()).is_running


@pytest.mark.parametrize("error", [BlockedError("no"), GoneError("not there")])
async def test_an_own_channel_that_refuses_ends_it_unsent_and_the_event_hears_of_it(
    two: House, error: Exception
) -> None:
    await hold(two, 1)
    two.gathered.refusals[CHANNEL] = error
    two.source.error = error
    await two.tick()
    assert two.gathered.told == []
    assert not (await two.event()).is_running
    assert await outcomes(two) == [(EVENT, 1, RecipientOutcome.UNSENT)]


async def test_what_is_about_a_paused_event_waits_until_it_goes_on(two: House) -> None:
    await hold(two, 1)
    await two.manager.pause(GUILD, EVENT, by=1)
    await two.tick()
    assert two.gathered.told == []
    await two.manager.resume(GUILD, EVENT, by=1)
    await two.tick()
    assert two.gathered.told == [(CHANNEL, (1,), (EVENT,))]


async def test_what_falls_into_quiet_hours_by_now_waits_for_their_end(two: House) -> None:
    await two.members.change(GUILD, 1, quiet=QuietHours.read("19:00-21:30"))
    await two.members.change(GUILD, 2, quiet=QuietChoice.NEVER)
    two.settings.chosen = GuildSettings(quiet_hours="18:00-22:00")
    for user_id in (1, 2, 3):
        await hold(two, user_id)
    await two.tick()
    assert two.gathered.told == [(CHANNEL, (2,), (EVENT,))]
    await two.tick(minutes=90)
    assert two.gathered.told[1:] == [(CHANNEL, (1,), (EVENT,))]
    await two.tick(minutes=30)
    assert two.gathered.told[2:] == [(CHANNEL, (3,), (EVENT,))]


async def still_silent(house: House, *told: int, to: int = 3) -> None:
    def insert() -> None:
        for user_id in told:
            row = {"event": EVENT, "user_id": user_id, "told_at": START, "created_at": START, "updated_at": START}
            Escalation.insert(**row).execute()

    await house.writer.run(insert)
    await hold(house, to, kind=HeldKind.STILL_SILENT, way=Way.LOG, why=HeldReason.ESCALATION)


async def test_an_organiser_hears_of_those_who_are_silent_to_the_end_and_nobody_else(two: House) -> None:
    await two.members.change(GUILD, 3, wants_direct=True)
    await still_silent(two, 1, 2)
    await two.react(2, "❌")
    await two.tick()
    (letter,) = two.gathered.letters
    assert (letter.message.user_id, letter.silent) == (3, {EVENT: (1,)})


async def test_without_a_way_to_the_organiser_the_log_channel_hears_it_else_nobody(two: House) -> None:
    await still_silent(two, 1)
    two.settings.chosen = GuildSettings(log_channel_id=LOG)
    await two.tick()
    assert two.gathered.told == [(LOG, (3,), (EVENT,))]
    two.settings.chosen = GuildSettings()
    await hold(two, 3, kind=HeldKind.STILL_SILENT, way=Way.LOG, why=HeldReason.ESCALATION)
    await two.tick()
    assert len(two.gathered.letters) == 1


@pytest.mark.parametrize(("organiser", "choice"), [(3, {"only_roles": (9,)}), (3, {"contact": Contact.OFF}), (99, {})])
async def test_for_an_organiser_who_wants_no_reminders_or_has_left_the_log_channel_hears_it(
    two: House, organiser: int, choice: dict[str, Any]
) -> None:
    await two.members.change(GUILD, organiser, wants_direct=True, **choice)
    await still_silent(two, 1, to=organiser)
    two.settings.chosen = GuildSettings(log_channel_id=LOG)
    await two.tick()
    assert two.gathered.told == [(LOG, (organiser,), (EVENT,))]


@pytest.mark.parametrize("is_lost", [True, False])
async def test_a_lost_answer_is_looked_for_and_nobody_is_told_twice(two: House, is_lost: bool) -> None:
    await hold(two, 1)
    error = TransientDiscordError("no answer")
    (two.gathered.losses if is_lost else two.gathered.failures).append(error)
    await two.tick()
    assert two.gathered.told == [(CHANNEL, (1,), (EVENT,))]
    assert two.gathered.finds == 1
    assert await outcomes(two) == [(EVENT, 1, RecipientOutcome.PINGED)]


@pytest.mark.parametrize("was_posted", [True, False])
async def test_what_a_crash_cut_off_is_settled_at_the_next_start(two: House, was_posted: bool) -> None:
    await hold(two, 1)
    two.gathered.gate = asyncio.Event()
    await two.manager.send_due_reminders()
    await two.gathered.reached.wait()
    if was_posted:
        two.gathered.gate.set()
        two.gathered.losses = [asyncio.CancelledError()]  # type: ignore[list-item]  # as a kill
        await asyncio.sleep(0.05)
    await two.reopen()
    two.gathered.gate = None
    await two.connect()
    await two.tick()
    assert two.gathered.told == [(CHANNEL, (1,), (EVENT,))]
    assert await outcomes(two) == [(EVENT, 1, RecipientOutcome.PINGED)]


async def test_a_place_that_nobody_may_search_ends_it_rather_than_tell_twice(two: House) -> None:
    await hold(two, 1)
    two.gathered.losses = [TransientDiscordError("no answer")]
    original = two.gathered.find

    async def refuse(*args: Any) -> Any:
        raise BlockedError("hidden")

    two.gathered.find = refuse  # type: ignore[assignment,method-assign]
    await two.tick()
    two.gathered.find = original  # type: ignore[method-assign]
    await two.tick(minutes=1)
    assert len(two.gathered.letters) == 1
    assert await outcomes(two) == [(EVENT, 1, RecipientOutcome.UNSENT)]


async def test_a_crowd_is_cut_into_messages_and_each_is_in_one(two: House) -> None:
    crowd = tuple(range(10**18, 10**18 + 130))
    two.audience.people = frozenset(crowd)
    for user_id in crowd:
        await hold(two, user_id)
    await two.tick()
    people = [user_id for _to, told, _events in two.gathered.told for user_id in told]
    assert (sorted(people), len(two.gathered.letters)) == (list(crowd), 2)


async def test_what_waits_for_its_event_to_be_read_again_joins_the_rest(two: House) -> None:
    await hold(two, 1)
    await hold(two, 2, EVENT + 1)
    two.manager.session.distrust(EVENT)
    await two.manager.send_due_reminders()
    await asyncio.sleep(0.05)
    two.manager.session.mark_reconciled(EVENT, two.clock.now(), two.manager.session.generation)
    await two.settle()
    assert two.gathered.told == [(CHANNEL, (1, 2), (EVENT, EVENT + 1))]


async def test_an_event_that_cannot_be_read_does_not_keep_the_others_waiting(
    two: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_verdicts, "TOGETHER_SECONDS", 0.05)
    await hold(two, 1)
    await hold(two, 2, EVENT + 1)
    two.manager.session.distrust(EVENT)
    await two.tick()
    assert two.gathered.told == [(CHANNEL, (2,), (EVENT + 1,))]
    generation = two.manager.session.generation
    two.manager.session.mark_reconciled(EVENT, two.clock.now(), generation)
    await two.tick()
    assert two.gathered.told[1:] == [(CHANNEL, (1,), (EVENT,))]


async def test_nothing_leaves_while_the_gateway_is_down(two: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "LOOK_AGAIN_SECONDS", 0.02)
    await hold(two, 1)
    two.manager.session.lost()
    await two.tick()
    assert two.gathered.told == []
    two.manager.session.resumed()
    await two.tick()
    assert two.gathered.told == [(CHANNEL, (1,), (EVENT,))]


async def test_a_move_that_was_moved_again_is_told_no_more(two: House) -> None:
    detail = {"from": None, "to": "2026-03-09 20:00:00.000+00:00"}
    await hold(two, 1, kind=HeldKind.MOVED, detail=detail)
    await two.react(1, "✅")
    await two.tick()
    assert two.gathered.told == []
