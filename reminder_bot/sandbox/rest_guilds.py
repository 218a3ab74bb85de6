"""REST: guilds, members, roles, and the channels of a guild."""

from __future__ import annotations

from aiohttp import web

from reminder_bot.sandbox.entities import ChannelType, Overwrite, OverwriteKind
from reminder_bot.sandbox.errors import ApiError, ErrorKind
from reminder_bot.sandbox.gateway_payloads import active_threads
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.rest_call import Call, Route, json_answer, no_content
from reminder_bot.sandbox.snowflake import parse_snowflake


async def get_guild(call: Call) -> web.Response:
    """Return a guild, with counts when asked."""
    guild = call.guild()
    payload = guild.to_payload()
    if call.request.query.get("with_counts", "").lower() in ("true", "1"):
        payload |= {"approximate_member_count": len(guild.members), "approximate_presence_count": len(guild.members)}
    return json_answer(payload)


async def list_channels(call: Call) -> web.Response:
    """Return all channels of a guild, threads aside."""
    guild = call.guild()
    return json_answer([call.world.channel(channel_id).to_payload() for channel_id in guild.channel_ids])


async def create_channel(call: Call) -> web.Response:
    """Make a channel."""
    guild = call.guild()
    _require(call, guild.id, Permission.MANAGE_CHANNELS)
    body = call.form
    channel = call.platform.guilds.create_channel(
        guild.id,
        str(body.get("name")),
        ChannelType(int(body.get("type") or 0)),
        parse_snowflake(body.get("parent_id")),
        [
            Overwrite(int(o["id"]), OverwriteKind(int(o["type"])), int(o.get("allow") or 0), int(o.get("deny") or 0))
            for o in body.get("permission_overwrites") or []
        ],
    )
    return json_answer(channel.to_payload(), 201)


async def list_roles(call: Call) -> web.Response:
    """Return the roles of a guild."""
    return json_answer([role.to_payload() for role in call.guild().roles.values()])


async def list_emojis(call: Call) -> web.Response:
    """Return the custom emoji of a guild."""
    return json_answer([emoji.to_payload() for emoji in call.guild().emojis.values()])


async def list_members(call: Call) -> web.Response:
    """Return members by id, a page at a time; needs the members intent."""
    guild = call.guild()
    if call.application is not None and not call.application.has_members_intent:
        raise ApiError(ErrorKind.MISSING_ACCESS)
    limit = call.number("limit", 1, 1, 1000)
    after = parse_snowflake(call.request.query.get("after")) or 0
    ids = sorted(user_id for user_id in guild.members if user_id > after)
    return json_answer([guild.members[user_id].to_payload() for user_id in ids[:limit]])


async def get_member(call: Call) -> web.Response:
    """Return a member."""
    member = call.guild().members.get(call.user_id())
    if member is None:
        is_user = call.user_id() in call.world.users
        raise ApiError(ErrorKind.UNKNOWN_MEMBER if is_user else ErrorKind.UNKNOWN_USER)
    return json_answer(member.to_payload())


async def search_members(call: Call) -> web.Response:
    """Return members whose name begins so."""
    query = call.request.query.get("query", "").casefold()
    limit = call.number("limit", 1, 1, 1000)
    members = call.guild().members.values()
    found = [m.to_payload() for m in members if m.display_name.casefold().startswith(query)]
    return json_answer(found[:limit])


async def put_member_role(call: Call) -> web.Response:
    """Give a member a role."""
    guild, user_id, role_id = call.guild(), call.snowflake("user_id"), call.snowflake("role_id")
    _require(call, guild.id, Permission.MANAGE_ROLES)
    _check_role(call, role_id)
    if role_id not in guild.members[user_id].role_ids:
        guild.members[user_id].role_ids.append(role_id)
        call.platform.guilds.tell_member(guild.id, user_id)
    return no_content()


async def delete_member_role(call: Call) -> web.Response:
    """Take a role from a member."""
    guild, user_id, role_id = call.guild(), call.snowflake("user_id"), call.snowflake("role_id")
    _require(call, guild.id, Permission.MANAGE_ROLES)
    _check_role(call, role_id)
    if role_id in guild.members[user_id].role_ids:
        guild.members[user_id].role_ids.remove(role_id)
        call.platform.guilds.tell_member(guild.id, user_id)
    return no_content()


async def list_active_threads(call: Call) -> web.Response:
    """Return the threads of a guild that are not archived, and the bot's memberships."""
    threads = active_threads(call.world, call.guild(), call.bot.id)
    mine = [thread.thread_member_payload(call.bot.id) for thread in threads if call.bot.id in thread.thread_member_ids]
    return json_answer({"threads": [thread.to_payload() for thread in threads], "members": mine})


async def leave_guild(call: Call) -> web.Response:
    """Leave a guild."""
    call.platform.guilds.remove_member(call.guild().id, call.bot.id)
    return no_content()


def _require(call: Call, guild_id: int, needed: Permission) -> None:
    if needed not in call.world.guild_permissions(call.bot.id, guild_id):
        raise ApiError(ErrorKind.MISSING_PERMISSIONS)


def _check_role(call: Call, role_id: int) -> None:
    guild = call.guild()
    if role_id not in guild.roles:
        raise ApiError(ErrorKind.UNKNOWN_ROLE)
    if call.snowflake("user_id") not in guild.members:
        raise ApiError(ErrorKind.UNKNOWN_MEMBER)


ROUTES = (
    Route("GET", "/guilds/{guild_id}", get_guild),
    Route("GET", "/guilds/{guild_id}/preview", get_guild),
    Route("GET", "/guilds/{guild_id}/channels", list_channels),
    Route("POST", "/guilds/{guild_id}/channels", create_channel),
    Route("GET", "/guilds/{guild_id}/roles", list_roles),
    Route("GET", "/guilds/{guild_id}/emojis", list_emojis),
    Route("GET", "/guilds/{guild_id}/members", list_members),
    Route("GET", "/guilds/{guild_id}/members/search", search_members),
    Route("GET", "/guilds/{guild_id}/members/{user_id}", get_member),
    Route("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", put_member_role),
    Route("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", delete_member_role),
    Route("GET", "/guilds/{guild_id}/threads/active", list_active_threads),
    Route("DELETE", "/users/@me/guilds/{guild_id}", leave_guild),
)
