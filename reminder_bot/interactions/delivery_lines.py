"""One batch of a reminder as a line that a person reads: when, which event, to whom, how late, or why not."""

from datetime import timedelta

from models.records import RecipientOutcome, ReminderStatus
from models.shown_records import Delivery
from utils.durations import format_duration
from utils.embeds import LINE_TITLE_LIMIT, people_list
from utils.formatting import escape_text, one_line, plural
from utils.i18n import _
from utils.kind_words import kind_word, sent_words
from utils.reasons import reason_text
from utils.time import timestamp_tag

PEOPLE_LIMIT = 220
"""Characters of mentions in a line: ten people, and how many more."""

REASON_LIMIT = 200
PUNCTUAL = timedelta(seconds=1)
"""What is not worth a word."""


def delivery_line(delivery: Delivery) -> str:
    """Return one batch in one line."""
    entry = delivery.entry
    when = timestamp_tag(entry.sent_at or entry.scheduled_at, "f")
    part = f" ({entry.batch}/{entry.batch_count})" if entry.batch_count > 1 else ""
    return f"{when} · {_event(delivery)}{part} · {_told(delivery)}"


def _told(delivery: Delivery) -> str:
    if delivery.entry.status is ReminderStatus.SENT:
        return _sent(delivery)
    waiting = delivery.people.get(RecipientOutcome.PENDING, ())
    if delivery.entry.status is ReminderStatus.PENDING:
        return _("being sent: {people}").format(people=people_list(waiting, PEOPLE_LIMIT))
    # Translated before it is cut, or it would not be known any more.
    stored = reason_text(delivery.entry.error_message or "")
    reason = escape_text(one_line(stored, REASON_LIMIT)) or _("no reason is known")
    unsent = delivery.people.get(RecipientOutcome.UNSENT, ())
    is_failure = delivery.entry.status is ReminderStatus.FAILED
    told = (_("failed: {reason}") if is_failure else _("not sent: {reason}")).format(reason=reason.rstrip("."))
    if word := kind_word(delivery.entry.kind):
        told = f"{word}: {told}"
    if is_failure and delivery.entry.attempt > 1:
        told += ", " + _("after {attempts}").format(attempts=plural(delivery.entry.attempt, "attempt", "attempts"))
    return f"{told}: {people_list(unsent, PEOPLE_LIMIT)}" if is_failure and unsent else told


def _sent(delivery: Delivery) -> str:
    entry = delivery.entry
    told = sent_words(entry.kind, entry.users_notified)
    if entry.is_direct:
        told += ", " + _("by direct message")
    else:
        told = f"[{told}]({_address(delivery, entry.message_id, entry.channel_id)})"
    if entry.sent_at is not None and (late := entry.sent_at - entry.scheduled_at) >= PUNCTUAL:
        told += ", " + _("{duration} late").format(duration=format_duration(late))
    if pinged := delivery.people.get(RecipientOutcome.PINGED, ()):
        told += f": {people_list(pinged, PEOPLE_LIMIT)}"
    if narrowed := delivery.people.get(RecipientOutcome.NARROWED, ()):
        left_out = plural(len(narrowed), "person", "people")
        told += " · " + _("left out, as they had answered or gone by then: {people}").format(people=left_out)
    return told


def _event(delivery: Delivery) -> str:
    event_id = delivery.entry.event_id
    title = escape_text(one_line(delivery.title, LINE_TITLE_LIMIT, str(event_id)))
    return f"[{title}]({_address(delivery, event_id)})"


def _address(delivery: Delivery, message_id: int | None, channel_id: int | None = None) -> str:
    return f"https://discord.com/channels/{delivery.guild_id}/{channel_id or delivery.channel_id}/{message_id}"
