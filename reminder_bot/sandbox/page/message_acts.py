"""What a person does with messages: reads, writes, changes and deletes them, answers them, reacts to them."""

from __future__ import annotations

from types import MappingProxyType

from reminder_bot.sandbox.entities import Payload
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.page.acts import Act, ActError, Handler
from reminder_bot.sandbox.page.shown import history, shown_channel
from reminder_bot.sandbox.permissions import Permission

_PAGE = 50
_MOST_NAME = 100
_SILENT = "@silent "

NOT_VISIBLE = "This channel cannot be seen by the person you act as."


async def read_history(act: Act) -> Payload:
    """Return the last messages of a channel, or those before one."""
    channel_id = act.snowflake("channel_id")
    act.require(channel_id, Permission.VIEW_CHANNEL, NOT_VISIBLE)
    return history(act.platform.world, channel_id, act.optional_snowflake("before"), _PAGE)


async def post_message(act: Act) -> Payload:
    """Write a message, perhaps in reply to another one."""
    channel_id = act.snowflake("channel_id")
    act.require(channel_id, Permission.VIEW_CHANNEL, NOT_VISIBLE)
    is_thread = act.platform.world.channel(channel_id).kind.is_thread
    needed = Permission.SEND_MESSAGES_IN_THREADS if is_thread else Permission.SEND_MESSAGES
    act.require(channel_id, needed, "The person you act as may not write in this channel.")
    reply_to = act.optional_snowflake("reply_to")
    content, is_silent = _without_silent(act.text("content"))
    message_id = await act.director.post_message(
        channel_id, act.user_id, content, reply_to=reply_to, is_silent=is_silent
    )
    return {"message_id": str(message_id)}


def _without_silent(content: str) -> tuple[str, bool]:
    """Read ``@silent`` before a text as Discord's client does: as a wish for no sound."""
    text = content.removeprefix(_SILENT)
    return (text, True) if text != content and text.strip() else (content, False)


async def edit_message(act: Act) -> Payload:
    """Change a message of one's own."""
    message = _visible_message(act)
    if message.author_id != act.user_id:
        raise ActError("Only who wrote a message may change it.")
    await act.director.edit_message(message.id, act.text("content"))
    return {}


async def delete_message(act: Act) -> Payload:
    """Delete a message of one's own, or with the permission another's."""
    message = _visible_message(act)
    if message.author_id != act.user_id:
        act.require(message.channel_id, Permission.MANAGE_MESSAGES, "That takes the permission Manage Messages.")
    await act.director.delete_message(message.id)
    return {}


async def react(act: Act) -> Payload:
    """React to a message; a new emoji on it takes a permission."""
    message, emoji = _visible_message(act), act.text("emoji", most=100)
    if not message.reaction_users(emoji):
        act.require(message.channel_id, Permission.ADD_REACTIONS, "That takes the permission Add Reactions.")
    await act.director.react(message.id, act.user_id, emoji)
    return {}


async def unreact(act: Act) -> Payload:
    """Take one's reaction away."""
    await act.director.unreact(_visible_message(act).id, act.user_id, act.text("emoji", most=100))
    return {}


async def create_thread(act: Act) -> Payload:
    """Open a thread on a message."""
    message = _visible_message(act)
    if act.platform.world.channel(message.channel_id).kind.is_thread or message.thread_id is not None:
        raise ActError("There cannot be a thread on this message.")
    act.require(
        message.channel_id, Permission.CREATE_PUBLIC_THREADS, "The person you act as may not open threads here."
    )
    name = act.text("name", most=_MOST_NAME)
    thread_id = await act.director.create_thread(message.channel_id, name, act.user_id, message_id=message.id)
    return {"channel_id": str(thread_id)}


async def open_direct(act: Act) -> Payload:
    """Open the direct channel with somebody."""
    other_id = act.snowflake("user_id")
    if other_id == act.user_id:
        raise ActError("Nobody writes to themselves.")
    channel = act.platform.world.open_dm(act.user_id, other_id)
    act.platform.gateway.watchers.tell("CHANNEL_CREATE", channel)
    return {"channel": shown_channel(channel)}


def _visible_message(act: Act) -> Message:
    message = act.platform.world.message(act.snowflake("message_id"))
    act.require(message.channel_id, Permission.VIEW_CHANNEL, NOT_VISIBLE)
    return message


MESSAGE_ACTS: MappingProxyType[str, Handler] = MappingProxyType(
    {
        "history": read_history,
        "post": post_message,
        "edit": edit_message,
        "delete": delete_message,
        "react": react,
        "unreact": unreact,
        "create_thread": create_thread,
        "open_direct": open_direct,
    }
)
