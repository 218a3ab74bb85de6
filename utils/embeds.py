"""The family of cards that commands answer with; none of them can outgrow Discord's limits.

Source: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import discord

from models.person_facts import NotAsked, Pause
from models.records import UNKNOWN_ANSWER, Answer, EventState, ReminderStatus, TrackedEvent
from models.shown_records import LogEntry
from utils.answer_text import answer_name
from utils.audience_text import audience_text
from utils.choice_text import choice_lines
from utils.durations import format_duration
from utils.formatting import escape_text, mention, number, one_line, plural, truncate
from utils.i18n import _
from utils.kind_words import sent_words
from utils.reasons import reason_text
from utils.time import timestamp_tag

TITLE_LIMIT = 256
DESCRIPTION_LIMIT = 4096
FIELD_NAME_LIMIT = 256
FIELD_VALUE_LIMIT = 1024
TOTAL_LIMIT = 6000

BLUE = discord.Colour(0x5865F2)
GREEN = discord.Colour(0x57F287)
GREY = discord.Colour(0x80848E)
RED = discord.Colour(0xED4245)
YELLOW = discord.Colour(0xFEE75C)

LINE_TITLE_LIMIT = 100
REASON_LIMIT = 300
LOG_LINE_LIMIT = 180
LOG_LINES = 5


class Status(Protocol):
    """What a status card shows; ``asked`` and ``missing`` are None when they cannot be told, for ``unknown_reason``."""

    @property
    def event(self) -> TrackedEvent:
        """The event."""
        ...

    @property
    def answers(self) -> Sequence[Answer]:
        """All stored answers."""
        ...

    @property
    def asked(self) -> Collection[int] | None:
        """Who can see the channel."""
        ...

    @property
    def missing(self) -> Collection[int] | None:
        """Who of them has not answered."""
        ...

    @property
    def unknown_reason(self) -> str | None:
        """Why these two are unknown."""
        ...

    @property
    def excused(self) -> Mapping[NotAsked, int]:
        """How many are not asked by what they chose, by the reason."""
        ...

    @property
    def paused(self) -> Mapping[Pause, int]:
        """How many are missing and not pinged now, by the reason."""
        ...

    @property
    def is_sending(self) -> bool:
        """Whether a reminder is being sent."""
        ...

    @property
    def log(self) -> Sequence[LogEntry]:
        """The last reminders, newest first."""
        ...


def card(title: str, description: str, colour: discord.Colour = BLUE) -> discord.Embed:
    """Return a plain card; both texts are cut where Discord would refuse them."""
    return discord.Embed(
        title=truncate(title, TITLE_LIMIT), description=truncate(description, DESCRIPTION_LIMIT), colour=colour
    )


def event_card(event: TrackedEvent, lines: Iterable[str], colour: discord.Colour | None = None) -> discord.Embed:
    """Return a card whose title is the event's, linked to its message."""
    embed = card(_shown_title(event), "\n".join(lines), colour or state_colour(event))
    embed.url = event.jump_url
    return embed


def state_colour(event: TrackedEvent) -> discord.Colour:
    """Return the colour that says how an event is: reminding, quiet, paused, blocked, over."""
    if event.state is EventState.BLOCKED:
        return RED
    if event.state is not EventState.ACTIVE:
        return GREY
    if event.is_paused:
        return YELLOW
    return GREEN if event.next_reminder_at is None else BLUE


def state_text(event: TrackedEvent) -> str:
    """Return how an event is, with its reason, in a few words."""
    reason = truncate(escape_text(reason_text(event.state_reason)), REASON_LIMIT) if event.state_reason else None
    if event.state is EventState.BLOCKED:
        return _("blocked: {reason}").format(reason=reason or _("the bot may not post there"))
    if event.state is not EventState.ACTIVE:
        return _("over: {reason}").format(reason=reason or state_word(event.state))
    if event.is_paused:
        return _("paused, `/resume` goes on")
    if event.next_reminder_at is None and event.closes_at is None:
        return _("quiet: everybody has answered")
    if event.next_reminder_at is None:
        return _("quiet: everybody has answered, or answers close before another reminder")
    return _("reminding")


def state_word(state: EventState) -> str:
    """Return a state in one word."""
    words = {
        EventState.ACTIVE: _("watched"),
        EventState.BLOCKED: _("blocked"),
        EventState.COMPLETED: _("ended"),
        EventState.ARCHIVED: _("archived"),
    }
    return words[state]


def event_link(event: TrackedEvent) -> str:
    """Return the event's title as a link to its message, short enough for a line of a list."""
    return f"[{_shown_title(event, LINE_TITLE_LIMIT)}]({event.jump_url})"


def event_line(event: TrackedEvent) -> str:
    """Return an event in one line of a list: title, channel, interval, and what comes next."""
    interval = _("every {interval}").format(interval=format_duration(event.interval))
    if event.is_running and event.next_reminder_at is not None:
        then = _("next {when}").format(when=timestamp_tag(event.next_reminder_at))
    else:
        then = state_text(event)
    return f"**{event_link(event)}** · <#{event.channel_id}> · {interval} · {then}"


def list_cards(pages: Sequence[Sequence[str]], total: int) -> list[discord.Embed]:
    """Return one card for each page of event lines, numbered when there are several."""
    return paged_cards(_("Watched: {count}").format(count=plural(total, "event", "events")), pages)


def paged_cards(title: str, pages: Sequence[Sequence[str]]) -> list[discord.Embed]:
    """Return one card of this title for each page of lines, numbered when there are several."""
    cards = []
    for page, lines in enumerate(pages, start=1):
        embed = card(title, "\n".join(lines))
        if len(pages) > 1:
            embed.set_footer(text=_("Page {page} of {pages}").format(page=page, pages=len(pages)))
        cards.append(embed)
    return cards


def people_list(user_ids: Sequence[int], limit: int = FIELD_VALUE_LIMIT) -> str:
    """Return mentions, which do not ping in an embed, as many as fit, then how many more there are."""
    if not user_ids:
        return _("nobody")
    mentions = [mention(user_id) for user_id in user_ids]
    whole = " ".join(mentions)
    if len(whole) <= limit:
        return whole
    room = limit - len(_more(len(mentions))) - 1
    shown, size = 0, -1
    while size + 1 + len(mentions[shown]) <= room:
        size += 1 + len(mentions[shown])
        shown += 1
    if not shown:
        return plural(len(mentions), "person", "people")
    return " ".join(mentions[:shown]) + " " + _more(len(mentions) - shown)


def status_card(status: Status) -> discord.Embed:
    """Return all there is to know of an event: how it is, who answered what, who is missing, what was sent."""
    embed = event_card(status.event, _status_lines(status))
    groups = _people_by_field(status)
    log = truncate("\n".join(_log_line(entry) for entry in status.log[:LOG_LINES]), FIELD_VALUE_LIMIT)
    log_name = _("Last reminders")
    taken = len(embed) + sum(len(name) for name, _ids in groups) + (len(log_name) + len(log) if log else 0)
    share = min(FIELD_VALUE_LIMIT, (TOTAL_LIMIT - taken) // max(len(groups), 1))
    for name, user_ids in groups:
        embed.add_field(name=name, value=people_list(user_ids, share), inline=False)
    if log:
        embed.add_field(name=log_name, value=log, inline=False)
    return embed


def answered_text(asked: Collection[int], missing: Collection[int]) -> str:
    """Return how far the answers are: ``3 of 12``."""
    return _("{answered} of {asked}").format(answered=number(len(asked) - len(missing)), asked=number(len(asked)))


def _shown_title(event: TrackedEvent, limit: int = TITLE_LIMIT) -> str:
    """Return the title escaped, or the id where it shows nothing: Discord refuses a card or link without text."""
    return escape_text(one_line(event.title, limit, str(event.message_id)))


def _more(count: int) -> str:
    return _("and {count} more").format(count=number(count))


def _people_by_field(status: Status) -> list[tuple[str, list[int]]]:
    """Return the card's lists: one per emoji in the event's order, then who is missing, where that is known."""
    by_emoji: dict[str, list[int]] = defaultdict(list)
    for answer in status.answers:
        if status.asked is None or answer.user_id in status.asked:
            by_emoji[answer.emoji].append(answer.user_id)
    event = status.event
    names = {emoji: answer_name(event.options, emoji) for emoji in event.required_reactions}
    fields = [(f"{name} {number(len(by_emoji[emoji]))}", by_emoji[emoji]) for emoji, name in names.items()]
    if unread := by_emoji[UNKNOWN_ANSWER]:
        # Imported, and with which emoji they answered is not read from Discord yet.
        fields.append((_("Answered, reaction not read yet: {count}").format(count=number(len(unread))), unread))
    if status.missing is not None:
        fields.append((_("Missing: {count}").format(count=number(len(status.missing))), sorted(status.missing)))
    return [(truncate(name, FIELD_NAME_LIMIT), user_ids) for name, user_ids in fields]


def _status_lines(status: Status) -> list[str]:
    event = status.event
    lines = [
        _("State: {state}").format(state=_now(status)),
        _("Channel: <#{channel}>").format(channel=event.channel_id),
        _("Interval: every {interval}").format(interval=format_duration(event.interval)),
    ]
    if event.starts_at is not None:
        lines.append(_("Begins: {when}").format(when=_moment(event.starts_at)))
    if event.answer_until is not None:
        lines.append(_("Answer until: {when}").format(when=_moment(event.answer_until)))
    if not event.options.audience.is_everyone:
        lines.append(_("Asked: {audience}").format(audience=audience_text(event.options.audience)))
    if status.asked is not None and status.missing is not None:
        lines.append(_("Answered: {of}").format(of=answered_text(status.asked, status.missing)))
        if elsewhere := sum(answer.user_id not in status.asked for answer in status.answers):
            lines.append(_also_answered(event, elsewhere))
        lines += choice_lines(status.excused, status.paused)
    if status.unknown_reason:
        reason = truncate(escape_text(reason_text(status.unknown_reason)), REASON_LIMIT)
        lines.append(_("Who is missing cannot be told yet: {reason}").format(reason=reason))
    if event.is_running and event.next_reminder_at is not None:
        lines.append(_("Next reminder: {when}").format(when=_moment(event.next_reminder_at)))
    last = _moment(event.last_reminder) if event.last_reminder is not None else _("none yet")
    lines.append(_("Last reminder: {when}").format(when=last))
    return lines


def _also_answered(event: TrackedEvent, count: int) -> str:
    if event.options.audience.is_everyone:
        people = plural(count, "person", "people")
        return _("Also answered: {people} who cannot see the channel any more").format(people=people)
    people = plural(count, "person who is not asked", "people who are not asked")
    return _("Also answered: {people}").format(people=people)


def _now(status: Status) -> str:
    if status.is_sending:
        return _("sending a reminder now")
    if status.unknown_reason and status.event.is_running:
        return _("waiting")
    return state_text(status.event)


def _moment(at: datetime) -> str:
    return f"{timestamp_tag(at)} ({timestamp_tag(at, 'F')})"


def _log_line(entry: LogEntry) -> str:
    when = timestamp_tag(entry.sent_at or entry.scheduled_at)
    part = f" ({entry.batch}/{entry.batch_count})" if entry.batch_count > 1 else ""
    if entry.status is ReminderStatus.SENT:
        what = sent_words(entry.kind, entry.users_notified)
    elif entry.status is ReminderStatus.PENDING:
        what = _("being sent")
    else:
        word = _("failed") if entry.status is ReminderStatus.FAILED else _("skipped")
        what = f"{word}: {escape_text(reason_text(entry.error_message))}" if entry.error_message else word
    return truncate(f"{when}{part} · {what}", LOG_LINE_LIMIT)
