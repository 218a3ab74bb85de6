"""What a press under a reminder does, for whoever pressed and nobody else; everything is checked anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import discord

from reminder_bot.interactions.channel_access import may_know
from reminder_bot.interactions.own_events import why_not_reminded
from reminder_bot.interactions.press_items import choice_view, press_view
from reminder_bot.interactions.snooze_times import Later, later_label, later_moments
from reminder_bot.member_desk import OwnEvent
from reminder_bot.reminder_buttons import Press
from reminder_bot.services import Services
from utils.embeds import event_link
from utils.errors import UserError
from utils.formatting import one_line
from utils.i18n import _
from utils.time import timestamp_tag

MOST_OPTIONS = 25
LABEL_LIMIT = 100
UNDO, WHICH = "undo", "which"

Said = tuple[str, discord.ui.View | None]
"""A text, and what may be pressed under it."""


@dataclass(frozen=True, slots=True)
class Presser:
    """Who pressed, as a member of the guild that the reminder is of."""

    services: Services
    member: discord.Member

    @property
    def guild_id(self) -> int:
        """Their guild."""
        return self.member.guild.id

    async def events(self, event_ids: Sequence[int]) -> list[OwnEvent]:
        """Return those of the events that are not over and ask whoever pressed.

        Raises:
            UserError: there are none.
            DiscordError: whom they ask cannot be told at the moment.
        """
        desk, member = self.services.desk, self.member
        found = [await desk.own_event(self.guild_id, event_id, member.id) for event_id in event_ids]
        seen = [own for own in found if own and await may_know(member.guild, member, own.event.channel_id)]
        if not seen:
            raise UserError(_("This event is over, or you cannot see it any more. Nothing was changed."))
        asked = [own for own in seen if own.is_asked]
        if not asked:
            raise UserError(_("This event does not ask you, so you get no reminders of it. Nothing was changed."))
        return asked


async def find_presser(services: Services, client: discord.Client, user_id: int, press: Press) -> "Presser":
    """Return who pressed, in the guild that the press is about, which under a direct message Discord does not tell.

    Raises:
        UserError: it is not known any more, or they are no member of it.
    """
    if press.is_gathered:
        gathered = await services.desk.gathered(press.target, press.mark, user_id)
        guild_id = None if gathered is None else gathered.guild_id
    else:
        watched = services.manager.index.get(press.target)
        guild_id = None if watched is None else watched.guild_id
    guild = None if guild_id is None else client.get_guild(guild_id)
    member = None if guild is None else guild.get_member(user_id)
    if member is None:
        raise UserError(_("This event is over, or you cannot see it any more. Nothing was changed."))
    return Presser(services, member)


async def events_of(presser: Presser, press: Press) -> list[OwnEvent]:
    """Return the events that a press is about.

    Raises:
        UserError: as `Presser.events`.
    """
    event_ids: Sequence[int] = (press.target,)
    if press.is_gathered:
        gathered = await presser.services.desk.gathered(press.target, press.mark, presser.member.id)
        event_ids = () if gathered is None else gathered.event_ids
    return await presser.events(event_ids)


async def snooze(presser: Presser, press: Press) -> Said:
    """Offer when to be reminded again, or do it.

    Raises:
        UserError: there is nothing to be reminded of; the sentence says why.
    """
    waiting = [own for own in await events_of(presser, press) if own.emoji is None]
    if not waiting:
        raise UserError(_("You have answered already, so no reminder asks you again. Nothing was changed."))
    now = presser.services.clock.now()
    desk, key = presser.services.desk, (presser.guild_id, presser.member.id)
    choices = desk.choices(*key)
    waiting = [own for own in waiting if why_not_reminded(own, choices, now) is None]
    if not waiting:
        raise UserError(_("You get no reminders of this, as you chose: `/my reminders` shows it. Nothing was changed."))
    moments = {later: desk.after_quiet(*key, at) for later, at in later_moments(now, desk.zone(*key)).items()}
    offered = {later: at for later, at in moments.items() if any(_is_open(own, at) for own in waiting)}
    if not offered:
        raise UserError(_("Answers close before I could remind you again: answer now."))
    chosen = next((later for later in offered if later == press.step), None)
    if chosen is None:
        return _offer(press, offered)
    until = offered[chosen]
    event_ids = [own.event.message_id for own in waiting if _is_open(own, until)]
    await desk.snooze(presser.guild_id, event_ids, presser.member.id, until)
    when = f"{timestamp_tag(until, 'F')} ({timestamp_tag(until)})"
    return _("I remind you again {when}. `/my reminders` takes it back.").format(when=when), None


async def decline(presser: Presser, press: Press, values: Sequence[str]) -> Said:
    """Ask whoever pressed no more about an event, or again; of several events, ask which.

    Raises:
        UserError: there is nothing to decline.
    """
    found = await events_of(presser, press)
    desk, member = presser.services.desk, presser.member
    if press.step == WHICH:
        found = [own for own in found if str(own.event.message_id) in values] or found
    elif press.is_gathered:
        found = [own for own in found if not own.is_declined] or found
    if len(found) > 1:
        return _ask_which(press, found)
    (own,) = found
    event_id = own.event.message_id
    if press.step == UNDO:
        await desk.take_up(presser.guild_id, event_id, member.id)
        return _("You are reminded of {event} again.").format(event=event_link(own.event)), None
    await desk.decline(presser.guild_id, event_id, member.id)
    told = _("You are not asked about {event} any more. Nobody is told, and you can still answer it.")
    undo = Press("not", event_id, is_gathered=False, step=UNDO)
    return told.format(event=event_link(own.event)), press_view((undo, _("Undo")))


def _offer(press: Press, offered: dict[Later, datetime]) -> Said:
    lines = [_("When shall I remind you again? Nobody else notices.")]
    moments = {later_label(later): timestamp_tag(at, "F") for later, at in offered.items()}
    lines += [_("{what}: {value}").format(what=label, value=when) for label, when in moments.items()]
    steps = [(replace(press, step=later.value), later_label(later)) for later in offered]
    return "\n".join(lines), press_view(*steps)


def _ask_which(press: Press, found: Sequence[OwnEvent]) -> Said:
    options = [
        discord.SelectOption(
            label=one_line(own.event.title, LABEL_LIMIT, str(own.event.message_id)), value=str(own.event.message_id)
        )
        for own in found[:MOST_OPTIONS]
    ]
    text = _("About which of these events shall I not ask you any more?")
    return text, choice_view(replace(press, step=WHICH), _("Choose an event"), options)


def _is_open(own: OwnEvent, at: datetime) -> bool:
    closes = own.event.closes_at
    return closes is None or at < closes
