"""A member's own events, as lines: what waits for their answer, what they said yes to, what comes next."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from models.member_choices import Contact, MemberChoices
from reminder_bot.member_desk import OwnEvent
from utils.embeds import event_link
from utils.i18n import _
from utils.time import timestamp_tag

NEXT_LINES = 3
"""How many of the moments to come are told."""


def is_counted_as_no(own: OwnEvent, choices: MemberChoices, now: datetime) -> bool:
    """Whether an absence answers for somebody who has not: the event begins before they are back."""
    away = choices.away_until if choices.is_away(now) else None
    begins = own.event.starts_at
    return own.is_unanswered and away is not None and begins is not None and begins < away


def waits_for_return(own: OwnEvent, choices: MemberChoices, now: datetime) -> bool:
    """Whether somebody is asked about it again when they are back: it has no start."""
    return own.is_unanswered and choices.is_away(now) and own.event.starts_at is None


def is_set_aside(own: OwnEvent, choices: MemberChoices) -> bool:
    """Whether somebody chose not to be reminded of it, away or not."""
    chosen = own.event.options.audience.roles
    is_of_other_roles = bool(choices.only_roles) and set(choices.only_roles).isdisjoint(chosen)
    return own.is_declined or choices.contact is Contact.OFF or is_of_other_roles


def own_event_lines(found: Sequence[OwnEvent], choices: MemberChoices, now: datetime) -> list[str]:
    """Return the lines of `/my events`; none where there is nothing to tell."""
    waiting = sorted((own for own in found if own.is_unanswered), key=_by_urgency)
    agreed = sorted((own for own in found if own.is_agreed), key=_by_start)
    reminded = {
        own.event.message_id: own.coming.at
        for own in waiting
        if own.coming.at is not None and why_not_reminded(own, choices, now) is None
    }
    coming = sorted(_moments(waiting, agreed, reminded, now))[:NEXT_LINES]
    lines = list(_about_choices(choices, now)) if waiting or agreed else []
    if waiting:
        lines.append(_("**Waiting for your answer: {count}**").format(count=len(waiting)))
        lines += [_waiting_line(own, why_not_reminded(own, choices, now), reminded) for own in waiting]
    if agreed:
        lines.append(_("**You said yes: {count}**").format(count=len(agreed)))
        lines += [_agreed_line(own) for own in agreed]
    if coming:
        lines.append(_("**What comes next**"))
        lines += [text for _at, text in coming]
    return lines


def _about_choices(choices: MemberChoices, now: datetime) -> Iterator[str]:
    if choices.is_away(now) and choices.away_until is not None:
        when = timestamp_tag(choices.away_until, "F")
        yield _("You are away until {when}; `/back` ends it.").format(when=when)
    if choices.contact is Contact.OFF:
        yield _("You are not reminded of anything; `/my reminders` changes that.")


def _waiting_line(own: OwnEvent, why_not: str | None, reminded: Mapping[int, datetime]) -> str:
    event = own.event
    parts = [f"**{event_link(event)}**"]
    if event.closes_at is not None:
        parts.append(_("answers close {when}").format(when=timestamp_tag(event.closes_at)))
    parts.append(why_not or _next_reminder(own, reminded.get(event.message_id)))
    return " · ".join(parts)


def _next_reminder(own: OwnEvent, reminded_at: datetime | None) -> str:
    if own.snoozed_until is not None:
        return _("snoozed, again {when}").format(when=timestamp_tag(own.snoozed_until))
    if own.event.is_paused:
        return _("paused")
    if own.coming.is_given_up:
        return _("no more reminders: they have all gone unanswered")
    if reminded_at is None:
        return _("no reminder is planned")
    return _("next reminder {when}").format(when=timestamp_tag(reminded_at))


def why_not_reminded(own: OwnEvent, choices: MemberChoices, now: datetime) -> str | None:
    """Return why somebody is not reminded of what they have not answered, or None when they are."""
    if is_set_aside(own, choices):
        return _("no reminders, as you chose")
    if is_counted_as_no(own, choices, now):
        return _("counted as no while you are away")
    if waits_for_return(own, choices, now):
        return _("no reminders while you are away")
    return None


def _agreed_line(own: OwnEvent) -> str:
    link = f"**{event_link(own.event)}**"
    if own.event.starts_at is None:
        return f"{own.emoji} {link}"
    begins = _("begins {when}").format(when=timestamp_tag(own.event.starts_at, "F"))
    return f"{own.emoji} {link} · {begins}"


def _moments(
    waiting: Sequence[OwnEvent], agreed: Sequence[OwnEvent], reminded: Mapping[int, datetime], now: datetime
) -> Iterator[tuple[datetime, str]]:
    for own in waiting:
        event, reminded_at = own.event, reminded.get(own.event.message_id)
        if reminded_at is not None and event.is_running:
            yield reminded_at, _line(reminded_at, _("reminder of {event}").format(event=event_link(event)))
        if event.closes_at is not None and event.closes_at > now:
            yield event.closes_at, _line(event.closes_at, _("answers to {event} close").format(event=event_link(event)))
    for own in agreed:
        begins = own.event.starts_at
        if begins is not None and begins > now:
            yield begins, _line(begins, _("{event} begins").format(event=event_link(own.event)))


def _line(at: datetime, text: str) -> str:
    return f"{timestamp_tag(at)} · {text}"


def _by_urgency(own: OwnEvent) -> tuple[bool, float, int]:
    closes = own.event.closes_at
    return closes is None, 0.0 if closes is None else closes.timestamp(), own.event.message_id


def _by_start(own: OwnEvent) -> tuple[bool, float, int]:
    begins = own.event.starts_at
    return begins is None, 0.0 if begins is None else begins.timestamp(), own.event.message_id
