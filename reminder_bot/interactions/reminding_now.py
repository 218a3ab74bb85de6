"""`/remind`: one event or all of a guild, and what came of it in words."""

import asyncio

import discord

from models.records import TrackedEvent
from reminder_bot.event_requests import Reminded
from reminder_bot.interactions.channel_access import may_know
from reminder_bot.interactions.message_watching import next_line
from reminder_bot.services import Services
from utils.embeds import DESCRIPTION_LIMIT, card, event_card, event_link
from utils.errors import DiscordError, StorageError, UserError
from utils.formatting import escape_text, plural, truncate
from utils.i18n import _
from utils.pagination import paginate
from utils.reasons import reason_text

AT_ONCE = 10
LINE_LIMIT = 600


async def remind_one(services: Services, event: TrackedEvent) -> discord.Embed:
    """Remind those who are missing from one event; return the answer.

    Raises:
        UserError: the event is not in a state to be reminded about.
        DiscordError: who is missing cannot be told at the moment.
    """
    reminded = await services.manager.remind_now(event.guild_id, event.message_id)
    return event_card(reminded.event, [outcome(reminded), next_line(reminded.event)])


async def remind_all(services: Services, member: discord.Member) -> discord.Embed:
    """Remind for every running event of the member's guild, each in its own channel; return one line for each.

    Events in channels that the member cannot see are reminded too, but only counted.
    """
    running = [event for event in await services.queries.watched(member.guild.id) if event.is_running]
    if not running:
        return card(_("Nothing to remind"), _("No event is running. `/watch` starts one, `/resume` a paused one."))
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(event: TrackedEvent) -> str | None:
        async with turn:
            result = await _attempt(services, event)
            is_shown = await _is_shown(member, event)
        return f"{event_link(event)}: {result}" if is_shown else None

    results = await asyncio.gather(*(one(event) for event in running))
    lines = [truncate(line, LINE_LIMIT) for line in results if line is not None]
    hidden = len(results) - len(lines)
    title = _("Reminders for {events}").format(events=plural(len(running), "event", "events"))
    return card(title, _fitted(lines, hidden))


def outcome(reminded: Reminded) -> str:
    """Return what came of a reminder in one sentence, or two where not all who are missing are pinged now."""
    if not reminded.missing and not reminded.passed_over:
        return _("Everybody has answered: nobody was reminded.")
    if not reminded.passed_over:
        return _pinged(reminded)
    waiting = plural(reminded.passed_over, "person", "people")
    told = _("Not pinged now by what they or the server chose: {people}; `/status` says why.").format(people=waiting)
    return f"{_pinged(reminded)} {told}" if reminded.missing else told


def _pinged(reminded: Reminded) -> str:
    if reminded.pinged is None:
        missing = plural(reminded.missing, "person", "people")
        return _("Reminding {people}; the messages are still going out.").format(people=missing)
    if not reminded.pinged:
        return _("Nobody was reminded; `/status` says why.")
    return _("Reminded {people}.").format(people=plural(reminded.pinged, "person", "people"))


async def _attempt(services: Services, event: TrackedEvent) -> str:
    try:
        return outcome(await services.manager.remind_now(event.guild_id, event.message_id))
    except (UserError, DiscordError) as error:
        return _("not reminded: {reason}").format(reason=escape_text(reason_text(error)))
    except StorageError:
        return _("not reminded: the database could not do that.")


async def _is_shown(member: discord.Member, event: TrackedEvent) -> bool:
    try:
        return await may_know(member.guild, member, event.channel_id)
    except DiscordError:
        return False


def _fitted(lines: list[str], hidden: int) -> str:
    """Return as many lines as a card holds, and how many there are besides."""
    pages = paginate(lines, max_lines=len(lines) or 1, max_chars=DESCRIPTION_LIMIT - 200)
    shown = list(pages[0]) if pages else []
    if more := len(lines) - len(shown):
        shown.append(_("and {events} more").format(events=plural(more, "event", "events")))
    if hidden:
        events = plural(hidden, "event", "events")
        shown.append(_("and {events} in channels that you cannot see").format(events=events))
    return "\n".join(shown)
