"""What a member has chosen for themselves, as a card: each choice with its value and what it means."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import discord

from models.guild_settings import GuildSettings
from models.member_choices import Contact, MemberChoices, QuietChoice
from models.quiet_hours import QuietHours
from reminder_bot.interactions.quiet_text import quiet_text
from reminder_bot.member_desk import OwnEvent
from utils.embeds import FIELD_VALUE_LIMIT, card, event_link
from utils.formatting import listing, number, truncate
from utils.i18n import _
from utils.time import timestamp_tag
from utils.zones import utc_offset

EVENT_LINES = 5
"""How many events are named on the card; the select has more."""


def contact_label(contact: Contact) -> str:
    """Return how somebody is reminded, in a few words."""
    labels = {
        Contact.CHANNEL: _("In the channel"),
        Contact.DIRECT: _("By direct message"),
        Contact.OFF: _("Not at all"),
    }
    return labels[contact]


def quiet_label(quiet: QuietHours | QuietChoice, of_guild: str | None) -> str:
    """Return somebody's quiet hours in a few words; ``of_guild`` are the server's, as they are stored."""
    if isinstance(quiet, QuietHours):
        return quiet_text(quiet)
    if quiet is QuietChoice.NEVER:
        return _("Never")
    if of_guild is None:
        return _("As this server: none")
    return _("As this server: {hours}").format(hours=quiet_text(QuietHours.read(of_guild)))


def choices_card(
    choices: MemberChoices, of_guild: GuildSettings, zone: ZoneInfo, set_aside: Sequence[OwnEvent], now: datetime
) -> discord.Embed:
    """Return the card of `/my reminders`; ``set_aside`` are the events declined or snoozed."""
    embed = card(_("My reminders"), _("All of this is for you alone, on this server. Change it below."))
    for title, value, what in _fields(choices, of_guild, zone, now):
        embed.add_field(name=title, value=f"**{value}**\n-# {what}", inline=False)
    if set_aside:
        lines = [_set_aside_line(own) for own in set_aside[:EVENT_LINES]]
        if more := len(set_aside) - len(lines):
            lines.append(_("and {count} more").format(count=number(more)))
        embed.add_field(name=_("Events set aside"), value=truncate("\n".join(lines), FIELD_VALUE_LIMIT), inline=False)
    return embed


def _fields(
    choices: MemberChoices, of_guild: GuildSettings, zone: ZoneInfo, now: datetime
) -> list[tuple[str, str, str]]:
    clock = f"{zone.key} ({utc_offset(zone, now)}, {now.astimezone(zone):%H:%M})"
    fields = [
        (_("Where"), contact_label(choices.contact), _contact_meaning(choices.contact)),
        (
            _("Only events of these roles"),
            listing([f"<@&{role_id}>" for role_id in choices.only_roles]) or _("All events"),
            _("With roles chosen, you are asked only about events for one of them, and not about those for everybody."),
        ),
        (
            _("I may write to you directly"),
            _("Yes") if choices.takes_direct else _("No"),
            _("After several reminders in vain, and for your own events: who has still not answered."),
        ),
        (
            _("Quiet hours"),
            quiet_label(choices.quiet, of_guild.quiet_hours),
            _("What falls into them waits for their end; what cannot wait, such as a start, comes without a sound."),
        ),
        (
            _("Time zone"),
            clock if choices.zone else _("{zone}, as this server").format(zone=clock),
            _("For your quiet hours, and for “this evening” and “tomorrow”. `/my timezone` changes it."),
        ),
    ]
    if choices.is_away(now) and choices.away_until is not None:
        when = timestamp_tag(choices.away_until, "F")
        fields.append((_("Away until"), when, _("`/back` ends it.")))
    return fields


def _contact_meaning(contact: Contact) -> str:
    meanings = {
        Contact.CHANNEL: _("With all others whose answer is missing."),
        Contact.DIRECT: _("If I cannot write to you, you are pinged in the channel instead."),
        Contact.OFF: _("You are not pinged about any event; your answers count as before."),
    }
    return meanings[contact]


def _set_aside_line(own: OwnEvent) -> str:
    # Who has declined as well is not reminded when the snooze ends either.
    if own.is_declined or own.snoozed_until is None:
        then = _("no reminders")
    else:
        then = _("snoozed, again {when}").format(when=timestamp_tag(own.snoozed_until))
    return f"{event_link(own.event)} · {then}"
