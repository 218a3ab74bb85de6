"""REST: messages."""

from __future__ import annotations

from aiohttp import web

from reminder_bot.sandbox.channels import Channel
from reminder_bot.sandbox.entities import ChannelType, Payload, User
from reminder_bot.sandbox.errors import ApiError, ErrorKind, FormError
from reminder_bot.sandbox.gateway_payloads import message_payload
from reminder_bot.sandbox.limits import check_message
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.permissions import Permission
from reminder_bot.sandbox.record import Post
from reminder_bot.sandbox.rest_call import Call, Route, json_answer, no_content
from reminder_bot.sandbox.snowflake import parse_snowflake


async def list_messages(call: Call) -> web.Response:
    """Return messages of a channel, newest first; without the history permission, none.

    Source: discord.com/developers/docs/resources/message#get-channel-messages.
    """
    channel = call.channel()
    limit = call.number("limit", 50, 1, 100)
    if Permission.READ_MESSAGE_HISTORY not in call.world.permissions(call.bot.id, channel.id):
        return json_answer([])
    query = {name: parse_snowflake(call.request.query.get(name)) for name in ("before", "after", "around")}
    ids = _page(sorted(channel.messages), query, limit)
    return json_answer([message_payload(call.world, channel.messages[i], call.bot.id) for i in reversed(ids)])


def _page(ids: list[int], query: dict[str, int | None], limit: int) -> list[int]:
    before, after, around = query["before"], query["after"], query["around"]
    if around is not None:
        older = [i for i in ids if i < around][-(limit // 2) :] if limit > 1 else []
        return (older + [i for i in ids if i >= around])[:limit]
    if after is not None:
        # The oldest ones that follow, though newest first within the page.
        return [i for i in ids if i > after][:limit]
    return [i for i in ids if before is None or i < before][-limit:]


async def get_message(call: Call) -> web.Response:
    """Return a message."""
    return json_answer(message_payload(call.world, call.message(), call.bot.id))


async def create_message(call: Call) -> web.Response:
    """Post a message, or answer with the one its nonce made before."""
    channel, body = call.channel(), call.form
    _check_may_post(call, channel, body)
    check_message(body)
    _check_reference(call, channel, body)
    nonces, nonce = call.platform.nonces, body.get("nonce")
    earlier_id = nonces.earlier(channel.id, call.bot.id, nonce) if nonce and body.get("enforce_nonce") else None
    earlier = channel.messages.get(earlier_id or 0)
    message = earlier or call.platform.messages.create(channel.id, call.bot.id, body)
    if nonce and earlier is None:
        nonces.remember(channel.id, call.bot.id, nonce, message.id)
    if channel.kind.is_thread and earlier is None:
        _gather(call, channel, message)
    if channel.kind is ChannelType.DM:
        call.platform.anti_spam.note_contact(call.bot.id, channel.other_than(call.bot.id).id)
    call.platform.record.posts.append(_post(call, message, is_repeat=earlier is not None))
    return json_answer(message_payload(call.world, message, call.bot.id))


def _gather(call: Call, thread: Channel, message: Message) -> None:
    """Put who writes and who is pinged into the thread, as Discord does."""
    for user_id in (call.bot.id, *message.pinged_user_ids):
        if user_id not in thread.thread_member_ids:
            call.platform.guilds.add_thread_member(thread, user_id)


def _check_may_post(call: Call, channel: Channel, body: Payload) -> None:
    if not channel.kind.holds_messages:
        raise ApiError(ErrorKind.NOT_A_TEXT_CHANNEL)
    if channel.kind is ChannelType.DM:
        _check_may_write_to(call, channel.other_than(call.bot.id))
        return
    if channel.is_locked and Permission.MANAGE_THREADS not in call.world.permissions(call.bot.id, channel.id):
        raise ApiError(ErrorKind.ARCHIVED_THREAD if channel.is_archived else ErrorKind.LOCKED_THREAD)
    call.require(channel, Permission.SEND_MESSAGES_IN_THREADS if channel.kind.is_thread else Permission.SEND_MESSAGES)
    if body.get("embeds"):
        call.require(channel, Permission.EMBED_LINKS)
    if body.get("attachments"):
        call.require(channel, Permission.ATTACH_FILES)


def _check_may_write_to(call: Call, other: User) -> None:
    call.approach(other.id)
    if other.is_bot or not other.accepts_dms:
        raise ApiError(ErrorKind.CLOSED_DMS)
    if not any(other.id in guild.members for guild in call.world.guilds_of(call.bot.id)):
        raise ApiError(ErrorKind.NO_MUTUAL_GUILD)


def _check_reference(call: Call, channel: Channel, body: Payload) -> None:
    reference = body.get("message_reference")
    if not reference:
        return
    if Permission.READ_MESSAGE_HISTORY not in call.world.permissions(call.bot.id, channel.id):
        raise ApiError(ErrorKind.REPLY_WITHOUT_HISTORY)
    if parse_snowflake(reference.get("channel_id")) not in (None, channel.id):
        sentence = "Cannot reply to a message in a different channel"
        raise FormError({"message_reference": ("REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL", sentence)})
    message_id = parse_snowflake(reference.get("message_id")) or 0
    if message_id in channel.messages:
        return
    if reference.get("fail_if_not_exists", True):
        raise FormError({"message_reference": ("REPLIES_UNKNOWN_MESSAGE", "Unknown message")})
    # Discord then sends it as no reply at all.
    del body["message_reference"]


def _post(call: Call, message: Message, *, is_repeat: bool) -> Post:
    channel = call.world.channel(message.channel_id)
    return Post(
        at=call.platform.now(),
        message_id=message.id,
        channel_id=message.channel_id,
        author_id=message.author_id,
        content=message.content,
        embeds=tuple(message.embeds),
        pinged_user_ids=message.pinged_user_ids,
        nonce=message.nonce,
        is_repeat=is_repeat,
        reference_id=message.reference_id,
        flags=message.flags,
        components=tuple(message.components),
        recipient_id=channel.other_than(message.author_id).id if channel.kind is ChannelType.DM else None,
    )


async def edit_message(call: Call) -> web.Response:
    """Edit the bot's own message."""
    message = call.message(Permission(0))
    if message.author_id != call.bot.id:
        raise ApiError(ErrorKind.FOREIGN_MESSAGE)
    check_message(call.form, is_edit=True)
    call.platform.messages.edit(message, call.form)
    return json_answer(message_payload(call.world, message, call.bot.id))


async def delete_message(call: Call) -> web.Response:
    """Delete a message."""
    message = call.message(Permission(0))
    if message.author_id != call.bot.id:
        call.channel(Permission.MANAGE_MESSAGES)
    call.platform.messages.delete(message)
    return no_content()


async def bulk_delete(call: Call) -> web.Response:
    """Delete 2 to 100 messages at once."""
    channel = call.channel(Permission.MANAGE_MESSAGES)
    ids = [parse_snowflake(value) or 0 for value in call.form.get("messages") or []]
    if not 2 <= len(ids) <= 100:
        raise ApiError(ErrorKind.BULK_DELETE_COUNT)
    call.platform.messages.bulk_delete(channel.id, ids)
    return no_content()


_MESSAGES = "/channels/{channel_id}/messages"

ROUTES = (
    Route("GET", _MESSAGES, list_messages),
    Route("POST", _MESSAGES, create_message, "messages"),
    Route("POST", f"{_MESSAGES}/bulk-delete", bulk_delete),
    Route("GET", f"{_MESSAGES}/{{message_id}}", get_message),
    Route("PATCH", f"{_MESSAGES}/{{message_id}}", edit_message, "edits"),
    Route("DELETE", f"{_MESSAGES}/{{message_id}}", delete_message, "deletes"),
)
