"""REST: reactions."""

from __future__ import annotations

from aiohttp import web

from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.errors import ApiError, ErrorKind
from reminder_bot.sandbox.messages import ReactionEmoji
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.rest_call import Call, Route, json_answer, no_content
from reminder_bot.sandbox.snowflake import parse_snowflake


async def put_reaction(call: Call) -> web.Response:
    """React as the bot: the first of an emoji needs Add Reactions, a custom one a guild the bot is in."""
    message, emoji = call.message(), _emoji(call)
    if emoji.key not in message.reactions:
        call.channel(Permission.ADD_REACTIONS)
        _check_custom(call, emoji, message.guild_id)
    call.platform.reactions.add(message, call.bot.id, emoji)
    return no_content()


async def delete_reaction(call: Call) -> web.Response:
    """Take a reaction away: the bot's own, or with Manage Messages another's."""
    message, user_id = call.message(), call.user_id()
    if user_id != call.bot.id:
        call.channel(Permission.MANAGE_MESSAGES)
    call.platform.reactions.remove(message, user_id, _emoji(call))
    return no_content()


async def list_reactions(call: Call) -> web.Response:
    """Return who holds an emoji, by user id, at most 100 at a time."""
    message, emoji = call.message(), _emoji(call)
    limit = call.number("limit", 25, 1, 100)
    after = parse_snowflake(call.request.query.get("after")) or 0
    reaction = message.reactions.get(emoji.key)
    # Normal reactions only: there are no burst ones here.
    is_burst = call.request.query.get("type") == "1"
    ids = [] if reaction is None or is_burst else sorted(user_id for user_id in reaction.user_ids if user_id > after)
    return json_answer([_user(call, user_id) for user_id in ids[:limit]])


async def clear_reactions(call: Call) -> web.Response:
    """Take all reactions away."""
    call.channel(Permission.MANAGE_MESSAGES)
    call.platform.reactions.clear(call.message())
    return no_content()


async def clear_emoji(call: Call) -> web.Response:
    """Take all reactions of one emoji away."""
    call.channel(Permission.MANAGE_MESSAGES)
    call.platform.reactions.clear(call.message(), _emoji(call))
    return no_content()


def _emoji(call: Call) -> ReactionEmoji:
    return call.platform.reactions.resolve(call.params["emoji"])


def _check_custom(call: Call, emoji: ReactionEmoji, guild_id: int | None) -> None:
    found = call.world.find_emoji(emoji.id) if emoji.id is not None else None
    if found is None:
        return
    if call.bot.id not in found[0].members:
        raise ApiError(ErrorKind.UNKNOWN_EMOJI)
    if found[0].id != guild_id:
        call.channel(Permission.USE_EXTERNAL_EMOJIS)


def _user(call: Call, user_id: int) -> Payload:
    return call.world.user(user_id).to_payload()


_REACTIONS = "/channels/{channel_id}/messages/{message_id}/reactions"

ROUTES = (
    Route("PUT", f"{_REACTIONS}/{{emoji}}/@me", put_reaction, "reactions"),
    Route("DELETE", f"{_REACTIONS}/{{emoji}}/{{user_id}}", delete_reaction, "reactions"),
    Route("GET", f"{_REACTIONS}/{{emoji}}", list_reactions),
    Route("DELETE", _REACTIONS, clear_reactions),
    Route("DELETE", f"{_REACTIONS}/{{emoji}}", clear_emoji),
)
