"""REST: one channel, its overwrites and its threads."""

from __future__ import annotations

from aiohttp import web

from reminder_bot.sandbox.channels import Channel
from reminder_bot.sandbox.entities import ChannelType, Overwrite, OverwriteKind, Payload
from reminder_bot.sandbox.errors import ApiError, ErrorKind, FormError
from reminder_bot.sandbox.gateway_payloads import thread_payload
from reminder_bot.sandbox.limits import check_message
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.rest_call import Call, Route, json_answer, no_content


async def get_channel(call: Call) -> web.Response:
    """Return a channel or thread."""
    return json_answer(_payload(call, call.channel()))


async def edit_channel(call: Call) -> web.Response:
    """Rename a channel, change its topic, or archive a thread."""
    channel = call.channel()
    is_own_thread = channel.kind.is_thread and channel.owner_id == call.bot.id
    if not is_own_thread:
        call.require(channel, Permission.MANAGE_THREADS if channel.kind.is_thread else Permission.MANAGE_CHANNELS)
    body = call.form
    channel.name = str(body.get("name") or channel.name)
    channel.topic = body.get("topic", channel.topic)
    channel.is_archived = bool(body.get("archived", channel.is_archived))
    channel.is_locked = bool(body.get("locked", channel.is_locked))
    call.platform.guilds.tell_channel_update(channel)
    return json_answer(_payload(call, channel))


async def delete_channel(call: Call) -> web.Response:
    """Delete a channel or thread; a direct channel is only closed, and opening it brings it back as it was."""
    channel = call.channel()
    if channel.kind is ChannelType.DM:
        return json_answer(_payload(call, channel))
    call.require(channel, Permission.MANAGE_THREADS if channel.kind.is_thread else Permission.MANAGE_CHANNELS)
    payload = _payload(call, channel)
    call.platform.guilds.delete_channel(channel)
    return json_answer(payload)


async def put_overwrite(call: Call) -> web.Response:
    """Set the overwrite of a role or member."""
    channel = call.channel(Permission.MANAGE_ROLES)
    target_id, body = call.snowflake("target_id"), call.form
    kind = OverwriteKind(int(body.get("type") or 0))
    overwrite = Overwrite(target_id, kind, int(body.get("allow") or 0), int(body.get("deny") or 0))
    channel.overwrites[target_id] = overwrite
    call.platform.guilds.tell_channel_update(channel)
    return no_content()


async def delete_overwrite(call: Call) -> web.Response:
    """Remove the overwrite of a role or member."""
    channel = call.channel(Permission.MANAGE_ROLES)
    if channel.overwrites.pop(call.snowflake("target_id"), None) is None:
        raise ApiError(ErrorKind.UNKNOWN_OVERWRITE)
    call.platform.guilds.tell_channel_update(channel)
    return no_content()


async def trigger_typing(call: Call) -> web.Response:
    """Show the bot as typing; nobody looks."""
    call.channel(Permission.SEND_MESSAGES)
    return no_content()


async def create_thread_on_message(call: Call) -> web.Response:
    """Open a thread on a message."""
    message, channel = call.message(), call.channel(Permission.CREATE_PUBLIC_THREADS)
    if channel.kind not in (ChannelType.TEXT, ChannelType.ANNOUNCEMENT):
        raise ApiError(ErrorKind.WRONG_KIND_OF_CHANNEL)
    if message.thread_id is not None:
        raise ApiError(ErrorKind.THREAD_EXISTS)
    thread = call.platform.guilds.create_thread(channel, _thread_name(call), call.bot.id, message_id=message.id)
    return json_answer(thread_payload(thread, call.bot.id), 201)


async def create_thread(call: Call) -> web.Response:
    """Open a thread without a message, or a post in a forum."""
    channel = call.channel()
    if channel.kind is ChannelType.FORUM:
        return _create_post(call, channel)
    is_private = int(call.form.get("type") or ChannelType.PRIVATE_THREAD) == ChannelType.PRIVATE_THREAD
    needed = Permission.CREATE_PRIVATE_THREADS if is_private else Permission.CREATE_PUBLIC_THREADS
    call.require(channel, needed)
    thread = call.platform.guilds.create_thread(channel, _thread_name(call), call.bot.id, is_private=is_private)
    return json_answer(thread_payload(thread, call.bot.id), 201)


def _create_post(call: Call, forum: Channel) -> web.Response:
    call.require(forum, Permission.SEND_MESSAGES)
    body: Payload = call.form.get("message") or {}
    check_message(body)
    thread = call.platform.guilds.create_thread(forum, _thread_name(call), call.bot.id)
    message = call.platform.messages.build(thread.id, call.bot.id, body)
    # A post and its first message share their id.
    message.id = thread.id
    call.platform.messages.place(message)
    return json_answer({**thread_payload(thread, call.bot.id), "message": message.to_payload(call.bot.id)}, 201)


async def list_thread_members(call: Call) -> web.Response:
    """Return who is in a thread."""
    thread = _thread(call)
    return json_answer([thread.thread_member_payload(user_id) for user_id in thread.thread_member_ids])


async def get_thread_member(call: Call) -> web.Response:
    """Return one person's membership of a thread."""
    thread, user_id = _thread(call), call.user_id()
    if user_id not in thread.thread_member_ids:
        raise ApiError(ErrorKind.UNKNOWN_MEMBER)
    return json_answer(thread.thread_member_payload(user_id))


async def put_thread_member(call: Call) -> web.Response:
    """Join a thread, or put someone into it."""
    call.platform.guilds.add_thread_member(_thread(call), call.user_id())
    return no_content()


async def delete_thread_member(call: Call) -> web.Response:
    """Leave a thread, or take someone out of it."""
    thread, user_id = _thread(call), call.user_id()
    if user_id != call.bot.id:
        call.require(thread, Permission.MANAGE_THREADS)
    call.platform.guilds.remove_thread_member(thread, user_id)
    return no_content()


def _thread(call: Call) -> Channel:
    channel = call.channel()
    if not channel.kind.is_thread:
        raise ApiError(ErrorKind.UNKNOWN_CHANNEL)
    return channel


def _thread_name(call: Call) -> str:
    name = str(call.form.get("name") or "")
    if not 1 <= len(name) <= 100:
        raise FormError({"name": ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")})
    return name


def _payload(call: Call, channel: Channel) -> Payload:
    if channel.kind is ChannelType.DM:
        return channel.to_dm_payload(call.bot.id)
    return thread_payload(channel, call.bot.id) if channel.kind.is_thread else channel.to_payload()


ROUTES = (
    Route("GET", "/channels/{channel_id}", get_channel),
    Route("PATCH", "/channels/{channel_id}", edit_channel),
    Route("DELETE", "/channels/{channel_id}", delete_channel),
    Route("PUT", "/channels/{channel_id}/permissions/{target_id}", put_overwrite),
    Route("DELETE", "/channels/{channel_id}/permissions/{target_id}", delete_overwrite),
    Route("POST", "/channels/{channel_id}/typing", trigger_typing),
    Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", create_thread_on_message),
    Route("POST", "/channels/{channel_id}/threads", create_thread),
    Route("GET", "/channels/{channel_id}/thread-members", list_thread_members),
    Route("GET", "/channels/{channel_id}/thread-members/{user_id}", get_thread_member),
    Route("PUT", "/channels/{channel_id}/thread-members/{user_id}", put_thread_member),
    Route("DELETE", "/channels/{channel_id}/thread-members/{user_id}", delete_thread_member),
)
