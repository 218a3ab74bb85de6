"""Events on cards: as a draft, as they are, what would happen now, and the message that the bot posts for one."""

from collections.abc import Sequence
from datetime import timedelta

import discord

from models.event_options import EventOptions, Meaning
from models.plan_rules import Planned
from models.records import PlanKind, TrackedEvent
from reminder_bot.event_requests import EventStatus
from reminder_bot.interactions.event_draft import EventDraft
from reminder_bot.interactions.place_text import place_text
from reminder_bot.interactions.setting_words import meaning_word, short_audience
from reminder_bot.places import PlacePreview
from utils.choice_text import choice_lines
from utils.durations import format_duration
from utils.embeds import BLUE, FIELD_VALUE_LIMIT, RED, card, event_card, people_list, state_text
from utils.formatting import escape_text, listing, plural, truncate
from utils.i18n import _
from utils.moments.labels import describe
from utils.reasons import reason_text
from utils.time import timestamp_tag

NOTHING = "–"
ROW_LIMIT = 600
"""Ten custom emoji; of a change, a draft shows each row twice."""


def post_card(draft: EventDraft, *, is_cancelled: bool = False) -> discord.Embed:
    """Return the message of an event that the bot posts itself: everybody reads it, and answers under it."""
    title = draft.title if not is_cancelled else _("Cancelled: {title}").format(title=draft.title)
    post = card(escape_text(title), draft.text or "", RED if is_cancelled else BLUE)
    for name, moment in ((_("Begins"), draft.starts_at), (_("Answer until"), draft.answer_until)):
        if moment is not None:
            post.add_field(name=name, value=describe(moment), inline=False)
    if not is_cancelled:
        post.add_field(name=_("Your answer"), value=_answers(draft, FIELD_VALUE_LIMIT), inline=False)
        post.set_footer(text=_("React below to answer. Who has not answered is reminded."))
    return post


def draft_card(draft: EventDraft, before: EventDraft | None = None) -> discord.Embed:
    """Return a draft with everything that was chosen; of a change, what it is now and what it becomes."""
    lines = []
    old = None if before is None else dict(_rows(before))
    for name, value in _rows(draft):
        was = None if old is None else old.get(name)
        lines.append(f"**{name}:** {value}" if was is None or was == value else f"**{name}:** {was} → {value}")
    shown = card(escape_text(draft.title), "\n".join(lines))
    if draft.text:
        shown.add_field(name=_("What and where"), value=truncate(draft.text, FIELD_VALUE_LIMIT), inline=False)
    return shown


def show_card(event: TrackedEvent, status: EventStatus, planned: Sequence[Planned], draft: EventDraft) -> discord.Embed:
    """Return everything that was chosen for an event, and what is planned for it."""
    rows = [(_("State"), state_text(event)), (_("Channel"), f"<#{event.channel_id}>"), *_rows(draft)]
    shown = event_card(event, [f"**{name}:** {value}" for name, value in rows])
    shown.add_field(name=_("What comes next"), value=_agenda(event, planned), inline=False)
    if status.asked is not None:
        people = plural(len(status.asked), "person", "people")
        shown.add_field(name=_("Asked now"), value=people, inline=False)
    return shown


def preview_card(
    event: TrackedEvent, status: EventStatus, planned: Sequence[Planned], place: PlacePreview | None
) -> discord.Embed:
    """Return exactly who would be pinged now, and where, and when the next messages fall, before anybody is.

    ``place`` is None where it cannot be told at the moment.
    """
    lines = [_("A reminder sent now would ping these people, and nobody else. Nobody has been pinged for this.")]
    shown = event_card(event, lines)
    if status.pinged_now is None:
        shown.add_field(name=_("Would be pinged now"), value=_("cannot be told at the moment"), inline=False)
    else:
        name = _("Would be pinged now: {count}").format(count=len(status.pinged_now))
        shown.add_field(name=name, value=people_list(status.pinged_now), inline=False)
    if lines := choice_lines(status.excused, status.paused):
        shown.add_field(name=_("Would not be pinged"), value="\n".join(lines), inline=False)
    where = _("cannot be told at the moment") if place is None else _where(place)
    shown.add_field(name=_("Where reminders go"), value=where, inline=False)
    shown.add_field(name=_("What comes next"), value=_agenda(event, planned), inline=False)
    return shown


def _where(place: PlacePreview) -> str:
    lines = [f"<#{place.channel_id}>" if place.exists else _("in a thread of the event's message, opened for it")]
    if place.left_behind:
        people = plural(place.left_behind, "person", "people")
        reason = reason_text(place.why) if place.why else ""
        told = _("In the event's own channel instead: {people}. {reason}").format(people=people, reason=reason)
        lines.append(told.strip())
    elif place.why:
        lines.append(reason_text(place.why))
    return "\n".join(lines)


def agenda_line(entry: Planned) -> str:
    """Return one planned thing in one line: when, and what."""
    words = {
        PlanKind.BEFORE: _("reminder to those who said yes"),
        PlanKind.DECIDE: _("request to those on maybe to decide"),
        PlanKind.MOVED: _("news of the new start"),
        PlanKind.COMPLETION: _("the event ends by itself"),
    }
    return f"{timestamp_tag(entry.due_at, 'f')} ({timestamp_tag(entry.due_at)}): {words[entry.kind]}"


def before_text(minutes: Sequence[int]) -> str:
    """Return how long before the start people are reminded: ``1 day and 1 hour``."""
    return listing([format_duration(timedelta(minutes=each)) for each in minutes]) if minutes else _("not at all")


def _agenda(event: TrackedEvent, planned: Sequence[Planned]) -> str:
    lines = [(entry.due_at, agenda_line(entry)) for entry in planned]
    if event.is_running and event.next_reminder_at is not None:
        at = event.next_reminder_at
        text = _("reminder to those who have not answered, then every {interval}")
        told = text.format(interval=format_duration(event.interval))
        lines.append((at, f"{timestamp_tag(at, 'f')} ({timestamp_tag(at)}): {told}"))
    in_order = [line for _at, line in sorted(lines)]
    return truncate("\n".join(in_order) or _("nothing is planned"), FIELD_VALUE_LIMIT)


def _rows(draft: EventDraft) -> list[tuple[str, str]]:
    """Return what there is to say of a draft, each with its name, in the order of the form."""
    rows = [
        (_("Begins"), NOTHING if draft.starts_at is None else describe(draft.starts_at)),
        (_("Interval"), format_duration(draft.interval)),
        (_("Answer until"), _closing(draft)),
        (_("Answers"), _answers(draft, ROW_LIMIT)),
    ]
    rows += [
        (_("Who is asked"), short_audience(draft.options.audience)),
        (_("Where reminders go"), place_text(draft.options.place, draft.options.place_channel_id)),
    ]
    if draft.starts_at is not None:
        rows.append((_("Before the start"), before_text(draft.options.before_minutes)))
    if draft.starts_at is not None or draft.answer_until is not None:
        rows.append((_("Final tally"), _("yes") if draft.options.wants_tally else _("no")))
    return rows


def _closing(draft: EventDraft) -> str:
    if draft.answer_until is not None:
        return describe(draft.answer_until)
    return _("the start") if draft.starts_at is not None else NOTHING


def _answers(draft: EventDraft, limit: int) -> str:
    """Return the answers with their names, or without them where that is too long: a cut emoji shows its code."""
    named = " · ".join(f"{emoji} {answer_word(draft.options, emoji)}".rstrip() for emoji in draft.emoji)
    return named if len(named) <= limit else truncate(" · ".join(draft.emoji), limit)


def answer_word(options: EventOptions, emoji: str) -> str:
    """Return what an answer is called: its label, else its meaning, else nothing."""
    label = options.label_of(emoji)
    if label is not None:
        return escape_text(label)
    meaning = options.meaning_of(emoji)
    return "" if meaning is Meaning.OTHER else meaning_word(meaning)
