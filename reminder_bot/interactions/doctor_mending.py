"""What the bot can mend of a finding at a press: each looks again first at what it changes, and for whom."""

from dataclasses import replace

import discord

from models.event_options import OfferedAnswer, Place
from models.records import EventState, TrackedEvent
from reminder_bot.checkup import Checkup
from reminder_bot.doctor_findings import (
    BlockedEvent,
    Finding,
    MembersIncomplete,
    PausedForAge,
    UnknownEmoji,
    UnreachableLog,
    UnreachablePlace,
)
from reminder_bot.interactions.answer_changing import change_answers
from reminder_bot.interactions.event_draft import draft_of
from reminder_bot.interactions.event_lookup import require_event
from reminder_bot.interactions.setting_rules import change_settings
from reminder_bot.services import Services
from utils.formatting import escape_text, one_line
from utils.i18n import _

SHOWN_TITLE = 80


def mend_label(finding: Finding) -> str | None:
    """Return what the button of a finding says; None where only people can mend it."""
    match finding:
        case MembersIncomplete():
            return _("Ask for the members now")
        case UnreachablePlace():
            return _("Back to the event's channel")
        case UnreachableLog():
            return _("Have no log channel")
        case UnknownEmoji(event=event, can_drop=can_drop):
            if can_drop:
                return _("Take them out of the answers")
            return _("Reset the answers of new events") if event is None else None
        case BlockedEvent():
            return _("Try again now")
        case PausedForAge():
            return _("Resume it")
        case _:
            return None


async def mend(services: Services, checkup: Checkup, member: discord.Member, finding: Finding) -> str:
    """Mend what was found, as far as it is still so, and return what was done; changes are in the audit.

    Raises:
        UserError: the member may not, cannot see the event, or it is over; nothing was changed.
        DiscordError: Discord could not be asked; nothing was changed.
        StorageError: nothing was changed.
    """
    match finding:
        case MembersIncomplete():
            if await checkup.fetch_members(member.guild):
                return _("All members are known now.")
            return _("I have asked for them. Check again in half a minute.")
        case UnreachablePlace(event=None, place_id=place_id):
            return await _reset_place(services, member, place_id)
        case UnreachableLog(place_id=log_id):
            return await _drop_log(services, member, log_id)
        case UnknownEmoji(event=None):
            return await _clean_answers(services, member, finding)
    event = getattr(finding, "event", None)
    assert event is not None, "everything else that can be mended is of an event"
    # Seen by this member, and as it is now.
    found = await require_event(services, member, str(event.message_id))
    if isinstance(finding, UnreachablePlace):
        return await _bring_home(services, member, found, finding.place_id)
    if isinstance(finding, UnknownEmoji):
        return await _drop_answers(services, member, found, finding)
    if isinstance(finding, BlockedEvent):
        return await _try_again(services, found)
    return await _resume(services, member, found)


async def _reset_place(services: Services, member: discord.Member, place_id: int) -> str:
    settings = services.book.of(member.guild.id)
    if settings.place is not Place.ELSEWHERE or settings.place_channel_id != place_id:
        return _nothing_left()
    await change_settings(services, member, {"place": Place.CHANNEL, "place_channel_id": None})
    return _("New events remind in their own channel now.")


async def _drop_log(services: Services, member: discord.Member, log_id: int) -> str:
    if services.book.of(member.guild.id).log_channel_id != log_id:
        return _nothing_left()
    await change_settings(services, member, {"log_channel_id": None})
    return _("There is no log channel any more: I tell of blocked events as far as I can without one.")


async def _clean_answers(services: Services, member: discord.Member, finding: UnknownEmoji) -> str:
    answers = services.book.of(member.guild.id).answers
    if answers is None or not any(emoji in finding.emoji for emoji, _choice in answers):
        return _nothing_left()
    kept = tuple(each for each in answers if each[0] not in finding.emoji)
    await change_settings(services, member, {"answers": kept if finding.can_drop else None})
    return _("New events have answers again that this server has.")


async def _bring_home(services: Services, member: discord.Member, event: TrackedEvent, place_id: int) -> str:
    if event.options.place is not Place.ELSEWHERE or event.options.place_channel_id != place_id:
        return _nothing_left()
    options = replace(event.options, place=Place.CHANNEL, place_channel_id=None)
    planning = services.manager.planning
    await planning.reschedule(event, event.starts_at, event.answer_until, options, by=member.id)
    return _("{event} reminds in its own channel now.").format(event=_title(event))


async def _drop_answers(services: Services, member: discord.Member, event: TrackedEvent, finding: UnknownEmoji) -> str:
    answers = draft_of(event).answers
    kept: list[OfferedAnswer] = [each for each in answers if each.emoji not in finding.emoji]
    if len(kept) == len(answers):
        return _nothing_left()
    _change, notices = await change_answers(services, member, event, kept)
    done = _("{event} has only answers now that this server has.").format(event=_title(event))
    return " ".join([done, *notices])


async def _try_again(services: Services, event: TrackedEvent) -> str:
    await services.manager.catch_up.try_again(event)
    after = await services.manager.require(event.guild_id, event.message_id)
    if after.state is EventState.BLOCKED:
        return _("{event} is still blocked.").format(event=_title(event))
    return _("{event} goes on.").format(event=_title(event))


async def _resume(services: Services, member: discord.Member, event: TrackedEvent) -> str:
    if not event.is_paused:
        return _nothing_left()
    await services.manager.resume(event.guild_id, event.message_id, by=member.id)
    return _("{event} goes on.").format(event=_title(event))


def _nothing_left() -> str:
    return _("Somebody was quicker: nothing was left to do.")


def _title(event: TrackedEvent) -> str:
    return f"“{escape_text(one_line(event.title, SHOWN_TITLE, str(event.message_id)))}”"
