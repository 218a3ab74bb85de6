"""Who may do what: organisers, and people who can read a channel."""

from collections.abc import Callable, Collection, Iterable
from typing import Protocol

import discord

from utils.errors import NotAnOrganiserError, UserError
from utils.i18n import _

GuildChannel = (
    discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel | discord.CategoryChannel
)
AnyChannel = GuildChannel | discord.Thread


RolesOf = Callable[[int], Collection[str]]
"""Returns, for a guild's id, the names and ids of the roles whose members may organise there."""

SHORTEST_ID = 15
"""Digits of the oldest snowflakes that roles have."""


class NamedRole(Protocol):
    """A role, as far as organising depends on it."""

    @property
    def id(self) -> int:
        """The role's snowflake."""
        ...

    @property
    def name(self) -> str:
        """The role's name, which is not unique."""
        ...


def is_organiser(permissions: discord.Permissions, roles: Iterable[NamedRole], admin_roles: Collection[str]) -> bool:
    """Whether somebody may organise: Manage Server, Manage Events, or a role whose name or id is in ``admin_roles``.

    Names are compared without regard to case; a number as long as a snowflake is an id, never a name.
    """
    if permissions.administrator or permissions.manage_guild or permissions.manage_events:
        return True
    wanted = {role.strip().casefold() for role in admin_roles}
    ids = {text for text in wanted if text.isdecimal() and len(text) >= SHORTEST_ID}
    return any(str(role.id) in ids or role.name.casefold() in wanted - ids for role in roles)


def require_member(interaction: discord.Interaction) -> discord.Member:
    """Return who called, as a member of the guild they called from.

    Raises:
        UserError: called outside a guild, or Discord says the guild is unavailable at the moment.
    """
    guild, user = interaction.guild, interaction.user
    if guild is None or not isinstance(user, discord.Member):
        raise UserError(_("This works in a server only. Use it in a channel of your server."))
    if guild.unavailable:
        raise UserError(_("Discord says that this server is not available at the moment. Try again in a minute."))
    return user


def require_organiser(interaction: discord.Interaction, organiser_roles: RolesOf) -> discord.Member:
    """Return who called when they may organise.

    Raises:
        NotAnOrganiserError: they may not.
        UserError: as `require_member`.
    """
    member = require_member(interaction)
    return require_organiser_of(member.guild, member, organiser_roles)


def require_organiser_of(
    guild: discord.Guild | None, user: discord.User | discord.Member, organiser_roles: RolesOf
) -> discord.Member:
    """Return a person as a member of the guild when they may organise there, as one who answers a direct message.

    Raises:
        NotAnOrganiserError: they may not, or are no member.
    """
    found = None if guild is None else guild.get_member(user.id)
    member = user if isinstance(user, discord.Member) else found
    if member is not None and is_organiser(member.guild_permissions, member.roles, organiser_roles(member.guild.id)):
        return member
    raise NotAnOrganiserError(
        _("Only organisers may do this: members with Manage Server, Manage Events or an organiser role.")
    )


def can_open(channel: AnyChannel, permissions: discord.Permissions) -> bool:
    """Whether these permissions let somebody see what is written in the channel; voice and stage channels need Connect.

    Source: https://support.discord.com/hc/en-us/articles/4412085582359-Text-Channels-Text-Chat-In-Voice-Channels
    """
    if isinstance(channel, discord.VoiceChannel | discord.StageChannel) and not permissions.connect:
        return False
    return permissions.view_channel


def can_read_messages(channel: AnyChannel, member: discord.Member) -> bool:
    """Whether the member's permissions let them open the channel and read what was written before.

    Who was added to a private thread is not looked at.
    """
    permissions = channel.permissions_for(member)
    return can_open(channel, permissions) and permissions.read_message_history
