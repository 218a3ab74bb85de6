"""A batch in words: to whom, how late, why not; nothing outgrows a page, nothing that people wrote acts up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.records import RecipientOutcome, ReminderKind, ReminderStatus
from models.shown_records import Delivery, LogEntry
from reminder_bot.interactions.delivery_lines import delivery_line
from tests.nasties import NASTIES, assert_plain, masked_link, pings
from utils.i18n import speaking

DUE = datetime(2026, 3, 4, tzinfo=UTC)
SENT = LogEntry(1, 30, DUE, 1, 1, ReminderStatus.SENT, 1, DUE, 40, 2, None)
PINGED, NARROWED, UNSENT = RecipientOutcome.PINGED, RecipientOutcome.NARROWED, RecipientOutcome.UNSENT
DELIVERY = Delivery(SENT, 10, 20, "Raid", {PINGED: (1, 2)})
HEAD = "<t:1772582400:f> · [Raid](https://discord.com/channels/10/20/30)"
REMINDED = "[reminded 2 people](https://discord.com/channels/10/20/40)"


def unsent(status: ReminderStatus, reason: str | None, attempt: int) -> Delivery:
    entry = replace(SENT, status=status, error_message=reason, attempt=attempt, sent_at=None, message_id=None)
    return replace(DELIVERY, entry=entry, people={UNSENT: (1, 2)})


@pytest.mark.parametrize(
    ("delivery", "said"),
    [
        (DELIVERY, f" · {REMINDED}: <@1> <@2>"),
        (replace(DELIVERY, people={PINGED: (1, 2), NARROWED: (3,)}),
         f" · {REMINDED}: <@1> <@2> · left out, as they had answered or gone by then: 1 person"),
        (replace(DELIVERY, entry=replace(SENT, batch=2, batch_count=3)), f" (2/3) · {REMINDED}: <@1> <@2>"),
        (replace(DELIVERY, people={}), f" · {REMINDED}"),
        (unsent(ReminderStatus.FAILED, "Discord refused.", 3),
         " · failed: Discord refused, after 3 attempts: <@1> <@2>"),
        (unsent(ReminderStatus.FAILED, None, 1), " · failed: no reason is known: <@1> <@2>"),
        (unsent(ReminderStatus.SKIPPED, "everybody in it has answered", 0),
         " · not sent: everybody in it has answered"),
        (replace(DELIVERY, entry=replace(SENT, status=ReminderStatus.PENDING, sent_at=None),
                 people={RecipientOutcome.PENDING: (5,)}), " · being sent: <@5>"),
    ],
)  # fmt: skip
def test_batch_is_told_in_a_line(delivery: Delivery, said: str) -> None:
    assert delivery_line(delivery) == HEAD + said


@pytest.mark.parametrize(
    ("late", "said"), [(0.9, ""), (1, ", 1 second late"), (5400, ", 1 hour 30 minutes late"), (-0.5, "")]
)
def test_lateness_is_told_from_a_second_on(late: float, said: str) -> None:
    entry = replace(SENT, sent_at=DUE + timedelta(seconds=late))
    assert f"{REMINDED}{said}: <@1>" in delivery_line(replace(DELIVERY, entry=entry))


def test_line_of_a_crowd_says_how_many_more_there_are() -> None:
    crowd = tuple(range(10**18, 10**18 + 80))
    line = delivery_line(replace(DELIVERY, title="x" * 300, people={PINGED: crowd}))
    assert len(pings(line)) == 9
    assert line.endswith("and 71 more")
    assert len(line) < 700


@pytest.mark.parametrize("kind", NASTIES)
def test_nasty_title_and_reason_are_harmless(kind: str) -> None:
    line = delivery_line(replace(unsent(ReminderStatus.FAILED, NASTIES[kind], 1), title=NASTIES[kind], people={}))
    label, _address, rest = masked_link(line.removeprefix("<t:1772582400:f> · "))
    assert_plain(label)
    assert_plain(rest)
    assert len(line) < 900


def test_stored_reason_is_said_in_the_readers_language() -> None:
    with speaking("fr"):
        said = delivery_line(unsent(ReminderStatus.FAILED, "The channel was deleted.", 2))
    assert "échec : Le salon a été supprimé, après 2 tentatives" in said.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (ReminderKind.BEFORE, "before the start: reminded 2 people"),
        (ReminderKind.DECIDE, "please decide: reminded 2 people"),
        (ReminderKind.MOVED, "told 2 people of the new start"),
        (ReminderKind.CANCELLED, "told 2 people that it was cancelled"),
        (ReminderKind.TALLY, "tally posted"),
    ],
)
def test_message_of_another_kind_says_what_it_was_for_and_leads_to_where_it_is(kind: ReminderKind, said: str) -> None:
    entry = replace(DELIVERY.entry, kind=kind, channel_id=77)
    assert f"[{said}](https://discord.com/channels/{DELIVERY.guild_id}/77/" in delivery_line(
        replace(DELIVERY, entry=entry)
    )


def test_unsent_message_of_another_kind_says_what_it_was_for() -> None:
    delivery = unsent(ReminderStatus.SKIPPED, "it was out of date by then", 0)
    line = delivery_line(replace(delivery, entry=replace(delivery.entry, kind=ReminderKind.BEFORE)))
    assert "before the start: not sent: it was out of date by then" in line
