"""What organisers are told, in the language in force; each is one paragraph that pings nobody."""

from models.records import TrackedEvent
from utils.formatting import TITLE_LIMIT, escape_text, one_line
from utils.i18n import _
from utils.reasons import reason_text


def blocked_text(event: TrackedEvent, reason: str) -> str:
    """Say that an event is blocked, why, and what to do."""
    return _(
        "I cannot send reminders for [{title}]({url}). {reason}\n"
        "Let me see <#{channel}>, send messages and embed links there and read its history. Then I go on by myself; "
        "`/unwatch` ends the event instead."
    ).format(title=_title(event), url=event.jump_url, reason=reason_text(reason), channel=event.channel_id)


def unblocked_text(event: TrackedEvent) -> str:
    """Say that a blocked event goes on."""
    text = _("I can read [{title}]({url}) again, and go on reminding.")
    return text.format(title=_title(event), url=event.jump_url)


def archived_text(event: TrackedEvent, reason: str) -> str:
    """Say that an event has ended because its message is not there any more."""
    text = _("I do not remind anybody of “{title}” any more: it is archived. {reason} Its answers are kept.")
    return text.format(title=_title(event), reason=reason_text(reason))


def lost_place_text(event: TrackedEvent, problem: str) -> str:
    """Say that an event's reminders do not go where they were to, why, and what to do."""
    return _(
        "Reminders for [{title}]({url}) go to its own channel, not where you wanted them. {reason} "
        "Mend that, or choose another place with `/event edit`."
    ).format(title=_title(event), url=event.jump_url, reason=reason_text(problem))


def failed_job_text(job: str) -> str:
    """Say that a job for the database fails; what went wrong is not for every server's eyes."""
    text = _(
        "Part of my upkeep fails: {job}. Reminders go on. Whoever runs me finds the reason in my log; "
        "I try again by myself, and tell you when it works."
    )
    return text.format(job=_(job))


def mended_job_text(job: str) -> str:
    """Say that a job for the database works again."""
    return _("This part of my upkeep works again: {job}.").format(job=_(job))


def lost_log_text(channel_id: int) -> str:
    """Say that the log channel cannot be used any more, and what to do."""
    return _(
        "I cannot post in this server's log channel, <#{channel}>, any more. Choose another with `/settings show`, "
        "or let me see it, send messages and embed links there."
    ).format(channel=channel_id)


def left_out_text(count: int) -> str:
    """Say that there was more to tell than was told."""
    return _("There is more, {count} in all, that I leave out here: `/list` shows every event.").format(count=count)


def _title(event: TrackedEvent) -> str:
    return escape_text(one_line(event.title, TITLE_LIMIT, str(event.message_id)))
