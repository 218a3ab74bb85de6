"""What a person has happen: members answer, join and leave, permissions are lost, the network fails."""

from __future__ import annotations

import random
from types import MappingProxyType

from reminder_bot.sandbox.entities import OverwriteKind, Payload
from reminder_bot.sandbox.guilds import Guild
from reminder_bot.sandbox.messages import Message
from reminder_bot.sandbox.page.acts import Act, ActError, Handler
from reminder_bot.sandbox.permissions import Permission

_MOST_AT_ONCE = 500
_ANSWERS = ("✅", "❌", "❓")
_NAMES = ("Ada", "Bo", "Chidi", "Dana", "Elif", "Finn", "Gita", "Hugo", "Ines", "Juno", "Kai", "Lior", "Maeve", "Nils")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_LONGEST_TROUBLE_SECONDS = 300

TAKEABLE = (
    Permission.VIEW_CHANNEL,
    Permission.SEND_MESSAGES,
    Permission.EMBED_LINKS,
    Permission.READ_MESSAGE_HISTORY,
    Permission.ADD_REACTIONS,
)


async def answer(act: Act) -> Payload:
    """Have so many members react at random to the newest event of a channel, each with one of its emoji."""
    message = _event(act)
    emojis = message.emojis or list(_ANSWERS)
    answered = {user_id for emoji in emojis for user_id in message.reaction_users(emoji)}
    willing = [user_id for user_id in _people(act, message) if user_id not in answered]
    chosen = random.sample(willing, min(_count(act), len(willing)))
    for user_id in chosen:
        await act.director.react(message.id, user_id, random.choice(emojis))
    if not chosen:
        raise ActError("Everybody who can see the event has answered.")
    return {"count": len(chosen)}


async def withdraw(act: Act) -> Payload:
    """Have a member at random take back what they answered to the newest event of a channel."""
    message = _event(act)
    people = set(_people(act, message))
    held = [
        (user_id, emoji) for emoji in message.emojis for user_id in message.reaction_users(emoji) if user_id in people
    ]
    if not held:
        raise ActError("Nobody has answered, so nobody can withdraw.")
    user_id, emoji = random.choice(held)
    await act.director.unreact(message.id, user_id, emoji)
    return {}


async def join(act: Act) -> Payload:
    """Have so many new people join the guild of a channel."""
    guild, count = _guild(act), _count(act)
    for number in range(count):
        name = random.choice(_NAMES)
        await act.director.add_member(guild.id, name=name if count == 1 else f"{name} {number + 1}")
    return {}


async def leave(act: Act) -> Payload:
    """Have a member at random leave the guild of a channel: neither its owner nor who one acts as, nor an organiser."""
    guild = _guild(act)
    may_go = [
        member.user.id
        for member in guild.members.values()
        if not member.user.is_bot and not member.role_ids and member.user.id not in (guild.owner_id, act.user_id)
    ]
    if not may_go:
        raise ActError("Nobody is left who could leave.")
    await act.director.remove_member(guild.id, random.choice(may_go))
    return {}


async def set_permission(act: Act) -> Payload:
    """Take a permission in a channel from every bot, or give it back."""
    guild, channel_id = _guild(act), act.snowflake("channel_id")
    permission = next((one for one in TAKEABLE if one.name == act.arguments.get("permission")), None)
    if permission is None:
        raise ActError("This permission cannot be taken here.")
    known = act.platform.world.channel(channel_id).overwrites
    for bot_id in [user_id for user_id in act.platform.world.applications if user_id in guild.members]:
        denied = known[bot_id].deny if bot_id in known else 0
        denied = denied | permission if act.arguments.get("is_taken") else denied & ~permission
        await act.director.edit_overwrite(channel_id, bot_id, deny=denied, kind=OverwriteKind.MEMBER)
    return {}


async def cut(act: Act) -> Payload:
    """Cut the gateway's connections, and take no new ones for some seconds."""
    gateway, seconds = act.platform.gateway, _seconds(act)
    gateway.refuse()
    await gateway.cut()
    act.later(seconds, gateway.accept)
    return {}


async def fail(act: Act) -> Payload:
    """Answer every request of a bot with 500 for some seconds."""
    faults = [act.platform.faults.status(method, ".*", 500, times=None) for method in _METHODS]

    def end() -> None:
        for fault in faults:
            fault.remove()

    act.later(_seconds(act), end)
    return {}


def _event(act: Act) -> Message:
    channel_id = act.snowflake("channel_id")
    messages = reversed(list(act.platform.world.channel(channel_id).messages.values()))
    found = next((one for one in messages if one.reactions and not one.author.is_bot), None)
    if found is None:
        raise ActError("There is no message with reactions here to answer to: post an event first.")
    return found


def _people(act: Act, message: Message) -> list[int]:
    world = act.platform.world
    members = world.guild(message.guild_id).members.values() if message.guild_id else ()
    people = [member.user.id for member in members if not member.user.is_bot]
    return [user_id for user_id in people if Permission.VIEW_CHANNEL in world.permissions(user_id, message.channel_id)]


def _guild(act: Act) -> Guild:
    guild_id = act.platform.world.channel(act.snowflake("channel_id")).guild_id
    if guild_id is None:
        raise ActError("This goes in a server's channel only.")
    return act.platform.world.guild(guild_id)


def _count(act: Act) -> int:
    count = act.arguments.get("count", 1)
    if type(count) is not int or not 1 <= count <= _MOST_AT_ONCE:
        raise ActError(f"How many is a whole number from 1 to {_MOST_AT_ONCE}.")
    return count


def _seconds(act: Act) -> int:
    seconds = act.arguments.get("seconds")
    if type(seconds) is not int or not 1 <= seconds <= _LONGEST_TROUBLE_SECONDS:
        raise ActError(f"How long is a whole number of seconds from 1 to {_LONGEST_TROUBLE_SECONDS}.")
    return seconds


CROWD_ACTS: MappingProxyType[str, Handler] = MappingProxyType(
    {
        "answer": answer,
        "withdraw": withdraw,
        "join": join,
        "leave": leave,
        "set_permission": set_permission,
        "cut": cut,
        "fail": fail,
    }
)
