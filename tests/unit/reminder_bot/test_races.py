"""Two things at once: cuts, commands and refusals that come at the worst moment. Each was a defect once."""

import asyncio
import time
from datetime import timedelta

import pytest

from models.records import ReminderStatus, SignalKind, TrackedEvent
from persistence import reminder_log
from reminder_bot.event_requests import WatchRequest
from tests.unit.reminder_bot.conftest import ANSWERS, CHANNEL, EVENT, GUILD, House
from utils.errors import (
    BlockedError,
    DiscordError,
    GoneError,
    ReminderInFlightError,
    StorageError,
    TransientDiscordError,
)

OTHER = 301


async def quiet(house: House) -> None:
    await house.watch(minutes=60)
    for user_id in (1, 2, 3):
        await house.react(user_id, "✅")
    await house.settle()
    assert (await house.event()).next_reminder_at is None


async def watch_other(house: House, minutes: float) -> None:
    await house.manager.watch(
        WatchRequest(OTHER, CHANNEL, GUILD, "Other", None, timedelta(minutes=minutes), ANSWERS, 1)
    )


async def test_withdrawal_replayed_before_the_resume_arms_a_quiet_event(house: House) -> None:
    await quiet(house)
    house.manager.session.lost()
    await house.react(2, "✅", SignalKind.REMOVE)
    await house.settle()
    house.manager.catch_up.resumed()
    await house.settle()
    await house.tick(minutes=1000)
    assert house.sender.pinged == [2]


async def test_withdrawal_arms_a_quiet_event_though_the_first_look_failed(house: House) -> None:
    await quiet(house)
    house.audience.error = TransientDiscordError("503")
    before = house.audience.calls
    await house.react(2, "✅", SignalKind.REMOVE)
    await house.until(lambda: house.audience.calls > before)
    house.audience.error = None
    await house.settle()
    await house.tick(minutes=1000)
    assert house.sender.pinged == [2]


async def test_unforeseen_error_at_a_claim_rests_and_is_tried_again(house: House) -> None:
    await house.watch(minutes=1)
    house.audience.error = RuntimeError("a library was surprised")
    before = house.audience.calls
    house.clock.advance(minutes=1)
    await house.manager.send_due_reminders()
    await asyncio.sleep(0.3)
    assert house.audience.calls - before < 15
    house.audience.error = None
    await house.until(lambda: bool(house.sender.posts))
    assert house.sender.pinged == [1, 2, 3]


@pytest.mark.parametrize(
    ("error", "state"),
    [(BlockedError("Missing Access", 50001), "blocked"), (GoneError("Unknown Channel", 10003), "archived")],
)
async def test_refusal_at_a_claim_blocks_or_ends_the_event(house: House, error: DiscordError, state: str) -> None:
    await house.watch(minutes=1)
    house.audience.error = house.source.error = error
    await house.tick(minutes=1)
    assert (await house.event()).state == state


async def test_guild_that_comes_back_within_a_replay_is_read_again(house: House) -> None:
    await house.watch(minutes=1)
    house.manager.catch_up.guild_lost(GUILD)
    house.manager.session.lost()
    house.manager.catch_up.guild_back(GUILD)
    house.manager.catch_up.resumed()
    await house.until(lambda: house.manager.session.can_send(EVENT))


async def test_event_unwatched_while_it_waits_for_its_turn_is_not_sent(house: House) -> None:
    await house.watch(minutes=1)
    await watch_other(house, minutes=1)
    house.sender.gate = asyncio.Event()
    house.clock.advance(minutes=1)
    await house.manager.send_due_reminders()
    await asyncio.sleep(0.2)
    attempts = {row.event_id: row.attempt for row in await house.reader.run(reminder_log.list_pending)}
    [waiting] = [event_id for event_id, attempt in attempts.items() if attempt == 0]
    await house.manager.unwatch(GUILD, waiting, by=1)
    house.sender.gate.set()
    await house.settle()
    assert [claim.event_id for claim, _people, _late in house.sender.posts] == [EVENT + OTHER - waiting]


async def test_event_unwatched_while_it_is_read_again_stays_unwatched(house: House) -> None:
    await house.watch(minutes=1)
    house.source.error = BlockedError("Missing Access", 50001)
    await house.connect()
    house.source.error = None
    house.source.gate = asyncio.Event()
    house.source.looked.clear()
    restoring = asyncio.create_task(house.connect())
    await house.source.looked.wait()
    await house.manager.unwatch(GUILD, EVENT, by=1)
    house.source.gate.set()
    await restoring
    await house.tick(minutes=10)
    assert (await house.event()).state == "completed"
    assert house.sender.pinged == []


async def test_event_unwatched_during_a_refused_send_stays_unwatched(house: House) -> None:
    await house.watch(minutes=1)
    house.sender.gate = asyncio.Event()
    house.sender.failures = [BlockedError("Missing Permissions", 50013)]
    house.clock.advance(minutes=1)
    await house.manager.send_due_reminders()
    await asyncio.sleep(0.1)
    await house.manager.unwatch(GUILD, EVENT, by=1)
    house.sender.gate.set()
    await house.settle()
    assert (await house.event()).state == "completed"
    assert house.notices.told == []


async def test_unblocked_event_is_known_to_be_so(house: House) -> None:
    await house.watch(minutes=1)
    house.source.error = BlockedError("Missing Access", 50001)
    await house.connect()
    house.source.error = None
    await house.connect()
    [item] = house.manager.index.in_guild(GUILD)
    assert not item.is_blocked


async def test_storage_error_after_the_claim_delays_the_reminder_only(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.watch(minutes=1)
    real = house.reader.run
    failures = [StorageError("disk I/O error")]

    async def failing(fn: object, *args: object, **kwargs: object) -> object:
        if fn is reminder_log.pending_batch and failures:
            raise failures.pop()
        return await real(fn, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(house.reader, "run", failing)
    await house.tick(minutes=1)
    assert house.sender.pinged == [1, 2, 3]


async def test_answer_that_waits_in_the_writers_queue_is_heeded(house: House) -> None:
    await house.watch(minutes=1)
    due = house.clock.advance(minutes=1)
    house.manager.session.lost()
    await house.manager.delivery.claim(await house.event(), due, due_only=True)
    restoring = asyncio.create_task(house.manager.restore())
    await asyncio.sleep(0.05)
    slow = asyncio.create_task(house.writer.run(time.sleep, 0.3))
    answer = asyncio.create_task(house.react(1, "✅"))
    await asyncio.sleep(0.02)
    house.manager.catch_up.resumed()
    await asyncio.gather(slow, answer, restoring)
    await house.settle()
    assert house.sender.pinged == [2, 3]


async def test_reminder_asked_for_while_it_falls_due_is_sent_once_and_kept_track_of(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.watch(minutes=1)
    await house.settle()
    house.sender.gate = asyncio.Event()
    real, calls = house.audience.asked, 0

    async def slow_first(event: TrackedEvent) -> frozenset[int]:
        nonlocal calls
        calls += 1
        if calls == 1:
            await asyncio.sleep(0.05)
        return await real(event)

    monkeypatch.setattr(house.audience, "asked", slow_first)
    reminding = asyncio.create_task(house.manager.remind_now(GUILD, EVENT))
    await asyncio.sleep(0.02)
    house.clock.advance(minutes=1)
    await house.manager.send_due_reminders()
    await asyncio.sleep(0.2)
    assert house.manager.is_sending(EVENT)
    house.sender.gate.set()
    await reminding
    await house.settle()
    assert house.sender.pinged == [1, 2, 3]


async def test_second_person_who_asks_for_the_same_reminder_is_told_that_it_is_under_way(house: House) -> None:
    await house.watch(minutes=60)
    house.sender.gate = asyncio.Event()
    first = asyncio.create_task(house.manager.remind_now(GUILD, EVENT))
    await asyncio.sleep(0.05)
    with pytest.raises(ReminderInFlightError):
        await house.manager.remind_now(GUILD, EVENT)
    house.sender.gate.set()
    assert (await first).pinged == 3


async def test_blocked_event_is_not_read_again_at_every_join(house: House) -> None:
    await house.watch(minutes=60)
    house.source.error = BlockedError("Missing Access", 50001)
    await house.connect()
    before = house.source.reads
    for _join in range(20):
        house.manager.catch_up.audience_changed(GUILD)
        await asyncio.sleep(0.01)
    assert house.source.reads == before


async def test_batch_that_went_out_before_its_event_was_paused_is_logged_as_sent(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.watch(minutes=1)
    house.sender.losses = [TransientDiscordError("lost")]
    real, failures = house.sender.find, [TransientDiscordError("500 on the history")]

    async def find_at_last(*arguments: object) -> object:
        if failures:
            raise failures.pop()
        return await real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(house.sender, "find", find_at_last)
    house.clock.advance(minutes=1)
    await house.manager.send_due_reminders()
    await house.until(lambda: bool(house.sender.posts))
    await house.manager.pause(GUILD, EVENT, by=1)
    await house.settle()
    [entry] = await house.reader.run(reminder_log.list_log, GUILD, EVENT, 10)
    assert (entry.status, entry.users_notified) == (ReminderStatus.SENT, 3)


async def test_trouble_with_one_event_does_not_stop_the_look_at_another(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await quiet(house)
    await watch_other(house, minutes=60)
    await house.settle()
    real = house.audience.asked

    async def surprised(event: TrackedEvent) -> frozenset[int]:
        if event.message_id == OTHER:
            raise RuntimeError("a library was surprised")
        return await real(event)

    monkeypatch.setattr(house.audience, "asked", surprised)
    house.manager.catch_up.audience_changed(GUILD)
    await house.react(2, "✅", SignalKind.REMOVE)
    armed = False
    for _look in range(100):
        await asyncio.sleep(0.02)
        armed = (await house.event()).next_reminder_at is not None
        if armed:
            break
    assert armed
    monkeypatch.setattr(house.audience, "asked", real)
    await house.settle()


async def test_read_error_delays_the_catch_up_only(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.watch(minutes=1)
    real = house.reader.run
    failures = [StorageError("disk I/O error")]

    async def failing(fn: object, *args: object, **kwargs: object) -> object:
        if fn is reminder_log.list_pending and failures:
            raise failures.pop()
        return await real(fn, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(house.reader, "run", failing)
    house.manager.session.begin()
    house.manager.catch_up.session_ready()
    await house.until(lambda: house.manager.session.can_send(EVENT))
