"""INTERACTION_CREATE, and the options of a command as Discord's client fills them in."""

from __future__ import annotations

from typing import Any

from reminder_bot.sandbox.command_limits import SUBCOMMAND, SUBCOMMAND_GROUP
from reminder_bot.sandbox.entities import Member, Payload
from reminder_bot.sandbox.gateway_payloads import message_payload
from reminder_bot.sandbox.interactions import Interaction
from reminder_bot.sandbox.replies import CommandMisuse
from reminder_bot.sandbox.world import World

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = 3, 4, 5, 6, 7, 8, 9, 10
ATTACHMENT = 11

_PYTHON_TYPES: dict[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    BOOLEAN: (bool,),
    USER: (int,),
    CHANNEL: (int,),
    ROLE: (int,),
    MENTIONABLE: (int,),
    NUMBER: (int, float),
    ATTACHMENT: (dict,),
}
_SELECT_OPTION_TYPES = {5: USER, 6: ROLE, 7: MENTIONABLE, 8: CHANNEL}
_IDS = (USER, CHANNEL, ROLE, MENTIONABLE)


def interaction_payload(world: World, interaction: Interaction) -> Payload:
    """Write an interaction as its bot receives it."""
    channel = world.channel(interaction.channel_id)
    user = world.user(interaction.user_id)
    payload: Payload = {
        "id": str(interaction.id),
        "application_id": str(interaction.application_id),
        "type": int(interaction.kind),
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(channel.id),
        "app_permissions": str(int(world.permissions(interaction.application_id, channel.id))),
        "locale": user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": {"0": str(channel.guild_id or 0)},
        "attachment_size_limit": 10 * 1024 * 1024,
    }
    if interaction.message is not None:
        payload["message"] = message_payload(world, interaction.message, interaction.application_id)
    if channel.guild_id is None:
        recipients = channel.to_dm_payload(interaction.application_id)
        return payload | {"user": user.to_payload(), "context": 1, "channel": recipients}
    permissions = str(int(world.permissions(user.id, channel.id)))
    guild = world.guild(channel.guild_id)
    return payload | {
        "guild_id": str(channel.guild_id),
        "guild": {"id": str(guild.id), "locale": guild.preferred_locale, "features": []},
        "guild_locale": guild.preferred_locale,
        "context": 0,
        "channel": {**channel.to_payload(), "permissions": permissions},
        "member": {**world.member(channel.guild_id, user.id).to_payload(), "permissions": permissions},
    }


def command_data(
    world: World,
    guild_id: int | None,
    command: Payload,
    path: list[str],
    values: dict[str, Any],
    focused: str | None = None,
) -> Payload:
    """Fill in a command.

    Args:
        world: where ids are looked up.
        guild_id: where it is used.
        command: as registered.
        path: names of the group and subcommand, if any.
        values: option names to values; ids for people, channels and roles, `Uploads.keep`'s answer for files.
        focused: the option being typed, for autocompletion; nothing is required then.

    Raises:
        CommandMisuse: Discord's client would not send this.
    """
    data: Payload = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    definitions, into = command.get("options") or [], data
    for name in path:
        inner = next(
            (o for o in definitions if o["name"] == name and o["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP)), None
        )
        if inner is None:
            raise CommandMisuse(f"/{command['name']} has no subcommand {name!r}")
        step = {"name": name, "type": inner["type"]}
        into["options"] = [step]
        definitions, into = inner.get("options") or [], step
    if any(option["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP) for option in definitions):
        raise CommandMisuse(f"/{command['name']} needs a subcommand")
    into["options"] = _filled(definitions, values, focused)
    # discord.py reads a select's values from "resolved" when it is there at all: an empty one must not be.
    resolved = resolve(world, guild_id, into["options"]) | _files(into["options"], values)
    return {**data, "resolved": resolved} if resolved else data


def menu_data(command: Payload, target_id: int, resolved: Payload) -> Payload:
    """Write the use of a message's or member's menu, with what the target is."""
    data = {
        "id": command["id"],
        "name": command["name"],
        "type": command["type"],
        "target_id": str(target_id),
        "resolved": resolved,
    }
    return {**data, "guild_id": command["guild_id"]} if "guild_id" in command else data


def select_data(world: World, guild_id: int | None, select: Payload, values: list[str]) -> Payload:
    """Write what was chosen from a select; people, roles and channels are resolved.

    Raises:
        CommandMisuse: an id leads to nothing.
    """
    data: Payload = {"custom_id": select["custom_id"], "component_type": select["type"], "values": values}
    kind = _SELECT_OPTION_TYPES.get(select["type"])
    if kind is None:
        return data
    chosen = [{"name": select["custom_id"], "type": kind, "value": value} for value in values]
    return {**data, "resolved": resolve(world, guild_id, chosen)}


def _filled(definitions: list[Payload], values: dict[str, Any], focused: str | None) -> list[Payload]:
    unknown = set(values) - {option["name"] for option in definitions}
    if unknown:
        raise CommandMisuse(f"no such option: {', '.join(sorted(unknown))}")
    filled = []
    for option in definitions:
        name = option["name"]
        if name not in values:
            if option.get("required") and focused is None:
                raise CommandMisuse(f"option {name!r} is required")
            continue
        if name != focused:
            _check_value(option, values[name])
        filled.append({"name": name, "type": option["type"], "value": _sent(option["type"], values[name])})
        if name == focused:
            filled[-1]["focused"] = True
    return filled


def _files(options: list[Payload], values: dict[str, Any]) -> Payload:
    files = [values[option["name"]] for option in options if option["type"] == ATTACHMENT]
    return {"attachments": {file["id"]: file for file in files}} if files else {}


def _sent(kind: int, value: Any) -> Any:
    """Return a value as it is sent: of what has an id, the id."""
    if kind == ATTACHMENT:
        return value["id"]
    return str(value) if kind in _IDS else value


def _check_value(option: Payload, value: Any) -> None:
    name, kind = option["name"], option["type"]
    if type(value) not in _PYTHON_TYPES.get(kind, ()):
        raise CommandMisuse(f"option {name!r} is of type {kind}, not {type(value).__name__}")
    if option.get("choices") and value not in [choice["value"] for choice in option["choices"]]:
        raise CommandMisuse(f"option {name!r}: {value!r} is not among the choices")
    if kind in (INTEGER, NUMBER) and not option.get("min_value", value) <= value <= option.get("max_value", value):
        raise CommandMisuse(f"option {name!r}: {value!r} is out of bounds")
    if kind == STRING and not option.get("min_length", 0) <= len(str(value)) <= option.get("max_length", 6000):
        raise CommandMisuse(f"option {name!r}: {len(str(value))} characters is out of bounds")


def resolve(world: World, guild_id: int | None, options: list[Payload]) -> Payload:
    """Look up the people, roles and channels that filled-in options name.

    Raises:
        CommandMisuse: an id leads to nothing.
    """
    resolved: Payload = {}
    for option in options:
        key, kind = option["value"], option["type"]
        if kind not in _IDS:
            continue
        wanted = int(key)
        guild = world.guilds.get(guild_id or 0)
        if kind in (USER, MENTIONABLE) and wanted in world.users:
            resolved.setdefault("users", {})[key] = world.user(wanted).to_payload()
            if guild is not None and wanted in guild.members:
                resolved.setdefault("members", {})[key] = _resolved_member(world, guild.id, guild.members[wanted])
        elif kind in (ROLE, MENTIONABLE) and guild is not None and wanted in guild.roles:
            resolved.setdefault("roles", {})[key] = guild.roles[wanted].to_payload()
        elif kind == CHANNEL and wanted in world.channels:
            payload = world.channel(wanted).to_payload()
            resolved.setdefault("channels", {})[key] = {**payload, "permissions": str((1 << 53) - 1)}
        else:
            raise CommandMisuse(f"option {option['name']!r}: there is nothing with the id {key}")
    return resolved


def _resolved_member(world: World, guild_id: int, member: Member) -> Payload:
    permissions = world.guild_permissions(member.user.id, guild_id)
    return {**member.to_partial_payload(), "permissions": str(int(permissions))}
