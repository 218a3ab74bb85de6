"""`/away` and `/back`: a member who does not want to be asked for a while."""

from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from models.member_choices import REASON_LIMIT
from reminder_bot.interactions.answers import answer, defer
from reminder_bot.interactions.event_lookup import visible_events
from reminder_bot.interactions.options import Who, usable_by
from reminder_bot.interactions.own_events import is_counted_as_no, is_set_aside, waits_for_return
from reminder_bot.member_desk import OwnEvent
from reminder_bot.services import Services
from utils.checks import require_member
from utils.embeds import card, event_link
from utils.errors import UserError
from utils.formatting import clean_text, escape_text, number, plural, truncate
from utils.i18n import _, language_in_force, mark
from utils.moments.ends import end_suggestions, read_end
from utils.moments.labels import describe

EVENT_LINES = 8


class AbsenceCog(commands.Cog):
    """`/away` and `/back`."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self._bot = bot
        self._services = services

    @usable_by(Who.EVERYONE)
    @app_commands.command(
        description=mark("Be away: what begins before you are back counts as no, what has no start waits")
    )
    @app_commands.describe(
        until=mark("Until when, such as Friday or 3 April 18:00; a day alone means its end"),
        reason=mark("Why, for yourself: nobody else is shown it"),
    )
    async def away(self, interaction: discord.Interaction, until: str, reason: str | None = None) -> None:
        """Begin an absence, or change the one there is."""
        member = require_member(interaction)
        desk, guild_id, now = self._services.desk, member.guild.id, self._services.clock.now()
        zone = desk.zone(guild_id, member.id)
        back_at = read_end(until, now=now, zone=zone, language=language_in_force())
        why = clean_text(reason or "").strip()[:REASON_LIMIT] or None
        await defer(interaction)
        await desk.require_known(member.id)
        await desk.choose(guild_id, member.id, away_until=back_at, away_reason=why)
        await answer(interaction, embed=_away_card(back_at, why, await self._concerned(member, now)))

    @away.autocomplete("until")
    async def suggest_until(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Suggest days and times to come, by the caller's clock."""
        guild_id = interaction.guild_id or 0
        zone, now = self._services.desk.zone(guild_id, interaction.user.id), self._services.clock.now()
        found = end_suggestions(current, now=now, zone=zone, language=language_in_force())
        return [app_commands.Choice(name=each, value=each) for each in found]

    @usable_by(Who.EVERYONE)
    @app_commands.command(description=mark("End your absence: be asked again"))
    async def back(self, interaction: discord.Interaction) -> None:
        """End an absence."""
        member = require_member(interaction)
        await defer(interaction)
        desk, guild_id, now = self._services.desk, member.guild.id, self._services.clock.now()
        await desk.require_known(member.id)
        if not desk.choices(guild_id, member.id).is_away(now):
            raise UserError(_("You are not away: nothing to end. `/away` begins an absence."))
        counted, waiting = await self._concerned(member, now)
        await desk.choose(guild_id, member.id, away_until=None, away_reason=None)
        count = len(counted) + len(waiting)
        asking = plural(count, "event asks you again", "events ask you again")
        await answer(interaction, _("Welcome back. {events}; `/my events` lists them.").format(events=asking))

    async def _concerned(self, member: discord.Member, now: datetime) -> tuple[list[OwnEvent], list[OwnEvent]]:
        """Return the events for which an absence counts as no, and those that wait for its end; visible ones only."""
        desk, guild_id = self._services.desk, member.guild.id
        found, choices = await desk.own_events(guild_id, member.id), desk.choices(guild_id, member.id)
        seen = {each.message_id for each in await visible_events(member.guild, member, (own.event for own in found))}
        mine = [own for own in found if own.event.message_id in seen]
        asked = [own for own in mine if not is_set_aside(own, choices)]
        counted = [own for own in asked if is_counted_as_no(own, choices, now)]
        return counted, [own for own in asked if waits_for_return(own, choices, now)]


def _away_card(back_at: datetime, why: str | None, concerned: tuple[list[OwnEvent], list[OwnEvent]]) -> discord.Embed:
    counted, waiting = concerned
    lines = [_("You are away until {when}.").format(when=describe(back_at))]
    if why:
        lines.append(f"-# {escape_text(truncate(why, REASON_LIMIT))}")
    if counted:
        events = plural(len(counted), "event that begins before then", "events that begin before then")
        lines.append(_("Counted as no: {events}.").format(events=events))
    lines += [f"- {event_link(own.event)}" for own in counted[:EVENT_LINES]]
    if len(counted) > EVENT_LINES:
        lines.append(_("and {count} more").format(count=number(len(counted) - EVENT_LINES)))
    if waiting:
        events = plural(len(waiting), "event without a start", "events without a start")
        lines.append(_("Not asked about until then: {events}.").format(events=events))
    lines.append(_("You are still asked about events that begin later. What you answer counts all the same."))
    lines.append(_("`/back` ends your absence."))
    return card(_("Away"), "\n".join(lines))
