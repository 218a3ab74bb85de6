"""An event as somebody is writing it: what the form asks for, what was written, and what that makes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Self, TypeVar

from models.event_options import EventOptions, OfferedAnswer, Place, choices_of
from models.records import TrackedEvent
from reminder_bot.interactions.event_times import read_time, time_label
from reminder_bot.interactions.options import read_interval
from reminder_bot.services import Services
from utils.durations import format_duration
from utils.errors import UserError
from utils.formatting import TITLE_LIMIT, clean_text, one_line, truncate
from utils.i18n import _

TEXT_LIMIT = 2000

Part = TypeVar("Part", "EventDraft", EventOptions)


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event that is not posted yet, or a change that is not made yet; times are aware UTC."""

    title: str
    text: str | None
    starts_at: datetime | None
    answer_until: datetime | None
    interval: timedelta
    emoji: tuple[str, ...]
    options: EventOptions

    @property
    def answers(self) -> tuple[OfferedAnswer, ...]:
        """The answers it offers, in order."""
        options = self.options
        return tuple(
            OfferedAnswer(emoji, options.meaning_of(emoji), options.label_of(emoji) or "") for emoji in self.emoji
        )

    def on(self, now: "EventDraft", before: "EventDraft") -> "EventDraft":
        """Return ``now`` with what this draft changes of ``before``: what others have changed meanwhile stays.

        The answers go together, and so do the place and its channel.
        """
        options = _changed_on(self.options, now.options, before.options)
        place = self if _place(self) != _place(before) else now
        answers = self if self.answers != before.answers else now
        options = replace(
            options,
            choices=answers.options.choices,
            place=place.options.place,
            place_channel_id=place.options.place_channel_id,
        )
        return replace(_changed_on(self, now, before), emoji=answers.emoji, options=options)

    def offering(self, answers: Iterable[OfferedAnswer]) -> Self:
        """Return it with other answers."""
        offered = tuple(answers)
        options = replace(self.options, choices=choices_of(offered))
        return replace(self, emoji=tuple(answer.emoji for answer in offered), options=options)


@dataclass(frozen=True, slots=True)
class FormTexts:
    """What the form's five fields hold, as typed."""

    title: str = ""
    text: str = ""
    start: str = ""
    every: str = ""
    until: str = ""


def blank_draft(services: Services, guild_id: int) -> EventDraft:
    """Return what an event is of which nothing was written yet: all as the server has chosen."""
    book = services.book
    options = book.of(guild_id).event_options()
    return EventDraft("", None, None, None, book.default_interval(guild_id), book.default_reactions(guild_id), options)


def draft_of(event: TrackedEvent) -> EventDraft:
    """Return a watched event as a draft, to be changed or to make another one like it."""
    return EventDraft(
        event.title,
        event.description,
        event.starts_at,
        event.answer_until,
        event.interval,
        event.required_reactions,
        event.options,
    )


def texts_of(services: Services, guild_id: int, draft: EventDraft) -> FormTexts:
    """Return a draft as the form shows it."""
    return FormTexts(
        draft.title,
        draft.text or "",
        time_label(services, guild_id, draft.starts_at),
        format_duration(draft.interval),
        time_label(services, guild_id, draft.answer_until),
    )


def read_draft(
    services: Services, guild_id: int, typed: FormTexts, before: EventDraft, event: EventDraft | None = None
) -> EventDraft:
    """Return a draft as the form was filled in; a time that was left as it stood stays what it was, to the second.

    ``event`` is what is changed, if it is watched already: its times may have passed.

    Raises:
        UserError: a field cannot be read; the sentence names the field.
    """
    shown = texts_of(services, guild_id, before)
    same = {part.name: getattr(typed, part.name).strip() == getattr(shown, part.name) for part in fields(typed)}
    title = one_line(typed.title, TITLE_LIMIT)
    if not title:
        raise UserError(_("The event needs a title with something to see in it."))
    with _named(_("Begins")):
        starts_at = before.starts_at if same["start"] else read_time(services, guild_id, typed.start)
    with _named(_("Answer until")):
        answer_until = before.answer_until if same["until"] else read_time(services, guild_id, typed.until)
    with _named(_("Interval")):
        every = typed.every.strip()
        interval = before.interval if same["every"] or not every else read_interval(every, services.settings)
    kept = () if event is None else (event.starts_at, event.answer_until)
    services.manager.planning.check(starts_at, answer_until, kept=kept)
    text = truncate(clean_text(typed.text).strip(), TEXT_LIMIT) if typed.text.strip() else None
    return replace(before, title=title, text=text, starts_at=starts_at, answer_until=answer_until, interval=interval)


def _place(draft: EventDraft) -> tuple[Place, int | None]:
    return draft.options.place, draft.options.place_channel_id


def _changed_on(mine: Part, now: Part, before: Part) -> Part:
    names = [part.name for part in fields(mine) if getattr(mine, part.name) != getattr(before, part.name)]
    return replace(now, **{name: getattr(mine, name) for name in names})


@contextmanager
def _named(field: str) -> Iterator[None]:
    try:
        yield
    except UserError as error:
        raise UserError(_("{field}: {reason}").format(field=field, reason=error)) from error
