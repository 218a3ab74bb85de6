"""What a gathered message looks like: one event as its reminder, several as a list.

Mentions in the text ping, those in the card do not.
"""

from collections.abc import Sequence
from datetime import datetime

import discord

from models.held_records import HeldItem, HeldKind, Way
from models.records import Claim, ReminderKind, TrackedEvent
from reminder_bot.gathered_letter import Letter
from reminder_bot.plan_message import plan_content, plan_embed
from reminder_bot.reminder_message import Tally, content, embed, mentions
from utils.embeds import event_link, people_list
from utils.formatting import escape_text, one_line, plural
from utils.i18n import _
from utils.pagination import paginate
from utils.time import from_text, timestamp_tag

COLOUR = discord.Colour(0x4752C4)
"""Of gathered messages alone: by it, the moment and the server's address the bot knows its own message again."""

MOST_LINES = 25
MOST_CHARACTERS = 3600
"""Leaves room for the sentences around the list in a card's 4,096."""

PEOPLE_CHARACTERS = 160
"""Of mentions in a line: seven people, and how many more."""

NAMES_CHARACTERS = 900
"""Of the mentions of those who are silent, for each event: it is what the message is for."""

NAME_LIMIT = 80


def gathered_content(letter: Letter, server: str) -> str:
    """Return the message's text; in a channel it ends with the mentions, which are what pings."""
    message = letter.message
    subjects = letter.by_subject()
    if message.way is Way.LOG:
        return _("No answer after all reminders:")
    if message.way is Way.DIRECT:
        name = escape_text(one_line(server, NAME_LIMIT, "Discord"))
        return _("A reminder from **{server}**").format(server=name)
    if len(subjects) == 1:
        claim = _as_claim(letter, subjects[0][1], subjects[0][2])
        return content(claim.recipients) if claim.kind is ReminderKind.SILENT else plan_content(claim)
    is_silent = all(kind is HeldKind.SILENT for _event, kind, _items in subjects)
    lead = _("Your answers are missing:") if is_silent else _("News of several events:")
    return f"{lead} {mentions(message.people)}"


def gathered_embed(letter: Letter) -> discord.Embed:
    """Return the card: its ``timestamp``, ``url`` and colour are part of the delivery's protocol."""
    subjects = letter.by_subject()
    if len(subjects) == 1 and subjects[0][1] is not HeldKind.STILL_SILENT:
        card = _card_of_one(letter, *subjects[0])
    else:
        card = discord.Embed(title=_title(letter), description="\n".join(_list(letter)))
        card.set_footer(text=_("due"))
    card.url = card.url or server_url(letter.message.guild_id)
    card.timestamp = letter.message.scheduled_at
    card.colour = COLOUR
    if letter.message.way is Way.DIRECT:
        hint = _("`/my reminders` in the server says how you are reminded, or ends it.")
        card.description = f"{card.description}\n\n{hint}"
    return card


def server_url(guild_id: int) -> str:
    """Return how the addresses of everything in a server begin."""
    return f"https://discord.com/channels/{guild_id}"


def _card_of_one(letter: Letter, event: TrackedEvent, kind: HeldKind, items: Sequence[HeldItem]) -> discord.Embed:
    claim = _as_claim(letter, kind, items)
    tally = letter.tallies.get(event.message_id, Tally({}, None))
    if kind is HeldKind.SILENT:
        return embed(event, claim, tally, event.next_reminder_at, late=letter.is_late)
    return plan_embed(event, claim, tally, late=letter.is_late)


def _as_claim(letter: Letter, kind: HeldKind, items: Sequence[HeldItem]) -> Claim:
    """Return what a reminder of one event is written from."""
    message = letter.message
    people = tuple(sorted({item.user_id for item in items}))
    return Claim(
        0, message.guild_id, items[0].event_id, message.scheduled_at, 1, 1, message.nonce, message.attempt, people,
        message.created_at, ReminderKind(kind), message.channel_id, items[0].detail,
    )  # fmt: skip


def _title(letter: Letter) -> str:
    kinds = {item.kind for item in letter.message.items}
    events = plural(len(letter.message.event_ids), "event", "events")
    if kinds == {HeldKind.STILL_SILENT}:
        return _("Still no answer · {events}").format(events=events)
    if kinds == {HeldKind.SILENT}:
        return _("Answers wanted · {events}").format(events=events)
    return _("What is new · {events}").format(events=events)


def _list(letter: Letter) -> list[str]:
    subjects = letter.by_subject()
    names_differ = len({frozenset(item.user_id for item in items) for _event, _kind, items in subjects}) > 1
    lines = [_line(letter, *subject, is_named=names_differ) for subject in subjects]
    (shown, *_more) = paginate(lines, MOST_LINES, MOST_CHARACTERS)
    if len(lines) == len(shown):
        return list(shown)
    left = len(lines) - len(shown)
    return [*shown, _("and {events} more").format(events=plural(left, "event", "events"))]


def _line(letter: Letter, event: TrackedEvent, kind: HeldKind, items: Sequence[HeldItem], *, is_named: bool) -> str:
    is_said_above = all(item.kind is HeldKind.SILENT for item in letter.message.items)
    wanted = _closing(event) if is_said_above else _wanted(letter, event, kind, items)
    line = " · ".join(part for part in (event_link(event), wanted) if part)
    if is_named and letter.message.way is Way.CHANNEL:
        people = sorted({item.user_id for item in items})
        line += f" · {people_list(people, PEOPLE_CHARACTERS)}"
    return line


def _closing(event: TrackedEvent) -> str:
    if event.closes_at is None:
        return ""
    return _("answers close {when}").format(when=timestamp_tag(event.closes_at))


def _wanted(letter: Letter, event: TrackedEvent, kind: HeldKind, items: Sequence[HeldItem]) -> str:
    match kind:
        case HeldKind.SILENT:
            if event.closes_at is None:
                return _("your answer is missing")
            return _("your answer is missing, answers close {when}").format(when=timestamp_tag(event.closes_at))
        case HeldKind.BEFORE:
            return _("begins {when}").format(when=_tag(event.starts_at))
        case HeldKind.DECIDE:
            return _("still “maybe”, answers close {when}").format(when=_tag(event.closes_at))
        case HeldKind.MOVED:
            return _moved(items[0])
        case HeldKind.CANCELLED:
            return _("does not take place")
        case _:
            silent = letter.silent.get(event.message_id, ())
            return _("no answer from {people}").format(people=people_list(silent, NAMES_CHARACTERS))


def _moved(item: HeldItem) -> str:
    told = item.detail or {}
    old, new = (None if told.get(name) is None else from_text(told[name]) for name in ("from", "to"))
    if new is None:
        return _("its new time is not known yet")
    before = "" if old is None else f"~~{timestamp_tag(old, 'F')}~~ → "
    return _("now {when}").format(when=f"{before}{timestamp_tag(new, 'F')}")


def _tag(moment: datetime | None) -> str:
    return "" if moment is None else timestamp_tag(moment)
