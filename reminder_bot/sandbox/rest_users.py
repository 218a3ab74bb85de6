"""REST: the gateway's address, accounts, applications and direct channels."""

from __future__ import annotations

from aiohttp import web

from reminder_bot.sandbox.errors import ApiError, ErrorKind
from reminder_bot.sandbox.gateway_payloads import application_payload
from reminder_bot.sandbox.rest_call import Call, Route, json_answer
from reminder_bot.sandbox.snowflake import parse_snowflake


async def get_gateway(call: Call) -> web.Response:
    """Tell where the gateway is."""
    return json_answer({"url": call.platform.gateway.url})


async def get_gateway_bot(call: Call) -> web.Response:
    """Tell where the gateway is, and how often a bot may begin a session."""
    limit = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}
    return json_answer({"url": call.platform.gateway.url, "shards": 1, "session_start_limit": limit})


async def get_me(call: Call) -> web.Response:
    """Return the bot's own account."""
    return json_answer({**call.bot.to_payload(), "verified": True, "mfa_enabled": True})


async def get_user(call: Call) -> web.Response:
    """Return an account."""
    user = call.world.users.get(call.snowflake("user_id"))
    if user is None:
        raise ApiError(ErrorKind.UNKNOWN_USER)
    return json_answer(user.to_payload())


async def get_my_application(call: Call) -> web.Response:
    """Return the bot's application."""
    return json_answer(application_payload(call.world, call.world.applications[call.bot.id]))


async def get_my_guilds(call: Call) -> web.Response:
    """Return the bot's guilds."""
    guilds = call.world.guilds_of(call.bot.id)
    fields = ("id", "name", "icon", "banner", "features")
    return json_answer(
        [
            {name: payload[name] for name in fields}
            | {"owner": guild.owner_id == call.bot.id}
            | {"permissions": str(int(call.world.guild_permissions(call.bot.id, guild.id)))}
            for guild, payload in ((guild, guild.to_payload()) for guild in guilds)
        ]
    )


async def open_dm(call: Call) -> web.Response:
    """Open the direct channel with someone, or return it; whether they can be written to is asked when one writes.

    Raises:
        ApiError: there is nobody (10013), it is the bot itself (50033) or another bot (50007, as a 400), or the bot
            goes too fast (40003, 20026).
    """
    user_id = parse_snowflake(call.form.get("recipient_id"))
    if user_id is None or user_id not in call.world.users:
        raise ApiError(ErrorKind.UNKNOWN_USER)
    if user_id == call.bot.id:
        raise ApiError(ErrorKind.INVALID_RECIPIENT)
    if call.world.user(user_id).is_bot:
        raise ApiError(ErrorKind.UNREACHABLE_RECIPIENT)
    call.approach(user_id)
    return json_answer(call.world.open_dm(call.bot.id, user_id).to_dm_payload(call.bot.id))


ROUTES = (
    Route("GET", "/gateway", get_gateway, is_open=True),
    Route("GET", "/gateway/bot", get_gateway_bot),
    Route("GET", "/users/@me", get_me),
    Route("GET", "/users/@me/guilds", get_my_guilds),
    Route("POST", "/users/@me/channels", open_dm, "direct_channels"),
    Route("GET", "/users/{user_id}", get_user),
    Route("GET", "/applications/@me", get_my_application),
    Route("GET", "/oauth2/applications/@me", get_my_application),
)
