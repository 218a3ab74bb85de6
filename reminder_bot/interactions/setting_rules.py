"""Whether a member may change a guild's settings to something, and whether it can be that in this guild."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

import discord

from models.event_options import Place
from models.guild_settings import GuildSettings
from reminder_bot.interactions.channel_access import can_see, find_channel
from reminder_bot.interactions.setting_forms import guild_emoji, usable_emoji
from reminder_bot.services import Services
from utils.durations import require_between
from utils.errors import NotAnOrganiserError, UserError
from utils.formatting import listing
from utils.i18n import _

Postable = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


async def change_settings(
    services: Services, member: discord.Member, changes: Mapping[str, Any]
) -> tuple[GuildSettings, GuildSettings]:
    """Change settings for an organiser; return all settings as they were and as they are.

    Everything is checked before anything is changed. What a change leaves as it was is not looked at again: a role that
    was deleted meanwhile is in nobody's way.

    Raises:
        UserError: they may not, or it cannot be that here; nothing was changed.
        DiscordError: Discord could not be asked; nothing was changed.
        StorageError: nothing was changed.
    """
    guild, before = member.guild, services.book.of(member.guild.id)
    different = {name: value for name, value in changes.items() if getattr(before, name) != value}
    if "organiser_roles" in different:
        _require_roles_to_give(member, different["organiser_roles"])
    if "audience" in different:
        rule = different["audience"]
        _require_roles(guild, {*rule.roles, *rule.excluded_roles})
    if different.get("default_interval_minutes") is not None:
        _require_interval(services, different["default_interval_minutes"])
    if different.get("answers") is not None:
        await _require_emoji(guild, [emoji for emoji, _choice in different["answers"]])
    if {"place", "place_channel_id"} & set(different):
        await _require_place(member, {**_place_of(before), **different})
    if different.get("log_channel_id") is not None:
        await _require_postable(member, different["log_channel_id"])
    after = await services.book.change(guild.id, member.id, **different)
    # With other quiet hours, what waited for the end of the old ones is due.
    services.manager.wake()
    return before, after


def _place_of(settings: GuildSettings) -> dict[str, Any]:
    return {"place": settings.place, "place_channel_id": settings.place_channel_id}


def _require_roles_to_give(member: discord.Member, role_ids: Collection[int]) -> None:
    # An organiser must not be able to make others organisers: that is for those who run the server.
    if not member.guild_permissions.manage_guild:
        raise NotAnOrganiserError(_("Only members with Manage Server may choose who organises."))
    if member.guild.id in role_ids:
        raise UserError(_("@everyone cannot be an organiser role: all members would be organisers. Choose others."))
    _require_roles(member.guild, role_ids)


def _require_roles(guild: discord.Guild, role_ids: Collection[int]) -> None:
    if any(guild.get_role(role_id) is None for role_id in role_ids):
        raise UserError(_("One of these roles is none of this server's. Choose them in `/settings show`."))


def _require_interval(services: Services, minutes: float) -> None:
    require_between(timedelta(minutes=minutes), services.settings.min_interval, services.settings.max_interval)


async def _require_emoji(guild: discord.Guild, emoji: Collection[str]) -> None:
    own = await guild_emoji(guild) if any("<" in each for each in emoji) else {}
    for each in emoji:
        usable_emoji(each, own)


async def _require_place(member: discord.Member, chosen: Mapping[str, Any]) -> None:
    channel_id = chosen["place_channel_id"]
    if chosen["place"] is Place.ELSEWHERE and channel_id is not None:
        await _require_postable(member, channel_id)


async def _require_postable(member: discord.Member, channel_id: int) -> None:
    channel = await find_channel(member.guild, channel_id)
    if not isinstance(channel, Postable) or not await can_see(channel, member):
        raise UserError(_("There is no such channel or thread, or you or I cannot see it. Choose another one."))
    may = channel.permissions_for(member.guild.me)
    sends = may.send_messages_in_threads if isinstance(channel, discord.Thread) else may.send_messages
    needed = {_("View Channel"): may.view_channel, _("Send Messages"): sends, _("Embed Links"): may.embed_links}
    if missing := [name for name, is_given in needed.items() if not is_given]:
        raise UserError(
            _("I cannot post in {channel}: give me {names} there, and choose it again.").format(
                channel=channel.mention, names=listing(missing)
            )
        )
