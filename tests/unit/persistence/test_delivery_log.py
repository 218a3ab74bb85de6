"""The log as organisers read it: newest first, each batch with its people, and nobody else's guild."""

import pytest

from models.records import RecipientOutcome, ReminderStatus
from persistence import reminder_log
from persistence.delivery_log import list_deliveries
from tests.unit.persistence.factories import (
    CHANNEL,
    EVENT,
    GUILD,
    OTHER_GUILD,
    YES,
    add,
    apply_signal,
    claimed,
    later,
    watch,
)

pytestmark = pytest.mark.usefixtures("store")


def test_batches_come_newest_first_with_what_became_of_their_people() -> None:
    watch()
    first, second = claimed((1, 2), (3,))
    apply_signal(add(2, YES), later(61))
    reminder_log.begin_attempt(GUILD, first.log_id, {1, 2}, later(61))
    reminder_log.complete(GUILD, first.log_id, 77, later(62), {1}, later(62))
    reminder_log.close_batch(GUILD, second.log_id, ReminderStatus.FAILED, "Discord refused.", later(62))
    newest, oldest = list_deliveries(GUILD, 10)
    assert (newest.entry.batch, newest.entry.status, newest.people) == (
        2, ReminderStatus.FAILED, {RecipientOutcome.UNSENT: (3,)},
    )  # fmt: skip
    assert oldest.people == {RecipientOutcome.PINGED: (1,), RecipientOutcome.NARROWED: (2,)}
    assert (oldest.entry.message_id, oldest.entry.sent_at, oldest.entry.users_notified) == (77, later(62), 1)
    assert (oldest.guild_id, oldest.channel_id, oldest.title) == (GUILD, CHANNEL, "Raid night")


def test_log_is_of_one_guild_or_one_event_and_not_longer_than_asked_for() -> None:
    watch()
    claimed((1,))
    watch(EVENT + 1, OTHER_GUILD)
    reminder_log.claim(OTHER_GUILD, EVENT + 1, later(60), [(1,), (2,)], later(60), due_only=True)
    assert [one.entry.event_id for one in list_deliveries(GUILD, 10)] == [EVENT]
    assert list_deliveries(GUILD, 10, EVENT + 1) == []
    assert [one.entry.batch for one in list_deliveries(OTHER_GUILD, 1)] == [2]
    assert [one.people for one in list_deliveries(GUILD, 10, EVENT)] == [{RecipientOutcome.PENDING: (1,)}]
