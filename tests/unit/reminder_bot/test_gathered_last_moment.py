"""What may still change about a gathered message after it was claimed, and digests whose organiser is out of reach."""

import asyncio
from collections.abc import Set
from datetime import datetime, timedelta, tzinfo

import pytest

from models.guild_settings import GuildSettings
from models.held_records import HeldKind, HeldReason, Way
from models.member_choices import Contact, QuietChoice
from models.member_models import HeldReminder
from models.quiet_hours import QuietHours
from reminder_bot import direct_pace, held_verdicts
from reminder_bot.place_finder import FoundPlace
from tests.fakes import START
from tests.unit.reminder_bot.conftest import CHANNEL, EVENT, GUILD, House
from tests.unit.reminder_bot.test_gathered_delivery import hold, outcomes, still_silent, two
from utils.errors import DirectsFlaggedError

__all__ = ["two"]

DEN, LOG = CHANNEL + 7, CHANNEL + 8
FAR = QuietHours.read("19:00-07:00")


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct_pace, "DIRECT_SECONDS", 0.0)


async def test_a_choice_made_while_it_is_asked_who_sees_the_place_is_heeded(
    two: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.places.found = FoundPlace(DEN)
    for user_id in (1, 2):
        await hold(two, user_id)
    asked, calls = two.audience.reachable, 0

    async def reachable(event: object, user_ids: Set[int]) -> frozenset[int]:
        nonlocal calls
        calls += 1
        if calls == 2:
            # The first is asked when it is claimed, the second when it leaves.
            await two.members.opt_out(GUILD, EVENT, 1)
            two.manager.opt_out_changed(EVENT, 1)
            return frozenset(user_ids)
        return await asked(event, user_ids)  # type: ignore[arg-type]

    monkeypatch.setattr(two.audience, "reachable", reachable)
    await two.tick()
    assert [people for _to, people, _events in two.gathered.told] == [(2,)]


async def test_a_direct_message_never_leaves_without_its_turn(two: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await two.members.change(GUILD, 1, contact=Contact.DIRECT)
    await hold(two, 1, way=Way.DIRECT, why=HeldReason.DIRECT)
    session, turns, looks = two.manager.session, list[int](), 0
    gathered = two.manager._pump._gathered
    assert gathered is not None
    delivery = gathered._delivery
    take, of = delivery._direct_pace.take, delivery._verdicts.of

    async def counted(user_id: int) -> bool:
        turns.append(user_id)
        return await take(user_id)

    async def reconciled_just_after(*args: object) -> object:
        nonlocal looks
        looks += 1
        if looks != 2:
            return await of(*args)  # type: ignore[arg-type]
        # The first look claims the message, the second asks whether it is worth a turn.
        session.distrust(EVENT)
        found = await of(*args)  # type: ignore[arg-type]
        session.mark_reconciled(EVENT, two.clock.now(), session.generation)
        return found

    monkeypatch.setattr(delivery._direct_pace, "take", counted)
    monkeypatch.setattr(delivery._verdicts, "of", reconciled_just_after)
    await two.tick()
    await two.tick()
    assert two.gathered.told == [(1, (1,), (EVENT,))]
    assert turns == [1]


@pytest.mark.parametrize("organiser", [3, 9, GUILD])
@pytest.mark.parametrize("way", [Way.DIRECT, Way.LOG])
async def test_the_log_channel_hears_for_an_organiser_who_is_gone_not_known_or_wants_nothing(
    two: House, organiser: int, way: Way
) -> None:
    if organiser == 3:
        await two.members.change(GUILD, 3, contact=Contact.OFF, wants_direct=way is Way.DIRECT)
    two.settings.chosen = GuildSettings(log_channel_id=LOG)
    await still_silent(two, 1)
    await two.writer.run(_give_to, organiser, way)
    await two.tick()
    assert two.gathered.told == [(LOG, (organiser,), (EVENT,))]


async def test_without_a_log_channel_a_digest_for_nobody_lapses_and_costs_no_spin(two: House) -> None:
    await still_silent(two, 1)
    await two.writer.run(_give_to, 9, Way.LOG)
    await two.tick()
    assert two.gathered.told == []
    assert [outcome.value for *_ids, outcome in await outcomes(two)] == ["narrowed"]


async def test_what_is_due_and_cannot_be_sent_costs_no_looks_in_a_loop(
    two: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_verdicts, "TOGETHER_SECONDS", 0.01)
    await hold(two, 1)
    await hold(two, 2, EVENT + 1)
    looks, look = 0, two.manager._pump.send_due_reminders

    async def counted() -> int:
        nonlocal looks
        looks += 1
        return await look()

    monkeypatch.setattr(two.manager._pump, "send_due_reminders", counted)
    two.manager.session.distrust(EVENT)
    two.manager.session.distrust(EVENT + 1)
    two.manager._pump.wake()
    await asyncio.sleep(0.2)
    assert looks <= 3
    two.manager.session.mark_reconciled(EVENT, two.clock.now(), two.manager.session.generation)
    two.manager._pump.wake()
    await asyncio.sleep(0.3)
    assert looks <= 12
    assert two.gathered.told == [(CHANNEL, (1,), (EVENT,))]


async def test_when_quiet_hours_end_is_computed_once_for_a_crowd_not_for_each(
    two: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = range(10, 60)
    two.audience.people = frozenset(crowd)
    two.settings.chosen = GuildSettings(quiet_hours="03:00-05:00")
    for user_id in crowd:
        await hold(two, user_id)
    computed, end_after = 0, QuietHours.end_after

    def counted(hours: QuietHours, moment: datetime, zone: tzinfo) -> datetime | None:
        nonlocal computed
        computed += 1
        return end_after(hours, moment, zone)

    monkeypatch.setattr(QuietHours, "end_after", counted)
    await two.tick()
    assert len(two.gathered.told) == 1
    assert computed <= 4


async def test_a_start_recalls_whom_the_bot_has_just_written_to(two: House) -> None:
    await two.members.change(GUILD, 1, contact=Contact.DIRECT)
    await hold(two, 1, way=Way.DIRECT, why=HeldReason.DIRECT)
    await hold(two, 2)
    await two.tick()
    await two.reopen()
    gathered = two.manager._pump._gathered
    assert gathered is not None
    pace = gathered._delivery._direct_pace
    assert pace._known == set()
    await two.connect()
    assert (pace._known, len(pace._new._taken)) == ({1}, 1)
    two.clock.advance(minutes=11)
    await two.reopen()
    await two.connect()
    gathered = two.manager._pump._gathered
    assert gathered is not None
    assert gathered._delivery._direct_pace._known == set()


class _TurnByTurn:
    """A pace that lets one through, and the others when it is told to."""

    def __init__(self) -> None:
        self.others = asyncio.Event()
        self._has_begun = False

    async def take(self) -> None:
        if self._has_begun:
            await self.others.wait()
        self._has_begun = True


@pytest.mark.parametrize("is_waiting", [True, False])
async def test_a_bot_that_is_flagged_as_a_spammer_tells_everybody_in_the_channel_at_once(
    two: House, monkeypatch: pytest.MonkeyPatch, is_waiting: bool
) -> None:
    turns, gathered = _TurnByTurn(), two.manager._pump._gathered
    assert gathered is not None
    pace = gathered._delivery._direct_pace
    monkeypatch.setattr(pace, "_every", turns)
    for user_id in (1, 2, 3):
        await two.members.change(GUILD, user_id, contact=Contact.DIRECT)
    for user_id in (1, 2, 3) if is_waiting else (1,):
        await hold(two, user_id, way=Way.DIRECT, why=HeldReason.DIRECT)
    two.gathered.failures = [DirectsFlaggedError("flagged")]
    await two.manager.send_due_reminders()
    await two.until(lambda: pace.is_flagged)
    turns.others.set()
    if not is_waiting:
        await two.settle()
        for user_id in (2, 3):
            await hold(two, user_id, way=Way.DIRECT, why=HeldReason.DIRECT)
    await two.tick()
    await two.tick(minutes=1)
    assert {to for to, _people, _events in two.gathered.told} == {CHANNEL}
    assert sorted(user_id for _to, people, _events in two.gathered.told for user_id in people) == [1, 2, 3]


def _give_to(organiser: int, way: Way) -> None:
    HeldReminder.update(user_id=organiser, way=way).where(HeldReminder.kind == HeldKind.STILL_SILENT).execute()


@pytest.mark.parametrize(
    ("quiet", "minutes"), [(QuietChoice.NEVER, 0), (QuietHours.read("19:00-22:00"), 120), (FAR, 660)]
)
async def test_other_quiet_hours_move_what_waits_for_the_end_of_the_old_ones_of_their_own_alone(
    two: House, quiet: QuietChoice | QuietHours, minutes: int
) -> None:
    old_end = START + timedelta(minutes=540)
    await two.members.change(GUILD, 1, quiet=QuietHours.read("19:00-05:00"))
    await hold(two, 1, due_at=old_end)
    await hold(two, 2, due_at=old_end)
    await two.members.change(GUILD, 1, quiet=quiet)
    await two.tick()
    if minutes:
        assert two.gathered.told == []
        await two.tick(minutes=minutes - 1)
        assert (1,) not in [people for _channel, people, _events in two.gathered.told]
        await two.tick(minutes=1)
    others = [(2,)] if START + timedelta(minutes=minutes) > old_end else []
    assert [people for _channel, people, _events in two.gathered.told] == [*others, (1,)]
