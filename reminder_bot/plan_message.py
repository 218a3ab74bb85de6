"""What messages look like that are not for silent people: soon, decide, moved, cancelled, and who comes."""

from collections.abc import Mapping
from datetime import datetime

import discord

from models.records import Claim, ReminderKind, TrackedEvent
from reminder_bot.reminder_message import FIELD_LIMIT, Tally, event_embed, mentions
from utils.answer_text import answer_counts
from utils.embeds import people_list
from utils.formatting import plural
from utils.i18n import _
from utils.time import from_text, timestamp_tag

COLOURS: Mapping[ReminderKind, discord.Colour] = {
    ReminderKind.BEFORE: discord.Colour(0x57F287),
    ReminderKind.DECIDE: discord.Colour(0xFEE75C),
    ReminderKind.MOVED: discord.Colour(0xE67E22),
    ReminderKind.CANCELLED: discord.Colour(0xED4245),
    ReminderKind.TALLY: discord.Colour(0x80848E),
}
"""By these, besides the link and the time, the bot knows its own message again: no two kinds have the same."""


def plan_content(claim: Claim) -> str:
    """Return the message's text: a few words and the mentions, which are what pings."""
    leads = {
        ReminderKind.BEFORE: _("It begins soon:"),
        ReminderKind.DECIDE: _("Please decide:"),
        ReminderKind.MOVED: _("It begins at another time:"),
        ReminderKind.CANCELLED: _("Cancelled:"),
    }
    lead = leads.get(claim.kind)
    return "" if lead is None or not claim.recipients else f"{lead} {mentions(claim.recipients)}"


def plan_embed(event: TrackedEvent, claim: Claim, tally: Tally, *, late: bool) -> discord.Embed:
    """Return the card under the mentions; what it shares with a reminder's is part of the delivery's protocol."""
    lines = _lines(event, claim)
    if late:
        lines.append(_("Late: this reminder was due {due}.").format(due=timestamp_tag(claim.scheduled_at)))
    card = event_embed(event, claim, "\n".join(lines), COLOURS[claim.kind])
    if claim.kind is not ReminderKind.CANCELLED:
        card.add_field(name=_("Answered"), value=answer_counts(event, tally.counts, FIELD_LIMIT))
    if claim.kind is ReminderKind.TALLY:
        if tally.missing is not None:
            card.add_field(name=_("Did not answer"), value=plural(tally.missing, "person", "people"))
        card.add_field(name=_("Coming"), value=people_list(tally.comers, FIELD_LIMIT), inline=False)
    return card


def _lines(event: TrackedEvent, claim: Claim) -> list[str]:
    match claim.kind:
        case ReminderKind.BEFORE:
            return [_("You said you are coming. It begins {when}.").format(when=_moment(event.starts_at))]
        case ReminderKind.DECIDE:
            line = _("Your answer is still “maybe”. Answers are wanted until {when}.").format(
                when=_moment(event.closes_at)
            )
            return [line, _("React to [the message]({url}) with your answer.").format(url=event.jump_url)]
        case ReminderKind.MOVED:
            return [
                *_move(claim),
                _("If that changes your answer, change it at [the message]({url}).").format(url=event.jump_url),
            ]
        case ReminderKind.CANCELLED:
            return [_("This event does not take place."), *_was_to_begin(event)]
        case _:
            return [_("Answers are closed. This is how they stand:")]


def _move(claim: Claim) -> list[str]:
    told = claim.detail or {}
    old, new = (None if told.get(name) is None else from_text(told[name]) for name in ("from", "to"))
    if new is None:
        return [_("No longer {old}. The new time is not known yet.").format(old=_struck(old))]
    return [f"{_struck(old)} → **{_moment(new)}**"]


def _was_to_begin(event: TrackedEvent) -> list[str]:
    if event.starts_at is None:
        return []
    return [_("It was to begin {when}.").format(when=timestamp_tag(event.starts_at, "F"))]


def _struck(moment: datetime | None) -> str:
    return "" if moment is None else f"~~{timestamp_tag(moment, 'F')}~~"


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{timestamp_tag(moment, 'F')} ({timestamp_tag(moment)})"
