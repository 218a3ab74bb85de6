"""What a member may do in a channel: the sandbox's own reading of Discord's rules, an independent second opinion.

Source: discord.com/developers/docs/topics/permissions#permission-overwrites and #implicit-permissions.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntFlag

from reminder_bot.sandbox.channels import Channel
from reminder_bot.sandbox.entities import ChannelType, Member, Overwrite, OverwriteKind
from reminder_bot.sandbox.guilds import Guild


class Permission(IntFlag):
    """Permission bits. Source: discord.com/developers/docs/topics/permissions."""

    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


ALL_PERMISSIONS = Permission((1 << 53) - 1)
"""What an owner or administrator has: every bit there is or will be."""

EVERYONE_DEFAULT = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CONNECT
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
"""What @everyone of a new guild may do."""

DM_PERMISSIONS = EVERYONE_DEFAULT & ~(Permission.CREATE_PUBLIC_THREADS | Permission.CREATE_PRIVATE_THREADS)

_NEEDS_SENDING = (
    Permission.SEND_TTS_MESSAGES | Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.MENTION_EVERYONE
)


def guild_permissions(guild: Guild, member: Member) -> Permission:
    """Return what a member may do in the guild, channels aside."""
    if guild.owner_id == member.user.id:
        return ALL_PERMISSIONS
    granted = guild.roles[guild.id].permissions
    for role_id in member.role_ids:
        granted |= guild.roles[role_id].permissions
    permissions = Permission(granted)
    return ALL_PERMISSIONS if Permission.ADMINISTRATOR in permissions else permissions


def channel_permissions(guild: Guild, member: Member, channel: Channel, parent: Channel | None) -> Permission:
    """Return what a member may do in a channel.

    Args:
        guild: the channel's guild.
        member: a member of it.
        channel: the channel or thread.
        parent: the channel a thread belongs to; its overwrites decide. Ignored for other channels.
    """
    base = guild_permissions(guild, member)
    if base == ALL_PERMISSIONS:
        return base
    if not channel.kind.is_thread or parent is None:
        return _implied(_overwritten(base, guild, member, channel.overwrites.values()), Permission.SEND_MESSAGES)
    inherited = _overwritten(base, guild, member, parent.overwrites.values())
    if channel.kind is ChannelType.PRIVATE_THREAD and not _is_in_thread(member, channel, inherited):
        return Permission(0)
    return _implied(inherited, Permission.SEND_MESSAGES_IN_THREADS)


def _is_in_thread(member: Member, thread: Channel, inherited: Permission) -> bool:
    return member.user.id in thread.thread_member_ids or Permission.MANAGE_THREADS in inherited


def _overwritten(base: Permission, guild: Guild, member: Member, overwrites: Iterable[Overwrite]) -> Permission:
    permissions = int(base)
    role_deny = role_allow = 0
    for_member: Overwrite | None = None
    for overwrite in overwrites:
        if overwrite.kind is OverwriteKind.MEMBER:
            for_member = overwrite if overwrite.target_id == member.user.id else for_member
        elif overwrite.target_id == guild.id:
            permissions = (permissions & ~overwrite.deny) | overwrite.allow
        elif overwrite.target_id in member.role_ids:
            role_deny |= overwrite.deny
            role_allow |= overwrite.allow
    permissions = (permissions & ~role_deny) | role_allow
    if for_member is not None:
        permissions = (permissions & ~for_member.deny) | for_member.allow
    return Permission(permissions)


def _implied(permissions: Permission, sending: Permission) -> Permission:
    if Permission.VIEW_CHANNEL not in permissions:
        return Permission(0)
    if sending not in permissions:
        return permissions & ~_NEEDS_SENDING
    return permissions
