"""Stored answers against Discord's: reconciliation, and what arrives while it runs."""

import asyncio

import pytest

from models.records import ReactionSignal, SignalKind
from persistence import reactions
from tests.unit.reminder_bot.conftest import CHANNEL, EVENT, GUILD, House
from utils.errors import BlockedError, GoneError, StorageError, TransientDiscordError


async def stored(house: House) -> dict[int, str]:
    answers = await house.reader.run(reactions.list_answers, GUILD, EVENT)
    return {answer.user_id: answer.emoji for answer in answers}


async def reconcile_while(house: House, *signals: tuple[int, str, SignalKind]) -> None:
    """Start a reconciliation, deliver frames after it has read and before it is stored, then let it go on."""
    house.source.looked.clear()
    house.source.gate = asyncio.Event()
    house.manager.session.begin()
    house.manager.session.members_arrived()
    restoring = asyncio.create_task(house.manager.restore())
    await house.source.looked.wait()
    for user_id, emoji, kind in signals:
        await house.react(user_id, emoji, kind)
    house.source.gate.set()
    await restoring
    house.source.gate = None


async def test_answers_and_withdrawals_of_an_outage_are_caught_up_with(house: House) -> None:
    await house.watch()
    await house.react(1, "✅")
    await house.react(2, "❌")
    house.source.held = {2: frozenset({"❌", "✅"}), 3: frozenset({"❓"})}
    await house.connect()
    assert await stored(house) == {2: "❌", 3: "❓"}


async def test_answer_that_arrives_while_reactions_are_read_is_kept(house: House) -> None:
    await house.watch()
    await reconcile_while(house, (1, "✅", SignalKind.ADD))
    assert await stored(house) == {1: "✅"}


async def test_withdrawal_that_arrives_while_reactions_are_read_wins_over_the_read(house: House) -> None:
    await house.watch()
    await house.react(1, "✅")
    await reconcile_while(house, (1, "✅", SignalKind.REMOVE))
    assert await stored(house) == {}


async def test_clear_that_arrives_while_reactions_are_read_wins_over_the_read(house: House) -> None:
    await house.watch()
    await house.react(1, "✅")
    house.source.looked.clear()
    house.source.gate = asyncio.Event()
    restoring = asyncio.create_task(house.connect())
    await house.source.looked.wait()
    await house.manager.record_reaction(ReactionSignal(SignalKind.CLEAR, GUILD, EVENT, None, None, house.clock.now()))
    house.source.gate.set()
    await restoring
    assert await stored(house) == {}


async def test_frame_does_not_hide_what_else_the_same_person_holds(house: House) -> None:
    await house.watch()
    house.source.held = {1: frozenset({"✅"})}
    await reconcile_while(house, (1, "❌", SignalKind.ADD), (1, "❌", SignalKind.REMOVE))
    assert await stored(house) == {1: "✅"}


async def test_incomplete_read_changes_nothing_and_is_tried_again(house: House) -> None:
    await house.watch()
    await house.react(1, "✅")
    house.source.held = {}
    house.source.error = TransientDiscordError("500 on the second page")
    await house.connect()
    assert await stored(house) == {1: "✅"}
    assert not house.manager.session.can_send(EVENT)
    house.source.error = None
    await house.until(lambda: house.manager.session.can_send(EVENT))
    assert await stored(house) == {}


async def test_deleted_message_is_archived_with_its_answers(house: House) -> None:
    await house.watch()
    await house.react(1, "✅")
    house.source.error = GoneError("Unknown Message", 10008)
    await house.connect()
    assert (await house.event()).state == "archived"
    assert await stored(house) == {1: "✅"}


async def test_forbidden_read_blocks_and_a_change_of_permissions_unblocks(house: House) -> None:
    await house.watch()
    house.source.error = BlockedError("Missing Access", 50001)
    await house.connect()
    assert (await house.event()).state == "blocked"
    house.source.error = None
    house.manager.catch_up.access_changed(GUILD)
    await house.until(lambda: house.manager.session.can_send(EVENT))
    event = await house.event()
    assert (event.state, event.next_reminder_at) == ("active", house.clock.now() + event.interval)


async def test_answers_are_read_again_when_the_bots_own_access_has_changed(house: House) -> None:
    await house.watch(minutes=1)
    house.source.held = {1: frozenset({"✅"})}
    house.manager.catch_up.access_changed(GUILD)
    assert not house.manager.session.can_send(EVENT)
    await house.tick(minutes=1)
    await house.until(lambda: bool(house.sender.posts))
    await house.settle()
    assert house.sender.pinged == [2, 3]


async def test_access_that_changes_while_answers_are_read_again_has_them_read_once_more(house: House) -> None:
    await house.watch()
    house.source.gate = asyncio.Event()
    house.source.looked.clear()
    house.manager.catch_up.access_changed(GUILD)
    await house.until(house.source.looked.is_set)
    house.source.held = {1: frozenset({"✅"})}
    house.manager.catch_up.access_changed(GUILD)
    house.source.gate.set()
    await house.until(lambda: house.manager.session.can_send(EVENT))
    for _ in range(100):
        if await stored(house):
            break
        await asyncio.sleep(0.05)
    assert await stored(house) == {1: "✅"}


async def test_events_of_other_channels_are_not_read_again(house: House) -> None:
    await house.watch()
    reads = house.source.reads
    house.manager.catch_up.access_changed(GUILD, lambda channel_id: channel_id != CHANNEL)
    await house.settle()
    assert (house.source.reads, house.manager.session.can_send(EVENT)) == (reads, True)


async def test_answer_that_could_not_be_stored_stops_reminders_until_it_was_read_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.watch(minutes=1)
    real = reactions.apply_signals
    # A function that fails is run once more, apart from its group.
    failures = [StorageError("disk full"), StorageError("disk full")]

    def failing(signals: list[ReactionSignal], now: object) -> list[bool]:
        if failures:
            raise failures.pop()
        return real(signals, now)  # type: ignore[arg-type]

    monkeypatch.setattr(reactions, "apply_signals", failing)
    house.source.gate = asyncio.Event()
    await house.react(1, "✅")
    assert not house.manager.session.can_send(EVENT)
    await house.tick(minutes=1)
    assert house.sender.posts == []
    house.source.gate.set()
    await house.until(lambda: bool(house.sender.posts))
    await house.settle()
    assert house.sender.pinged == [2, 3]
