"""A reminder from due to done, on a real database file: who is pinged, when again, and what a crash leaves."""

import asyncio
import random
import threading
from datetime import timedelta
from typing import Any

import pytest

from models.records import Claim, RecipientOutcome, ReminderStatus, SignalKind
from persistence import reminder_log
from reminder_bot.reminder_message import Tally
from tests.fakes import START
from tests.unit.reminder_bot.conftest import EVENT, GUILD, House
from utils.errors import BlockedError, GoneError, MembersIncompleteError, TransientDiscordError


async def test_first_reminder_comes_one_interval_after_watch_and_pings_exactly_who_is_missing(house: House) -> None:
    await house.watch(minutes=60)
    await house.react(2, "❌")
    await house.tick(minutes=59)
    assert house.sender.posts == []
    await house.tick(minutes=1)
    assert house.sender.pinged == [1, 3]
    assert (await house.event()).next_reminder_at == START + timedelta(minutes=120)


async def test_answers_already_on_the_message_count_when_it_is_watched(house: House) -> None:
    house.source.held = {1: frozenset({"✅"}), 2: frozenset({"❓"})}
    await house.watch()
    await house.tick(minutes=60)
    assert house.sender.pinged == [3]


async def test_event_goes_quiet_when_nobody_is_missing_and_a_withdrawal_arms_it_for_one_interval(house: House) -> None:
    await house.watch(minutes=60)
    for user_id in (1, 2, 3):
        await house.react(user_id, "✅")
    await house.settle()
    assert (await house.event()).next_reminder_at is None
    house.clock.advance(minutes=45)
    await house.react(2, "✅", SignalKind.REMOVE)
    await house.settle()
    assert (await house.event()).next_reminder_at == START + timedelta(minutes=105)
    await house.tick(minutes=60)
    assert house.sender.pinged == [2]


async def test_answers_one_after_another_cost_few_looks_at_everybody(house: House) -> None:
    people = list(range(1, 65))
    house.audience.people = frozenset(people)
    await house.watch(minutes=60)
    await house.settle()
    before = house.audience.looks_at_everybody
    for user_id in random.Random(7).sample(people, len(people)):
        assert (await house.event()).next_reminder_at is not None
        await house.react(user_id, "✅")
        await house.settle()
    assert (await house.event()).next_reminder_at is None
    # Of so many in random order, about ln 64 are the one who is looked at.
    assert house.audience.looks_at_everybody - before < 16


async def test_newcomer_arms_a_quiet_event(house: House) -> None:
    house.audience.people = frozenset()
    await house.watch(minutes=60)
    await house.settle()
    assert (await house.event()).next_reminder_at is None
    house.audience.people = frozenset({7})
    house.manager.catch_up.audience_changed(GUILD)
    await house.settle()
    assert (await house.event()).next_reminder_at == START + timedelta(minutes=60)


async def test_nothing_is_sent_while_the_gateway_is_down_and_one_late_reminder_after(house: House) -> None:
    await house.watch(minutes=1)
    house.manager.session.lost()
    await house.tick(minutes=10)
    assert house.sender.posts == []
    await house.connect()
    assert [late for _claim, _people, late in house.sender.posts] == [True]
    assert house.sender.pinged == [1, 2, 3]


async def test_nothing_is_sent_before_the_event_was_reconciled_in_the_session(house: House) -> None:
    await house.watch(minutes=1)
    house.source.gate = asyncio.Event()
    house.manager.session.begin()
    house.manager.session.members_arrived()
    restoring = asyncio.create_task(house.manager.restore())
    await house.tick(minutes=5)
    assert house.sender.posts == []
    house.source.held = {1: frozenset({"✅"})}
    house.source.gate.set()
    await restoring
    await house.until(lambda: bool(house.sender.posts))


async def test_answer_given_while_the_bot_was_away_counts(house: House) -> None:
    await house.watch(minutes=1)
    await house.reopen()
    house.clock.advance(minutes=5)
    house.source.held = {3: frozenset({"❓"})}
    await house.connect()
    assert house.sender.pinged == [1, 2]


async def test_lost_answer_is_found_in_the_channel_and_not_sent_again(house: House) -> None:
    await house.watch(minutes=1)
    house.sender.losses = [TransientDiscordError("lost")]
    await house.tick(minutes=1)
    assert house.sender.pinged == [1, 2, 3]
    assert house.sender.finds == 1
    assert house.manager.ledger.reminders_settled == 1
    assert (await house.event()).last_reminder is not None


async def test_transient_failure_is_tried_again_and_narrowed_to_who_is_missing_then(house: House) -> None:
    await house.watch(minutes=1)
    house.sender.failures = [TransientDiscordError("503")]
    house.clock.advance(minutes=1)
    await house.manager.send_due_reminders()
    await house.until(lambda: not house.sender.failures)
    await house.react(1, "✅")
    await house.settle()
    assert house.sender.pinged == [2, 3]


async def test_reminder_waits_for_a_sign_of_life_before_it_is_decided_who_is_pinged(house: House) -> None:
    await house.watch(minutes=1)
    house.liveness.error = TransientDiscordError("No sign of life.")
    house.clock.advance(minutes=1)
    await house.manager.send_due_reminders()
    await house.until(lambda: house.liveness.proofs > 0)
    await house.react(1, "✅")
    house.liveness.error = None
    await house.settle()
    [(claim, pinged, _late)] = house.sender.posts
    assert (pinged, claim.attempt) == ((2, 3), 1)


async def test_message_is_held_back_when_somebody_in_it_answers_while_the_attempt_is_stored(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.watch(minutes=1)
    begun, answered = threading.Event(), threading.Event()
    real = reminder_log.begin_attempt

    def slow(*arguments: Any, **options: Any) -> Claim | None:
        claim = real(*arguments, **options)
        begun.set()
        # The commit comes after this, as late as on a disk that stalls.
        answered.wait(5)
        return claim

    monkeypatch.setattr(reminder_log, "begin_attempt", slow)
    house.clock.advance(minutes=1)
    await house.manager.send_due_reminders()
    await house.until(begun.is_set)
    storing = asyncio.create_task(house.react(1, "✅"))
    await asyncio.sleep(0)
    answered.set()
    await storing
    await house.settle()
    assert house.sender.pinged == [2, 3]


async def test_message_whose_sign_of_life_is_too_old_does_not_leave(house: House) -> None:
    await house.watch(minutes=1)
    house.liveness.is_recent = False
    house.clock.advance(minutes=1)
    await house.manager.send_due_reminders()
    await house.until(lambda: house.liveness.proofs > 0)
    await asyncio.sleep(0.05)
    assert house.sender.posts == []
    house.liveness.is_recent = True
    await house.settle()
    assert house.sender.pinged == [1, 2, 3]


async def test_crash_before_the_send_sends_after_the_restart_without_looking_for_it(house: House) -> None:
    await house.watch(minutes=1)
    house.clock.advance(minutes=1)
    event = await house.event()
    assert event.next_reminder_at is not None
    await house.manager.delivery.claim(event, event.next_reminder_at, due_only=True)
    await house.reopen()
    await house.connect()
    assert house.sender.pinged == [1, 2, 3]
    assert house.sender.finds == 0


async def test_crash_inside_the_send_is_settled_from_the_channel(house: House) -> None:
    await house.watch(minutes=1)
    house.clock.advance(minutes=1)
    event = await house.event()
    assert event.next_reminder_at is not None
    [claim] = (await house.manager.delivery.claim(event, event.next_reminder_at, due_only=True)).claims
    begun = await house.writer.run(reminder_log.begin_attempt, GUILD, claim.log_id, claim.recipients, house.clock.now())
    assert begun is not None
    await house.sender.post(event, begun, Tally({}, 3), START, late=False, softly=False, may_leave=lambda: True)
    await house.reopen()
    await house.connect()
    assert house.sender.pinged == [1, 2, 3]
    [entry] = await house.reader.run(reminder_log.list_log, GUILD, EVENT, 10)
    assert (entry.status, entry.users_notified) == (ReminderStatus.SENT, 3)


async def test_crash_between_batches_pings_each_person_once(house: House) -> None:
    house.audience.people = frozenset(range(1, 201))
    await house.watch(minutes=1)
    house.sender.gate = asyncio.Event()
    house.clock.advance(minutes=1)
    await house.manager.send_due_reminders()
    house.sender.gate.set()
    await house.until(lambda: len(house.sender.posts) >= 1)
    await house.reopen()
    await house.connect()
    assert sorted(house.sender.pinged) == list(range(1, 201))


async def test_person_who_answers_between_two_batches_is_not_in_the_second(house: House) -> None:
    house.audience.people = frozenset(range(1, 101))
    await house.watch(minutes=1)
    house.sender.losses = [TransientDiscordError("slow down")]
    house.clock.advance(minutes=1)
    await house.manager.send_due_reminders()
    await house.until(lambda: len(house.sender.posts) == 1)
    await house.react(100, "✅")
    await house.settle()
    assert sorted(house.sender.pinged) == list(range(1, 100))
    pending = await house.reader.run(reminder_log.list_log, GUILD, EVENT, 10)
    outcomes = await house.reader.run(reminder_log.recipients_of, GUILD, pending[0].log_id)
    assert outcomes[100] is RecipientOutcome.NARROWED


async def test_incomplete_member_list_postpones_and_pings_nobody(house: House) -> None:
    await house.watch(minutes=1)
    house.audience.error = MembersIncompleteError(GUILD)
    house.clock.advance(minutes=1)
    await house.manager.send_due_reminders()
    await house.until(lambda: house.audience.calls > 2)
    assert house.sender.posts == []
    house.audience.error = None
    await house.until(lambda: bool(house.sender.posts))
    assert house.sender.pinged == [1, 2, 3]


async def test_forbidden_blocks_the_event_and_keeps_everything(house: House) -> None:
    await house.watch(minutes=1)
    await house.react(1, "✅")
    house.sender.failures = [BlockedError("Missing Permissions", 50013)]
    await house.tick(minutes=1)
    event = await house.event()
    assert (event.state, event.next_reminder_at) == ("blocked", None)
    assert house.notices.told == [(EVENT, "Missing Permissions")]
    assert event.state_reason == "Missing Permissions"


async def test_gone_is_archived_only_when_discord_says_so_again(house: House) -> None:
    await house.watch(minutes=1)
    house.sender.failures = [GoneError("Unknown Channel", 10003)]
    await house.tick(minutes=1)
    assert (await house.event()).state == "active"
    house.source.error = GoneError("Unknown Channel", 10003)
    house.sender.failures = [GoneError("Unknown Channel", 10003)]
    await house.tick(minutes=1)
    assert (await house.event()).state == "archived"


async def test_paused_event_is_not_reminded_and_resume_starts_a_fresh_interval(house: House) -> None:
    await house.watch(minutes=60)
    await house.manager.pause(GUILD, EVENT, by=1)
    await house.tick(minutes=120)
    assert house.sender.posts == []
    resumed = await house.manager.resume(GUILD, EVENT, by=1)
    assert resumed.next_reminder_at == START + timedelta(minutes=180)


async def test_remind_now_pings_at_once_and_the_next_falls_one_interval_later(house: House) -> None:
    await house.watch(minutes=60)
    house.clock.advance(minutes=10)
    reminded = await house.manager.remind_now(GUILD, EVENT)
    await house.settle()
    assert (reminded.missing, reminded.pinged) == (3, 3)
    assert (await house.event()).next_reminder_at == START + timedelta(minutes=70)
