"""What a reminder looks like: the text with its mentions, and the embed under it."""

import asyncio
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

import discord

from models.records import Claim, TrackedEvent
from utils.answer_text import answer_counts
from utils.formatting import escape_text, mention_chunks, one_line, plural, truncate
from utils.i18n import _
from utils.time import timestamp_tag

COLOUR = discord.Colour(0x5865F2)
MENTIONS_LIMIT = 1850
"""Leaves 150 of Discord's 2,000 characters to the line before the mentions, whatever the language it will be in."""

MENTION_LIMIT = 80
CROWD = 500
"""From so many people on, cutting them up into messages takes a millisecond and is left to a thread."""

TITLE_LIMIT = 256
FIELD_LIMIT = 1024


@dataclass(frozen=True, slots=True)
class Tally:
    """What is shown about an event's answers: how many gave each, by emoji, and how many are still missing.

    ``missing`` is None where nobody has counted; ``comers`` are those who said yes, where they are to be named.
    """

    counts: Mapping[str, int]
    missing: int | None
    comers: tuple[int, ...] = ()


def batches(user_ids: Set[int]) -> list[tuple[int, ...]]:
    """Split people, sorted by id, into as many messages as their mentions need; every person is in exactly one."""
    return mention_chunks(sorted(user_ids), max_chars=MENTIONS_LIMIT, max_mentions=MENTION_LIMIT)


async def split_up(user_ids: Set[int]) -> list[tuple[int, ...]]:
    """Split people as `batches` does, a crowd of them in a thread."""
    return await asyncio.to_thread(batches, user_ids) if len(user_ids) > CROWD else batches(user_ids)


def content(recipients: Iterable[int]) -> str:
    """Return the message's text: the mentions, which are what pings."""
    return _lead() + mentions(recipients)


def mentions(recipients: Iterable[int]) -> str:
    """Return what pings people."""
    return " ".join(f"<@{user_id}>" for user_id in recipients)


def allowed_mentions(recipients: Iterable[int]) -> discord.AllowedMentions:
    """Return permission to ping exactly these people: no role, no everyone, not the author replied to."""
    users = [discord.Object(user_id) for user_id in recipients]
    return discord.AllowedMentions(everyone=False, roles=False, users=users, replied_user=False)


def embed(event: TrackedEvent, claim: Claim, tally: Tally, next_at: datetime | None, *, late: bool) -> discord.Embed:
    """Return the card under the mentions."""
    card = event_embed(event, claim, _description(event, claim, late=late), COLOUR)
    card.add_field(name=_("Answered"), value=answer_counts(event, tally.counts, FIELD_LIMIT))
    if tally.missing is not None:
        card.add_field(name=_("Missing"), value=plural(tally.missing, "person", "people"))
    if next_at is not None:
        card.add_field(name=_("Next reminder"), value=timestamp_tag(next_at))
    return card


def event_embed(event: TrackedEvent, claim: Claim, text: str, colour: discord.Colour) -> discord.Embed:
    """Return what the cards of all kinds of messages have in common.

    Its ``timestamp`` is the moment it was due, its ``url`` the event's and its colour its kind's: by these the bot
    knows its own message again after a crash, so they are part of the delivery's protocol.
    """
    card = discord.Embed(
        title=truncate(escape_text(one_line(event.title, TITLE_LIMIT, str(event.message_id))), TITLE_LIMIT),
        url=event.jump_url,
        colour=colour,
        description=text,
        timestamp=claim.scheduled_at,
    )
    card.set_footer(text=_footer(claim))
    return card


def _lead() -> str:
    return _("Your answer is missing:") + " "


def _footer(claim: Claim) -> str:
    # Discord shows the timestamp behind it: "due • Today at 20:30".
    if claim.batch_count == 1:
        return _("due")
    return _("part {part} of {count} · due").format(part=claim.batch, count=claim.batch_count)


def _description(event: TrackedEvent, claim: Claim, *, late: bool) -> str:
    emoji = " ".join(event.required_reactions)
    lines = [_("React to [the message]({url}) with {emoji} to answer.").format(url=event.jump_url, emoji=emoji)]
    if late:
        due = timestamp_tag(claim.scheduled_at)
        lines.append(_("Late: this reminder was due {due}.").format(due=due))
    return "\n".join(lines)
