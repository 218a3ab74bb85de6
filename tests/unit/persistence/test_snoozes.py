"""Snoozes: one waits for each person and event, is moved by the next, and goes when it is taken back."""

from typing import Any

import pytest

from models.held_records import HeldKind, HeldReason, Way
from models.member_models import GatheredMessage, HeldReminder
from models.records import RecipientOutcome
from persistence import forgotten, snoozes
from persistence.statements import rows_of
from tests.unit.persistence.factories import EVENT, GUILD, NOW, OTHER_GUILD, later, watch

ANNA, BEN = 41, 42

pytestmark = pytest.mark.usefixtures("store")


def hold(user_id: int, why: HeldReason, way: Way, gathered: int | None = None, event_id: int = EVENT) -> None:
    HeldReminder.insert(
        event=event_id, user_id=user_id, kind=HeldKind.SILENT, due_at=later(5), way=way, why=why, gathered=gathered,
        outcome=RecipientOutcome.PINGED if gathered else RecipientOutcome.PENDING,
    ).execute()  # fmt: skip


def rows() -> list[Any]:
    columns = (HeldReminder.event, HeldReminder.user_id, HeldReminder.due_at, HeldReminder.way, HeldReminder.why)
    return rows_of(HeldReminder.select(*columns).order_by(HeldReminder.id))


def test_snooze_waits_and_the_next_one_moves_it() -> None:
    watch()
    assert snoozes.snooze(GUILD, [EVENT], ANNA, later(60), Way.CHANNEL, NOW) == [EVENT]
    assert snoozes.snooze(GUILD, [EVENT], ANNA, later(90), Way.DIRECT, NOW) == [EVENT]
    assert rows() == [(EVENT, ANNA, later(90), Way.CHANNEL, HeldReason.SNOOZE)]
    assert snoozes.own_waiting(GUILD, ANNA) == {EVENT: snoozes.Waiting(later(90), HeldReason.SNOOZE)}
    assert snoozes.own_waiting(GUILD, BEN) == {}


def test_snooze_takes_over_what_waits_for_quiet_hours_and_the_way_it_would_go() -> None:
    watch()
    hold(ANNA, HeldReason.QUIET, Way.DIRECT)
    snoozes.snooze(GUILD, [EVENT], ANNA, later(60), Way.CHANNEL, NOW)
    assert rows() == [(EVENT, ANNA, later(60), Way.DIRECT, HeldReason.SNOOZE)]


def test_several_events_are_snoozed_at_once_those_of_another_server_left_out() -> None:
    watch()
    watch(EVENT + 1)
    watch(EVENT + 2, OTHER_GUILD)
    asked = [EVENT, EVENT + 1, EVENT + 2]
    assert snoozes.snooze(GUILD, asked, ANNA, later(60), Way.CHANNEL, NOW) == [EVENT, EVENT + 1]


def test_snooze_is_ended_and_what_waits_for_another_reason_is_not() -> None:
    watch()
    hold(BEN, HeldReason.QUIET, Way.CHANNEL)
    snoozes.snooze(GUILD, [EVENT], ANNA, later(60), Way.CHANNEL, NOW)
    assert snoozes.end_snooze(GUILD, EVENT, ANNA)
    assert not snoozes.end_snooze(GUILD, EVENT, ANNA)
    assert not snoozes.end_snooze(GUILD, EVENT, BEN)
    assert [row[1] for row in rows()] == [BEN]


def test_what_was_sent_already_is_not_moved() -> None:
    watch()
    gathered = GatheredMessage.insert(guild=GUILD, channel_id=7, scheduled_at=NOW, nonce="n").execute()
    hold(ANNA, HeldReason.QUIET, Way.CHANNEL, gathered)
    snoozes.snooze(GUILD, [EVENT], ANNA, later(60), Way.CHANNEL, NOW)
    assert [row[2] for row in rows()] == [later(5), later(60)]


def test_forgotten_person_snoozes_nothing() -> None:
    watch()
    forgotten.forget(ANNA, NOW)
    assert snoozes.snooze(GUILD, [EVENT], ANNA, later(60), Way.CHANNEL, NOW) == []
    assert rows() == []


def test_gathered_message_is_of_the_events_of_whoever_asks_else_of_all() -> None:
    watch()
    watch(EVENT + 1)
    gathered = GatheredMessage.insert(guild=GUILD, channel_id=7, scheduled_at=NOW, nonce="n").execute()
    hold(ANNA, HeldReason.QUIET, Way.CHANNEL, gathered)
    hold(BEN, HeldReason.QUIET, Way.CHANNEL, gathered, EVENT + 1)
    assert snoozes.gathered_for(gathered, "n", ANNA) == snoozes.Gathered(GUILD, (EVENT,))
    assert snoozes.gathered_for(gathered, "n", 43) == snoozes.Gathered(GUILD, (EVENT, EVENT + 1))
    assert snoozes.gathered_for(gathered + 1, "n", ANNA) is None


def test_button_of_a_removed_message_says_nothing_of_another_that_has_its_number() -> None:
    watch()
    gathered = GatheredMessage.insert(guild=GUILD, channel_id=7, scheduled_at=NOW, nonce="new").execute()
    hold(ANNA, HeldReason.QUIET, Way.CHANNEL, gathered)
    assert snoozes.gathered_for(gathered, "old", ANNA) is None
    assert snoozes.gathered_for(gathered, "", ANNA) is None
